// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator {

/// A scenario file (or a built-in scenario) that is read again and again, each time with
/// other values.
class ScenarioSource {
  public:
    /// `overrides`, each `KEY=VALUE` as for --set, count every time.
    explicit ScenarioSource(
        std::string file,
        std::vector<std::string> overrides = {},
        hwprofiles::ProfileLibrary profiles = hwprofiles::ProfileLibrary::load());

    /// With these on top of the others. Throws: text::ConfigError with every error found.
    Scenario read(std::vector<std::string> const& overrides = {}) const;

    hwprofiles::ProfileLibrary const& profiles() const { return profiles_; }

  private:
    std::string file_;
    std::vector<std::string> overrides_;
    hwprofiles::ProfileLibrary profiles_;
};

}  // namespace leadtime::estimator
