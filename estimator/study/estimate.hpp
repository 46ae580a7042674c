// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"
#include "estimator/scenario/scenario.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Where uniform numbers come from.
enum class Sampler {
    philox,  ///< independent samples
    qmc      ///< sixteen independent scramblings of Sobol points (docs/convergence.md)
};

/// How a scenario is run.
struct RunOptions {
    std::uint64_t samples = 100'000;  ///< 1 .. 2^32 - 1
    std::uint64_t seed = 1;
    Sampler sampler = Sampler::philox;
    /// Outputs that Sobol points are laid out for, as select_outputs() takes them;
    /// without any, the lags at year ends.
    std::vector<std::string> aims;
    /// Outputs whose samples are kept, and whose quantiles are exact: select_outputs().
    std::vector<std::string> keep;
    /// Called from the launching thread between batches: samples done, samples in all.
    std::function<void(std::uint64_t, std::uint64_t)> progress;
    /// Looked at between batches; when it becomes true the run throws Interrupted.
    std::atomic<bool> const* stop = nullptr;
};

/// The run was asked to stop; nothing was produced.
class Interrupted : public std::runtime_error {
  public:
    explicit Interrupted(std::string const& text = "interrupted, nothing was written")
        : std::runtime_error(text) {}
};

/// A scenario produced a value that is not a number, or cannot be run as asked; what()
/// is a sentence for the user naming the metric, the month and the first such sample.
class RunError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Runs a scenario: the whole model over `samples` samples, in memory that does not
/// grow with their number. Same scenario, seed and samples: same bits on any number of
/// threads.
///
/// Needs Kokkos initialised. Throws: Interrupted, RunError.
Result estimate(Scenario const& scenario, RunOptions const& options);

}  // namespace leadtime::estimator
