// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/engine/executor.hpp"

#include <ostream>
#include <string>

namespace leadtime::estimator {

/// `leadtime sweep`: runs every cell of a design and writes the folder of --out.
/// Progress and messages go to stderr, but for `last_words`, which follow `out` and
/// name the page.
///
/// Returns: the exit status. Throws: text::ConfigError, RunError, OutputError,
/// Interrupted; complete cells stay.
int run_sweep_command(Arguments const& arguments,
                      Executor const& executor,
                      std::ostream& out,
                      std::string& last_words);

}  // namespace leadtime::estimator
