// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/refine.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/statistics.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// Independent scramblings of a quasi-Monte Carlo run: error bars come from them.
inline constexpr int qmc_replicates = 16;

/// A quasi-Monte Carlo run: replicates of 2^samples_log2 Sobol points each.
struct QmcDesign {
    int samples_log2 = 6;
    std::uint64_t samples() const {
        return std::uint64_t{qmc_replicates} << samples_log2;
    }
};

/// The smallest design with at least that many samples in all (at most 2^31).
QmcDesign qmc_design(std::uint64_t samples);

/// Quantiles and means of each replicate, and the standard errors that follow.
class ReplicateErrors {
  public:
    explicit ReplicateErrors(QuantileLevels const& levels)
        : levels_(levels) {}

    /// Keeps what a replicate says of each output.
    void add(Statistics const& replicate);
    /// The same, known exactly: by output the quantiles of all levels, and the mean.
    void add(std::vector<std::vector<double>> by_output) {
        replicates_.push_back(std::move(by_output));
    }
    /// Replaces quantiles of a replicate by those read off axes of their own, once: the
    /// first of these axes covers what replicates differ by.
    void refine(std::size_t replicate,
                Statistics const& refined,
                std::span<QuantileOf const> quantiles);

    /// Standard error of the mean over the replicates of a quantile level (of the
    /// mean), in base units: 0 where all are the same infinity, infinite where only
    /// some are. The pooled quantile has the same error to first order.
    double of_quantile(std::size_t output, std::size_t level) const;
    double of_mean(std::size_t output) const;

  private:
    double error(std::size_t output, std::size_t number) const;

    QuantileLevels levels_;
    /// [replicate][output], the mean last.
    std::vector<std::vector<std::vector<double>>> replicates_;
    /// Replicate, output and level of those that were replaced.
    std::set<std::tuple<std::size_t, int, std::size_t>> refined_;
};

}  // namespace leadtime::estimator
