// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

using Keys = std::vector<std::string>;
using FamilyParameters = std::map<std::string, double>;

/// How a family may be given: by all keys of one of `ways`, or by quantiles.
struct FamilyRule {
    std::string name;
    std::vector<Keys> ways;
    Keys options;
    bool takes_quantiles = true;
    bool is_logarithmic = false;  ///< makes no sense for dates
};

/// All families a scenario may name.
std::vector<FamilyRule> const& family_rules();

/// `"mu" and "sigma", or quantiles such as "p5" and "p95"`.
std::string list_ways(FamilyRule const& rule);

/// `"a", "b" and "c"`.
std::string quote(Keys const& keys);

/// Whether a key's values are positions on the axis, which for dates are dates.
bool is_position(std::string_view key);

/// Whether a key's values are widths on the axis, in the unit but never dates.
bool is_width(std::string_view key);

/// The probability of `p5`, `p2.5` or `p2_5` in percent, if the key is one.
std::optional<double> quantile_percent(std::string key);

double
parameter(FamilyParameters const& parameters, std::string const& key, double fallback);

/// The distribution of a family from the parameters of one of its ways: all but
/// `discrete`, `empirical` and `mixture`.
/// Throws: DistributionError, see families/families.hpp.
Distribution build_family(FamilyRule const& rule,
                          Keys const& way,
                          FamilyParameters const& parameters);

}  // namespace leadtime::estimator
