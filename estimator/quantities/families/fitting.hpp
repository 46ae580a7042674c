// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/family.hpp"
#include "estimator/quantities/least_squares.hpp"

#include <array>
#include <functional>
#include <string_view>

/// What the families' fits to quantiles share.
namespace leadtime::estimator::detail {

/// The normal score of a quantile's probability.
double score(WantedQuantile const& wanted);

/// The quantile that a distribution has there.
double quantile(Distribution const& distribution, WantedQuantile const& wanted);

/// Throws: DistributionError unless all values lie between both (max may be infinite).
void expect_within(std::string_view words,
                   Wanted const& wanted,
                   double min,
                   double max);

enum class Scale { linear, logarithmic };

/// x, or log x, = location + slope * standard quantile: location and slope of the
/// least-squares line, which is exact for two quantiles.
std::array<double, 2>
fit_location_scale(Wanted const& wanted,
                   std::function<double(WantedQuantile const&)> const& standard,
                   Scale scale);

/// Mean and standard deviation of the normal nearest to the quantiles.
std::array<double, 2> normal_guess(Wanted const& wanted);

/// The median among three quantiles.
/// Throws: DistributionError unless it is the middle one.
double middle_of(std::string_view words, Wanted const& wanted);

/// Fits make(min, mode, max) over the mode and the logs of the widths beside it.
Distribution
fit_triangle(Wanted const& wanted,
             std::function<Distribution(double, double, double)> const& make);

}  // namespace leadtime::estimator::detail
