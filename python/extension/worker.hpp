// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/leadtime.hpp"

#include <functional>
#include <nanobind/nanobind.h>
#include <string>

namespace leadtime::python {

/// What is run where samples are: it must not touch Python.
using Job = std::function<void(Executor const&, Control const&)>;

/// Runs a job on the one thread that has Kokkos, and waits for it: jobs of several
/// Python threads follow each other. The caller gives up the GIL, looks for Ctrl-C
/// twenty times a second, and then calls `progress` (None, or a callable of done and
/// total) with it held. `device` as ExecutorOptions has it.
///
/// Throws: what the job throws; nanobind::python_error after Ctrl-C, or where `progress`
/// raises; RunError in a process that was forked from one that had it.
void run_job(Job const& job,
             nanobind::object const& progress,
             std::string const& device);

/// Ends that thread: Kokkos ends with it. Nothing can be run afterwards.
void end_worker() noexcept;

}  // namespace leadtime::python
