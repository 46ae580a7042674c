// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/comparison/paired_report.hpp"

#include <string>

namespace leadtime::estimator {

/// For a person: at the year ends and for milestones, each side's median, the paired
/// difference of lags and the ratio of FLOP and money.
std::string comparison_table(ComparisonReport const& report, bool colour);

}  // namespace leadtime::estimator
