// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/cli/environment.hpp"
#include "estimator/cli/progress.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/run_options.hpp"
#include "estimator/engine/runtime.hpp"
#include "estimator/reader/scenario_source.hpp"

#include <memory>
#include <optional>
#include <string>

namespace leadtime::estimator {

/// What a command that runs samples needs: threads, and an executor as the environment
/// asks for.
class Session {
  public:
    /// `threads` is --threads, `device` is --device or empty, which beats the
    /// environment. Throws: RunError for what the environment says wrong, and for a
    /// device that is not here.
    Session(std::optional<int> threads, std::string const& device);

    Executor const& executor() const { return *executor_; }
    /// What to say once about where samples ran: lines, or nothing.
    std::string const& notes() const { return notes_; }

  private:
    struct Checked {
        explicit Checked(std::optional<int> threads);
    };
    ExitGuard guard_;
    Checked checked_;  ///< before Kokkos sees the environment
    Runtime runtime_;
    std::unique_ptr<Executor> executor_;
    std::string notes_;
};

/// The scenario that the command line names, with its --set and --profiles. Throws:
/// text::ConfigError where a profile is wrong.
ScenarioSource scenario_source(Arguments const& arguments);

/// The options of a run that the command line gives; it can be stopped by signals and
/// reports to `bar`, which must outlive them.
RunOptions run_options(Arguments const& arguments, ProgressBar& bar);

}  // namespace leadtime::estimator
