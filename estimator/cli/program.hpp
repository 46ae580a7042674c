// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::estimator {

/// The whole program once the CPU is known to be fine: parses the command line, runs
/// the command, prints its output, and any error once.
///
/// Returns: the exit status: 0 done, 1 ran but a stated limit was missed, 2 bad input
/// or failure, 130 interrupted. Throws: nothing.
int run_program(int argc, char const* const* argv) noexcept;

}  // namespace leadtime::estimator
