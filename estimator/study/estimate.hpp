// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/scenario/scenario.hpp"

namespace leadtime::estimator {

/// Runs a scenario: the whole model over `samples` samples, in memory that does not
/// grow with their number. Same scenario, seed and samples: same bits on any number of
/// threads.
///
/// Needs Kokkos initialised. Throws: Interrupted, RunError.
Result estimate(Scenario const& scenario, RunOptions const& options);

}  // namespace leadtime::estimator
