// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/statistics.hpp"

#include <functional>
#include <vector>

namespace leadtime::estimator {

/// The statistics of one output, in its unit. Samples that are not a number are left
/// out of the quantiles, which ascend and lie between minimum and maximum.
Row make_row(Plan const& plan,
             OutputInfo const& output,
             Statistics const& statistics,
             int index);

/// Of an output that is a date: the share of its samples at or before the start of each
/// step's last month, which is what `share_at_most` gives of it. Empty for all others.
std::vector<double>
shares_by_step(Plan const& plan,
               OutputInfo const& output,
               std::function<double(double month)> const& share_at_most);

}  // namespace leadtime::estimator
