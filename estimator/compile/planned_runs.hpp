// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"

#include <cstddef>
#include <span>

namespace leadtime::estimator {

/// The plan that gives nothing but the FLOP that the largest runs of some paths are
/// planned for: output row `month * paths.size() + i` for path `paths[i]`. Runs are not
/// done, so that no cluster model is asked, unless a formula of the purchases reads one.
Plan planned_runs(Plan plan, std::span<std::size_t const> paths);

}  // namespace leadtime::estimator
