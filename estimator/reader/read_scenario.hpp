// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {

struct ScenarioOptions {
    std::vector<std::pair<std::string, std::string>> overrides;  ///< --set KEY=VALUE
};

/// Takes each `KEY=VALUE` of --set apart at its first `=`.
ScenarioOptions split_overrides(std::vector<std::string> const& texts);

/// The text of a scenario compiled into the program, by its name such as "baseline".
std::optional<std::string_view> embedded_scenario(std::string_view name);

/// The names of all of them.
std::vector<std::string> embedded_scenario_names();

/// Reads and checks a scenario file (or, with a name as of an embedded file such as
/// "baseline", the built-in text).
/// Throws: text::ConfigError with every error found.
Scenario read_scenario(std::string const& path,
                       hwprofiles::ProfileLibrary const& profiles,
                       ScenarioOptions const& options = {});

/// The same from text; `file` names it in messages.
Scenario read_scenario_text(std::string const& text,
                            std::string const& file,
                            hwprofiles::ProfileLibrary const& profiles,
                            ScenarioOptions const& options = {});

}  // namespace leadtime::estimator
