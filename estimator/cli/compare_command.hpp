// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/engine/executor.hpp"

#include <ostream>

namespace leadtime::estimator {

/// `leadtime compare`: scenarios side by side on the same draws, the first as base.
/// Prints the tables or the JSON to `out`, and writes the CSV file. Needs Kokkos
/// initialised.
///
/// Returns: the exit status. Throws: text::ConfigError, RunError, OutputError,
/// Interrupted; then no file was written.
int run_compare(Arguments const& arguments,
                Executor const& executor,
                std::ostream& out);

/// `leadtime resilience`: what is left of effective compute when an event happens. As
/// run_compare.
int run_resilience(Arguments const& arguments,
                   Executor const& executor,
                   std::ostream& out);

}  // namespace leadtime::estimator
