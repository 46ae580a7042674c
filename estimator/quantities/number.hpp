// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/unit.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace leadtime::estimator {

/// The text is no value notation: a formula, perhaps.
struct NotAValue {};

/// The text is meant as a value but cannot be one. `offset` and `length` (bytes) point
/// into it.
struct ValueTextError {
    std::size_t offset = 0;
    std::size_t length = 1;
    std::string problem;
    std::string reason;
    std::string suggestion;
};

/// One value; two: 5 % and 95 % quantiles; three: 5 %, 50 % and 95 % quantiles,
/// ascending. Dates are months from the scenario's start.
struct ValueText {
    std::vector<double> values;
};

using ValueTextResult = std::variant<NotAValue, ValueTextError, ValueText>;

/// What suffixes may stand in a value beside its unit.
struct Suffixes {
    enum class Percent {
        share,    ///< "5%" is 0.05
        of_unit,  ///< the unit is "%" itself: "5%" is 5
        refused   ///< a share of what? "5%" in USD
    };
    Percent percent = Percent::share;
    /// Whether `k M G B T` may be meant: not where the unit has a prefix of its own, as
    /// "10k" in kUSD may be 10 or 10,000 of them.
    bool are_clear = true;
    std::string unit;  ///< for messages
};

/// The suffixes of values in a unit: `docs/scenario-reference.md`, Values.
Suffixes suffixes_in(Unit const& unit);

/// Reads the notation of values in strings: `30`, `1_000`, `1,000`, `20k`, `1.5M`, `2B`
/// (= `2G`), `3T`, `1e27`, `35%`, `20k to 27k`, `150k to 250k to 500k`, and where
/// `is_date` `2026-03`, `2026-03-15` or `2026-03 to 2027-06`.
///
/// Units:  percent are divided by 100 unless they are the unit's; dates become months
/// from `start_month`, which is
///         year * 12 + month - 1.
/// Error:  a text that can only be meant as a value (a lone number, or one with the
/// word
///         `to`) gives a ValueTextError; anything else gives NotAValue.
ValueTextResult parse_value_text(std::string_view text,
                                 bool is_date,
                                 int start_month,
                                 Suffixes const& suffixes = {});

/// A number for people: at least six significant digits, commas from 1,000 on, `1.5e12`
/// from 1e9 on.
std::string format_number(double value);

}  // namespace leadtime::estimator
