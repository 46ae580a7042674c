// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include <string>

/// Functions whose sensitivity is known on paper, as scenarios.
namespace leadtime::tests {

/// A scenario that reports these outputs, each `"NAME"`.
inline estimator::Scenario scenario_of(std::string const& quantities,
                                       std::string const& outputs = "\"y\"") {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    return estimator::read_scenario_text(
        "[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = \"2024-02\"\n"
            + quantities + "[output]\nquantities = [" + outputs + "]\n",
        "x.toml",
        profiles);
}

inline std::string drawn(std::string const& name, std::string const& value) {
    return "[quantity." + name + "]\nunit = \"1\"\nvalue = { " + value + " }\n";
}

inline std::string standard_normal(std::string const& name) {
    return drawn(name, "dist = \"normal\", mean = 0, sd = 1");
}

inline std::string formula(std::string const& name, std::string const& text) {
    return "[quantity." + name + "]\nunit = \"1\"\nformula = \"" + text + "\"\n";
}

/// Ishigami and Homma (1990), a = 7, b = 0.1, and x4 that does nothing.
inline estimator::Scenario ishigami() {
    std::string text;
    for (auto const* name : {"x1", "x2", "x3", "x4"}) {
        text += drawn(
            name,
            "dist = \"uniform\", min = -3.141592653589793, max = 3.141592653589793");
    }
    return scenario_of(
        text + formula("y", "sin(x1) + 7 * sin(x2)^2 + 0.1 * x3^4 * sin(x1) + 0 * x4"));
}

/// Sobol's G function with a = 0, 1, 4.5, 9, 99, 99.
inline constexpr double sobol_g_a[] = {0.0, 1.0, 4.5, 9.0, 99.0, 99.0};
inline estimator::Scenario sobol_g() {
    std::string text;
    std::string product;
    char const* const a[] = {"0", "1", "4.5", "9", "99", "99"};
    for (int i = 0; i < 6; ++i) {
        std::string const name = "x" + std::to_string(i + 1);
        text += drawn(name, "dist = \"uniform\", min = 0, max = 1");
        product += std::string(i == 0 ? "" : " * ") + "(abs(4 * " + name + " - 2) + "
                   + a[i] + ") / (1 + " + a[i] + ")";
    }
    return scenario_of(text + formula("y", product));
}

}  // namespace leadtime::tests
