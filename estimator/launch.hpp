// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/estimate.hpp"
#include "estimator/plan.hpp"
#include "estimator/statistics.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// A stretch of sample numbers, end not included.
struct SampleRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// How samples are laid out on the machine; never changes their bits.
enum class LaneMode {
    packs,  ///< SIMD packs
    single  ///< one sample at a time, as on a GPU
};

/// Lays out the statistics of a run of `samples` samples from a pilot of its first few
/// thousand. Throws: RunError if one of the first 1,024 is not a number; Interrupted.
Statistics start_statistics(
    Plan const& plan, std::uint64_t seed, std::uint64_t samples, RunOptions const& options = {});

/// Runs a range of samples and adds them to the statistics: the one entrance to the kernels.
/// run [a, b) then [b, c) equals run [a, c) bit for bit.
/// Throws: Interrupted.
void run_range(
    Plan const& plan,
    std::uint64_t seed,
    SampleRange range,
    Statistics& statistics,
    RunOptions const& options = {},
    LaneMode mode = LaneMode::packs);

/// All outputs of a few samples: [output row * count + sample]. For tests, pilots and `show`.
std::vector<float> run_samples(
    Plan const& plan,
    std::uint64_t seed,
    SampleRange range,
    LaneMode mode = LaneMode::packs);

/// In words, e.g. "OpenMP, 2 threads, packs of 8".
std::string backend_description();

}  // namespace leadtime::estimator
