// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// What a node of a formula does. Arity: literals and names 0; neg, not, exp, log,
/// log10, sqrt, abs, sin, cumsum, integral, previous 1; clip and if_ 3; min and max 2
/// (more arguments fold left); the rest 2.
enum class Op {
    number,  ///< `number`
    name,    ///< a quantity, `month`, `year`, or `path.NAME.METRIC`
    neg,
    add,
    sub,
    mul,
    div,
    pow,
    less,  ///< comparisons and logic give 1 or 0
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
    logical_not,
    min,
    max,
    exp,
    log,
    log10,
    sqrt,
    abs,
    sin,         ///< of radians
    clip,        ///< clip(x, lo, hi)
    if_,         ///< if(c, a, b): a where c > 0.5
    at,          ///< at(x, "2025-06"): the value of a series in that month, a scalar
    cumsum,      ///< running sum over steps, this step included
    integral,    ///< running sum of x * step length in months
    accumulate,  ///< accumulate(x, retain): a_t = retain_t * a_{t-1} + x_t, a_{-1} = 0
    delay,  ///< delay(x, months): x that long ago, linear between steps, 0 before start
    crossing,  ///< crossing(x, threshold): months from start of the first crossing
    previous,  ///< previous(x): x one step ago, 0 in the first step
    since,     ///< since(date): share of the step that lies after the date
    legal,     ///< legal(accelerator, rule): the reader puts what the rule says here
    charge,    ///< charge(accelerator, rule): the same, the charge on the price
    /// Share of the step in which an event by hazard is active (docs/model.md 1b):
    /// arguments hazard, duration, noise; `number` 1: it may come again. Not callable.
    hazard_event,
    /// Number of the state of a Markov chain: arguments noise, then the hazards from
    /// each state to each other, row by row; `number` is the first state. Not callable.
    regime
};

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
