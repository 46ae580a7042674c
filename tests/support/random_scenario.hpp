// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace leadtime::tests {

/// A random valid scenario as TOML text, the same for the same seed on any machine.
/// Many seeds together cover every channel kind, distribution, interpolation, function
/// of formulas, step length and depreciation, correlated groups, caps, power caps,
/// gates, several sites, history, milestones and paths that react to last month's
/// metrics. Profiles used: see random_scenario.cpp. About one in twelve has quantities
/// only.
std::string random_scenario_toml(std::uint64_t seed);

/// The same with outputs that are not a number in some months.
std::string random_scenario_with_gaps_toml(std::uint64_t seed);

}  // namespace leadtime::tests
