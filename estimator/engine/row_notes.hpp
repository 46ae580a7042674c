// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What must be said beside the numbers of a run, a sentence for each metric: reported
/// quantiles below single precision, and means that a heavy tail makes worthless.
std::vector<std::string> row_notes(std::span<Row const> rows,
                                   QuantileLevels const& levels);

}  // namespace leadtime::estimator
