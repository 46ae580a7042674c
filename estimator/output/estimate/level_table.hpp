// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <string>

namespace leadtime::estimator {

/// The quantile levels that were asked for, in the last step: of each path's largest run
/// and lag, and of the quantities of [output]. Empty where only quantile_levels were.
std::string level_table(Result const& result, bool colour);

}  // namespace leadtime::estimator
