// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
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

}  // namespace leadtime::estimator
