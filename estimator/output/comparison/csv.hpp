// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/comparison/paired_report.hpp"

#include <string>

namespace leadtime::estimator {

/// Tidy: scenario, path, metric, unit, month, side, statistic, value.
std::string comparison_csv(ComparisonReport const& report);

}  // namespace leadtime::estimator
