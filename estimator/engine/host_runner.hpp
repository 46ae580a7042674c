// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/control.hpp"
#include "estimator/engine/statistics.hpp"
#include "estimator/engine/tile_kernels.hpp"
#include "estimator/scenario/scenario.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// A stretch of sample numbers, end not included.
struct SampleRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// Samples that any batch holds.
inline constexpr int batch_samples = 1024;

/// Runs samples of one plan on the host's threads: the one entrance to the kernels.
/// Owns the buffers, whose size does not depend on the number of samples.
///
/// Which kernels, how many threads and how ranges are split never changes a bit: adding
/// [a, b) and then [b, c) equals adding [a, c).
class HostRunner {
  public:
    /// The plan must outlive the runner and stay where it is.
    HostRunner(Plan const& plan,
               std::uint64_t seed,
               TileKernels const& kernels = best_kernels());
    ~HostRunner();
    HostRunner(HostRunner const&) = delete;
    HostRunner& operator=(HostRunner const&) = delete;

    /// All outputs of some samples: [output row * count + sample]. For pilots and
    /// tests.
    std::vector<float> samples(SampleRange range);

    /// Runs at most `batch_samples` samples and hands every output's values to f,
    /// outputs on all threads at once. f must not throw.
    using Visitor = std::function<void(int output, std::span<float const> values)>;
    void visit(SampleRange range, Visitor const& f);

    /// Some outputs of many samples: values[i * (range.end - range.begin) + sample] is
    /// output row `outputs[i]`. Looks at options.stop and reports options.progress.
    /// Throws: Interrupted.
    void gather(SampleRange range,
                std::span<int const> outputs,
                std::span<float> values,
                RunOptions const& options = {});

    /// Adds a range to the statistics. Looks at options.stop and reports
    /// options.progress between batches. Throws: Interrupted.
    void add(SampleRange range, Statistics& statistics, RunOptions const& options = {});

    /// In words, e.g. "OpenMP, 2 threads, x86-64-v4, 16 samples at a time".
    std::string description() const;

  private:
    class Buffers;
    std::unique_ptr<Buffers> buffers_;
};

/// Lays out the statistics of a run of `samples` samples from a pilot of its first few
/// thousand. With a scenario one of the first 1,024 that cannot be a result is refused
/// at once. Throws: RunError, Interrupted.
Statistics start_statistics(Plan const& plan,
                            HostRunner& runner,
                            std::uint64_t samples,
                            RunOptions const& options = {},
                            Scenario const* scenario = nullptr);

}  // namespace leadtime::estimator
