// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace leadtime::estimator {

/// Becomes true at the first Ctrl-C (SIGINT), SIGTERM or SIGHUP once
/// handle_stop_signals() was called.
std::atomic<bool> const& stop_requested() noexcept;

/// From here on the first such signal asks to stop; a second one ends the program at
/// once.
void handle_stop_signals() noexcept;

/// Has a closed pipe and a file size limit reported as errors of the write instead of
/// signals, which would end the program in the middle of writing files.
void ignore_write_signals() noexcept;

}  // namespace leadtime::estimator
