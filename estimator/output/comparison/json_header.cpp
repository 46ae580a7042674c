// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/comparison/json_header.hpp"

#include "estimator/output/program_json.hpp"

#include <nlohmann/json.hpp>

namespace leadtime::estimator {

nlohmann::ordered_json scenario_json(ComparedScenario const& scenario) {
    return {{"file", scenario.label}, {"name", scenario.name}, {"hash", scenario.hash}};
}

nlohmann::ordered_json header_json(ComparisonReport const& report, char const* format) {
    return {{"format", format},
            {"format_version", 1},
            {"leadtime", program_json()},
            {"seed", report.seed},
            {"samples", report.samples},
            {"base", scenario_json(report.scenarios.front())}};
}

}  // namespace leadtime::estimator
