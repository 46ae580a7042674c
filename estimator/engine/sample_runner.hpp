// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/sample_set.hpp"
#include "estimator/engine/statistics.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Samples that any batch holds.
inline constexpr int batch_samples = 1024;

/// Samples of one plan under one seed, made wherever an Executor runs. Owns its buffers,
/// whose size does not depend on the number of samples.
///
/// Where samples run and how sets are split never changes a bit: adding [a, b) and then
/// [b, c) equals adding [a, c).
class SampleRunner {
  public:
    SampleRunner() = default;
    virtual ~SampleRunner() = default;
    SampleRunner(SampleRunner const&) = delete;
    SampleRunner& operator=(SampleRunner const&) = delete;

    /// Adds samples to the statistics, each as often as it counts. Throws: Interrupted.
    virtual void add(SampleSet const& samples,
                     Statistics& statistics,
                     Control const& control = {}) = 0;

    /// Some outputs of many samples: values[i * samples.size() + place] is output row
    /// `outputs[i]` of samples.number(place). Throws: Interrupted.
    virtual void gather(SampleSet const& samples,
                        std::span<int const> outputs,
                        std::span<float> values,
                        Control const& control = {}) = 0;

    /// Runs at most `batch_samples` samples and hands the values of each of the outputs
    /// to f, with its place among them, on all host threads at once. f must not throw.
    /// Throws: std::length_error for more samples.
    using Visitor =
        std::function<void(std::size_t place, std::span<float const> values)>;
    virtual void
    visit(SampleSet const& samples, std::span<int const> outputs, Visitor const& f) = 0;

    /// In words, e.g. "OpenMP, 2 threads, x86-64-v4, 16 samples at a time".
    virtual std::string description() const = 0;
};

}  // namespace leadtime::estimator
