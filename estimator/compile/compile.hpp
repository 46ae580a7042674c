// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/scenario/scenario.hpp"

namespace leadtime::estimator {

/// Turns a scenario into a Plan: orders formulas, hashes names, tabulates quantile
/// functions, lays out rows. Throws: text::ConfigError (cycles, a distribution that
/// cannot be tabulated).
Plan compile(Scenario const& scenario);

}  // namespace leadtime::estimator
