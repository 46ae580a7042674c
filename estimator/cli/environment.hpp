// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"

#include <optional>
#include <string>

namespace leadtime::estimator {

/// Checks what OpenMP and Kokkos are told by the environment, which would abort, crash
/// or end the program with their own words, and that their threads can be started.
/// `threads` is --threads. Throws: RunError.
void check_environment(std::optional<int> threads);

/// What LEADTIME_BACKEND (`host`, `device`: now called kokkos) and LEADTIME_ISA
/// (`single`, `v3`, `v4`) ask for. Throws: RunError for other values, or what is not
/// here.
ExecutorOptions executor_of_environment();

/// What to say to those who set LEADTIME_BACKEND, of what executor_of_environment() gave:
/// a sentence, or nothing.
std::string note_on_environment(ExecutorOptions const& of_environment);

/// While one is alive, exit() comes from a library that gave up (libgomp calls exit(1),
/// which here means a missed limit): the program then ends with 2 instead.
class ExitGuard {
  public:
    ExitGuard();
    ~ExitGuard();
    ExitGuard(ExitGuard const&) = delete;
    ExitGuard& operator=(ExitGuard const&) = delete;
};

}  // namespace leadtime::estimator
