// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <string>

namespace leadtime::estimator {

/// Who carries the largest runs at the ends of years: by accelerator and by channel, the
/// mean over the samples of its part of the run's planned rate (carried_by.*). Empty
/// where no path has a choice.
std::string carrier_table(Result const& result, bool colour);

}  // namespace leadtime::estimator
