// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/engine/executor.hpp"

#include <ostream>
#include <string>

namespace leadtime::estimator {

/// `leadtime run`: runs a scenario, writes its files, and prints the tables or the JSON
/// to `out`. Progress and messages go to stderr, but for `last_words`, which follow
/// `out` and name the page.
///
/// Returns: the exit status. Throws: text::ConfigError, RunError, OutputError,
/// Interrupted; then no file was written.
int run_scenario(Arguments const& arguments,
                 Executor const& executor,
                 std::ostream& out,
                 std::string& last_words);

}  // namespace leadtime::estimator
