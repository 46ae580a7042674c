// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/comparison/paired_report.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator {

/// Regulatory resilience: the ratio of means of one metric of every path with the event
/// (the second scenario of each pair) and without it.
struct ResilienceReport {
    ComparisonReport comparison;      ///< one result for each event
    std::vector<std::string> events;  ///< in the same order
    std::string metric;
    std::vector<int> year_ends;  ///< steps that the table shows, beside the lowest
};

}  // namespace leadtime::estimator
