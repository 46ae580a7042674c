// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/statistics.hpp"

namespace leadtime::estimator {

/// The statistics of one output, in its unit. Samples that are not a number are left
/// out of the quantiles, which ascend and lie between minimum and maximum.
Row make_row(Plan const& plan,
             OutputInfo const& output,
             Statistics const& statistics,
             int index);

}  // namespace leadtime::estimator
