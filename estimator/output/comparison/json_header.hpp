// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/comparison/paired_report.hpp"

#include <nlohmann/json_fwd.hpp>

namespace leadtime::estimator {

/// What a document of a comparison begins with: its format, the program, seed, samples
/// and the base.
nlohmann::ordered_json header_json(ComparisonReport const& report, char const* format);

nlohmann::ordered_json scenario_json(ComparedScenario const& scenario);

}  // namespace leadtime::estimator
