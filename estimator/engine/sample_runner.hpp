// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/control.hpp"
#include "estimator/engine/statistics.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// A stretch of sample numbers, end not included.
struct SampleRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    std::uint64_t size() const { return end - begin; }
};

/// Samples that any batch holds.
inline constexpr int batch_samples = 1024;

/// Samples of one plan under one seed, made wherever an Executor runs. Owns its buffers,
/// whose size does not depend on the number of samples.
///
/// Where samples run and how ranges are split never changes a bit: adding [a, b) and
/// then [b, c) equals adding [a, c).
class SampleRunner {
  public:
    SampleRunner() = default;
    virtual ~SampleRunner() = default;
    SampleRunner(SampleRunner const&) = delete;
    SampleRunner& operator=(SampleRunner const&) = delete;

    /// Adds a range to the statistics. Throws: Interrupted.
    virtual void
    add(SampleRange range, Statistics& statistics, Control const& control = {}) = 0;

    /// Some outputs of many samples: values[i * range.size() + sample - range.begin] is
    /// output row `outputs[i]`. Throws: Interrupted.
    virtual void gather(SampleRange range,
                        std::span<int const> outputs,
                        std::span<float> values,
                        Control const& control = {}) = 0;

    /// Runs at most `batch_samples` samples and hands every output's values to f,
    /// outputs on all host threads at once. f must not throw. Throws: std::length_error
    /// for more samples.
    using Visitor = std::function<void(int output, std::span<float const> values)>;
    virtual void visit(SampleRange range, Visitor const& f) = 0;

    /// In words, e.g. "OpenMP, 2 threads, x86-64-v4, 16 samples at a time".
    virtual std::string description() const = 0;
};

}  // namespace leadtime::estimator
