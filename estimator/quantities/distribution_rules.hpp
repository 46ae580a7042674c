// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/family.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// `"mu" and "sigma", or quantiles such as "p5" and "p95"`.
std::string list_ways(Family const& family);

/// `"a", "b" and "c"`.
std::string quote(Keys const& keys);

/// Whether a key's values are positions on the axis, which for dates are dates. Of the
/// keys of families only those that is_position(), is_width() and is_number() know may
/// be used: a test names a new one.
bool is_position(std::string_view key);

/// Whether a key's values are widths on the axis, in the unit but never dates.
bool is_width(std::string_view key);

/// Whether a key's values are plain numbers: shapes, probabilities, of logarithms.
bool is_number(std::string_view key);

/// The probability of `p5`, `p2.5` or `p2_5` in percent, if the key is one.
std::optional<double> quantile_percent(std::string key);

}  // namespace leadtime::estimator
