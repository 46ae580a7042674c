// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/toml_document.hpp"

namespace leadtime::estimator {

/// Reads and checks a parsed document with overrides already applied.
/// Throws: text::ConfigError with every error found.
Scenario read_scenario_document(text::Document const& document,
                                hwprofiles::ProfileLibrary const& profiles);

}  // namespace leadtime::estimator
