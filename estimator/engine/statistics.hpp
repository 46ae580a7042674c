// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/statistics/bins.hpp"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// The distribution of one output, read off its bins. Ranks run from 0 to samples - 1.
class OutputDistribution {
  public:
    OutputDistribution(kernels::Axis const& axis,
                       kernels::Moments const& moments,
                       std::uint32_t const* counts,
                       std::uint64_t samples);

    /// The p-quantile of the samples, p in [0, 1]: rank p (n - 1), linear between
    /// samples; -infinity or +infinity among censored samples.
    double quantile(double p) const;
    /// Standard error of that quantile: half the distance between the quantiles one
    /// standard deviation of the rank apart. Infinite where one of them is censored.
    double standard_error(double p) const;
    /// Share of the samples that are at most x: exact at the edges of bins and at
    /// atoms, linear within a bin.
    double share_at_most(double x) const;
    /// Values that certainly enclose the samples of ranks low (n - 1) to high (n - 1):
    /// edges of the bins that those fall in. Infinite among censored samples.
    std::pair<double, double> bracket(double low, double high) const;
    /// Over the finite samples, each in the middle of its bin and the outermost bins at
    /// the extremes: for outputs whose sums were not kept, as no pilot saw any spread.
    double finite_mean() const;
    double finite_standard_deviation() const;

  private:
    /// Samples of consecutive ranks, spread evenly over [low, high].
    struct Stretch {
        double low = 0.0;
        double high = 0.0;
        double count = 0.0;
        double before = 0.0;  ///< samples of lower rank
    };

    void add(double low, double high, std::uint64_t count);
    Stretch const& stretch_of(double rank) const;
    double value_of(double rank) const;
    /// Values and how many samples have them, ascending.
    std::vector<std::pair<double, double>> finite_values() const;

    std::vector<Stretch> stretches_;
    double samples_ = 0.0;
    double lowest_ = 0.0;
    double highest_ = 0.0;
};

/// Statistics of every output over some samples. The size does not depend on how many;
/// two sets over the same axes merge by addition, in any order, to the same bits.
struct Statistics {
    std::vector<kernels::Axis> axes;        ///< by output row
    std::vector<std::uint32_t> counts;      ///< all bins of all outputs
    std::vector<kernels::Moments> moments;  ///< by output row
    std::uint64_t samples = 0;

    /// Empty statistics over these axes.
    explicit Statistics(std::vector<kernels::Axis> layout);

    /// Adds the samples of `other`, which must have the same axes.
    void merge(Statistics const& other);

    OutputDistribution distribution(int output) const;
    /// Samples of an output in a special bin, e.g. not a number.
    std::uint64_t special(int output, kernels::SpecialBin bin) const;
    /// Over the finite samples; 0 where there are none.
    double mean(int output) const;
    double standard_deviation(int output) const;
};

/// Lays out the axis of one output from a few values (any order, may hold infinities):
/// narrow bins where a reported quantile may lie, wide ones elsewhere. `first_count` is
/// left to the caller.
kernels::Axis make_axis(std::span<float const> pilot);

/// The same axis cut anew for a run of `samples` samples, after a pilot run (which may
/// be all of them): the brackets around the quantiles are as narrow as the pilot
/// allows.
kernels::Axis refine_axis(Statistics const& pilot, int output, std::uint64_t samples);

/// Numbers the bins of consecutive outputs; gives how many there are in all.
std::size_t lay_out_counts(std::vector<kernels::Axis>& axes);

}  // namespace leadtime::estimator
