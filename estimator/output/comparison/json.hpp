// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/comparison/paired_report.hpp"

#include <string>

namespace leadtime::estimator {

/// One JSON document, `leadtime-compare`.
std::string comparison_json(ComparisonReport const& report);

}  // namespace leadtime::estimator
