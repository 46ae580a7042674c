// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/result.hpp"

#include <span>

namespace leadtime::estimator {

/// Statistics of one output from all of its samples, ascending: quantiles are exact
/// order statistics (rank p (n - 1), linear between samples). Their standard errors are
/// half the distance between the order statistics one standard deviation of the rank
/// apart. `sorted` is in base units and without NaN.
Row row_of_sorted(OutputInfo const& output,
                  std::span<float const> sorted,
                  QuantileLevels const& levels);

/// The same of values in any order, which all threads sort through Thrust.
Row exact_row(OutputInfo const& output,
              std::span<float const> values,
              QuantileLevels const& levels = QuantileLevels());

/// The p-quantile of sorted values; an infinity where it falls among infinities.
double quantile_of_sorted(std::span<float const> sorted, double p);

/// Those of sorted values that are not infinite.
std::span<float const> finite_part(std::span<float const> sorted);

/// Their mean, added up in ascending order; 0 where there are none.
double mean_of_finite(std::span<float const> finite);

}  // namespace leadtime::estimator
