// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/scenario_source.hpp"

#include "estimator/reader/read_scenario.hpp"

#include <utility>

namespace leadtime::estimator {

ScenarioSource::ScenarioSource(std::string file,
                               std::vector<std::string> overrides,
                               hwprofiles::ProfileLibrary profiles)
    : file_(std::move(file))
    , overrides_(std::move(overrides))
    , profiles_(std::move(profiles)) {}

Scenario ScenarioSource::read(std::vector<std::string> const& overrides) const {
    auto all = overrides_;
    all.insert(all.end(), overrides.begin(), overrides.end());
    return read_scenario(file_, profiles_, split_overrides(all));
}

}  // namespace leadtime::estimator
