// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"

namespace leadtime::estimator::detail {

/// location + z * scale over the normal score z, the scale depending on its sign; of X
/// or of log X. What the (split, log) normal families are.
Distribution affine(bool is_log, double location, double below, double above);

}  // namespace leadtime::estimator::detail
