// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Where uniform numbers come from.
enum class Sampler {
    philox,  ///< independent samples
    qmc      ///< sixteen independent scramblings of Sobol points (docs/convergence.md)
};

/// Most samples of a run, and most where each is kept (ranks are 32-bit).
inline constexpr std::uint64_t most_samples = std::uint64_t{1} << 48;
inline constexpr std::uint64_t most_kept_samples = 0xffffffff;

/// How a model is run.
struct RunOptions {
    std::uint64_t samples = 100'000;  ///< 1 .. most_samples
    std::uint64_t seed = 1;
    Sampler sampler = Sampler::philox;
    /// Outputs that Sobol points are laid out for, as Model::find() takes them;
    /// without any, the lags at year ends.
    std::vector<std::string> aims;
    /// Outputs whose samples are kept, and whose quantiles are exact: Model::find().
    std::vector<std::string> keep;
    /// Keeps and sorts all samples however many they are, up to most_kept_samples, as
    /// the cells of a sweep do.
    bool always_sorted = false;
    /// Counts samples in bins however few they are, as large runs do: to test bins.
    bool always_binned = false;
    Control control;
};

}  // namespace leadtime::estimator
