// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/engine/executor.hpp"

#include <ostream>

namespace leadtime::estimator {

/// `leadtime sensitivity`: analyses a scenario, writes its files, and prints the tables
/// or the JSON to `out`. Progress and messages go to stderr.
///
/// Returns: the exit status. Throws: text::ConfigError, RunError, OutputError,
/// Interrupted; then no file was written.
int run_sensitivity(Arguments const& arguments,
                    Executor const& executor,
                    std::ostream& out);

}  // namespace leadtime::estimator
