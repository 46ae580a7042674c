// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/sensitivity/given_data.hpp"

#include <span>
#include <vector>

namespace leadtime::estimator {

/// What it is worth to know a factor before deciding (docs/sensitivity.md 5). The
/// options are outputs 0 .. options - 1 of the table, the larger the better, all in one
/// unit; a single one is weighed against 0.
///
/// E[max_d E[Y_d|X]] - max_d E[Y_d], cross-fitted: half of the blocks choose an option
/// in each slice of X, the others say what the choice is worth. So it is 0 on average
/// or less where X does not matter, and no more than the true value.
Estimate partial_information_value(OutputTable const& table,
                                   std::span<SliceSums const> slices,
                                   std::size_t options);

/// The same for knowing all: E[max_d Y_d] - max_d E[Y_d].
Estimate perfect_information_value(OutputTable const& table, std::size_t options);

/// The best option without information: its number, or `options` for doing nothing.
std::size_t best_option(OutputTable const& table, std::size_t options);

}  // namespace leadtime::estimator
