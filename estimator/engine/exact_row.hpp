// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/result.hpp"

#include <span>

namespace leadtime::estimator {

/// Statistics of one output from all of its samples, kept one by one: quantiles are
/// exact order statistics (rank p (n - 1), linear between samples), through Thrust.
/// Their standard errors are half the distance between the order statistics one
/// standard deviation of the rank apart. `values` are in base units and not NaN.
Row exact_row(OutputInfo const& output,
              std::span<float const> values,
              QuantileLevels const& levels = QuantileLevels());

}  // namespace leadtime::estimator
