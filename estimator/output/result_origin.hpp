// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"
#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"

namespace leadtime::estimator {

/// What a result was made from: the scenario's text, its quantities and the numbers of
/// the accelerators its paths use, each with its source, confidence and note.
ResultOrigin result_origin(Scenario const& scenario,
                           hwprofiles::ProfileLibrary const& profiles);

/// This program for people: `leadtime 0.1.0 (4f2c1d9e0a3b)`.
std::string program_name();

}  // namespace leadtime::estimator
