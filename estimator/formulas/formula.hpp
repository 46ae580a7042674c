// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/plan/operations.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

using kernels::Op;

/// A parsed formula: a tree, with the place of each node in the text for messages.
struct Expression {
    Op op = Op::number;
    double number = 0.0;  ///< Op::number; Op::at: month index of the date, from start
    /// Op::name. Op::at, and Op::number written as a month ('2025-06', then `number` is
    /// its index from start and its unit is time): the month as written.
    std::string name;
    std::vector<Expression> arguments;
    std::size_t offset = 0;  ///< first character in the formula's text
    std::size_t length = 0;
};

/// Every function that formulas may call.
std::vector<std::string> function_names();

/// True for the words that no quantity may be named by: functions, `month`, `year`,
/// `path`, `and`, `or`, `not`.
bool is_reserved_name(std::string_view name);

/// A formula that cannot be read; `offset` and `length` point into its text.
struct FormulaError {
    std::size_t offset = 0;
    std::size_t length = 1;
    std::string problem;
    std::string reason;
    std::string suggestion;
};

/// Parses a formula. Grammar, loosest first: `or`, `and`, `not`, comparisons, `+ -`, `*
/// /`, unary minus, `^` (right associative), calls, names (letters, digits, `_`, dots),
/// numbers (with suffixes k M G B T as in quantities), months ('2025-06' or "2025-06",
/// as months from start), parentheses. `pow(a, b)` is `a ^ b`. `start_month` is the
/// scenario's start as year * 12 + month - 1. `at` has one argument here; its month is
/// in `number`. Throws: FormulaError.
Expression parse_formula(std::string_view text, int start_month);

}  // namespace leadtime::estimator
