// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/run_options.hpp"

namespace leadtime::estimator {

/// Runs a model over `samples` samples, in memory that does not grow with their number.
/// The result has the rows of model.rows(), with the same bits however many they are.
/// Same scenario, seed and samples: same bits on any executor.
///
/// Throws: Interrupted, RunError.
Result
estimate(Model const& model, Executor const& executor, RunOptions const& options);

}  // namespace leadtime::estimator
