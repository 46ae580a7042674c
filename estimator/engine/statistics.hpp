// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/sample_set.hpp"
#include "estimator/engine/wide_moments.hpp"
#include "estimator/scenario/quantile_levels.hpp"
#include "kernels/statistics/bins.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// The counts of an output's bins, by their number from the axis' first.
struct BinCounts {
    std::uint32_t const* recent = nullptr;
    std::uint64_t const* earlier = nullptr;  ///< null: none

    std::uint64_t operator[](int bin) const {
        return recent[bin] + (earlier == nullptr ? 0 : earlier[bin]);
    }
    BinCounts operator+(int bins) const {
        return {recent + bins, earlier == nullptr ? nullptr : earlier + bins};
    }
};

/// The distribution of one output, read off its bins; samples that are not a number are
/// left out. Ranks run from 0 to samples - 1.
class OutputDistribution {
  public:
    OutputDistribution(kernels::Axis const& axis,
                       kernels::Moments const& moments,
                       BinCounts counts);

    double samples() const { return samples_; }
    /// The p-quantile of the samples, p in [0, 1]: rank p (n - 1), linear between
    /// samples; -infinity or +infinity among censored samples.
    double quantile(double p) const;
    /// The same over the finite samples; 0 where there are none.
    double finite_quantile(double p) const;
    /// Standard error of a quantile: that of its rank, and what its bin leaves open.
    double standard_error(double p) const;
    /// Half the distance between the quantiles one standard deviation of the rank
    /// apart. Infinite where one of them is censored.
    double rank_error(double p) const;
    /// What the bin alone leaves open, as a standard deviation.
    double bin_error(double p) const;
    /// Share of the samples that are at most x: exact at the edges of bins and at
    /// atoms, linear within a bin.
    double share_at_most(double x) const;
    /// Values that certainly enclose the samples of ranks low (n - 1) to high (n - 1):
    /// edges of the bins that those fall in. Infinite among censored samples.
    std::pair<double, double> bracket(double low, double high) const;
    /// Whether the samples of ranks low (n - 1) to high (n - 1) are all atoms or
    /// infinite, as far as these samples show.
    bool are_atoms(double low, double high) const;
    /// What is known of one sample: edges, and how many samples are within them.
    struct Bin {
        double low = 0.0;
        double high = 0.0;
        double count = 0.0;
    };
    /// The bins of the two samples that the p-quantile lies between.
    std::array<Bin, 2> bins_at(double p) const;
    /// Whether the p-quantile is below single precision, and counts as 0.
    bool is_below_precision(double p) const;
    /// The lowest value above 0, or the largest of all.
    double first_positive() const;
    /// Hill's estimate of the exponent of the heavier tail, `TailIndex`.
    double tail_index() const;

  private:
    /// Samples of consecutive ranks, spread evenly over [low, high]. An output may have
    /// thousands: they are kept small.
    struct Stretch {
        float low = 0.0f;
        float high = 0.0f;
        double count = 0.0;
        double before = 0.0;  ///< samples of lower rank
        int bin = -1;         ///< of `bins_`, if that and not its ends enclose them
        bool is_tiny = false;
    };
    struct Atom {
        float value = 0.0f;
        double count = 0.0;
        bool is_tiny = false;
    };

    void add(float low, float high, double count);
    void add_atom(Atom const& atom, double count);
    void add_bin(float low, float high, double count);
    void add_around_atoms(float low, float high, double count);
    void add_atoms_up_to(float value);
    void add_coarse(float low, float high, BinCounts counts);
    Bin bin_of(Stretch const& stretch) const;
    Stretch const& stretch_of(double rank) const;
    double value_of(double rank) const;
    double quantile_of_rank(double rank) const;

    std::vector<Stretch> stretches_;
    std::vector<Bin> bins_;    ///< where atoms share one with other values
    std::vector<Atom> atoms_;  ///< not yet among the stretches, falling
    double samples_ = 0.0;
    double censored_below_ = 0.0;
    double finite_ = 0.0;
    float lowest_ = 0.0f;
    float highest_ = 0.0f;
};

/// Two independent standard errors as one. Exactly rounded operations, unlike hypot.
inline double together(double a, double b) {
    return std::sqrt(a * a + b * b);
}

/// A quantile that was read off an axis of its own (refine.hpp).
struct RefinedQuantile {
    int output = 0;
    std::size_t level = 0;
    double p = 0.0;                   ///< that level
    OutputDistribution distribution;  ///< resolved around the quantile
    double rank_error = 0.0;

    double standard_error() const;
};

/// Statistics of every output over some samples. The size does not depend on how many;
/// two sets over the same axes merge by addition, in any order, to the same bits.
struct Statistics {
    std::vector<kernels::Axis> axes;  ///< by output row
    std::vector<int> rows;            ///< by axis: the output row it is of
    // What kernels add to: as much as 32-bit counts hold. The rest is in `earlier`.
    std::vector<std::uint32_t> counts;      ///< all bins of all outputs
    std::vector<kernels::Moments> moments;  ///< by output row; extremes of all samples
    /// Each as often as it counts: the sum of multiplicities, and that of their squares.
    std::uint64_t samples = 0;
    std::uint64_t squared_multiplicities = 0;
    std::vector<RefinedQuantile> refined;  ///< by output and level
    QuantileLevels levels;                 ///< that the axes are laid out for

    /// Empty statistics over these axes, one for each output row.
    explicit Statistics(std::vector<kernels::Axis> layout);
    /// Of some output rows, which may come more than once.
    Statistics(std::vector<kernels::Axis> layout, std::vector<int> output_rows);

    /// Adds the samples of `other`, which must have the same axes.
    void merge(Statistics const& other);
    /// Before kernels add these many samples: takes note of them, and makes room.
    void begin_adding(SampleSet::Total const& more);
    /// Samples that would tell as much if each counted once: (sum m)^2 / sum m^2.
    double effective_samples() const;
    /// Finite values of an output, each as often as it counts.
    std::uint64_t finite_samples(int output) const;
    BinCounts bin_counts(int output) const;

    OutputDistribution distribution(int output) const;
    /// What the quantile of a level is to be read off instead, or nullptr.
    RefinedQuantile const* find_refined(int output, std::size_t level) const;
    /// Adds one, or resolves the one that is there further.
    void refine(int output, std::size_t level, OutputDistribution distribution);
    /// Samples of an output in a special bin, e.g. not a number.
    std::uint64_t special(int output, kernels::SpecialBin bin) const;
    /// Over the finite samples; 0 where there are none.
    double mean(int output) const;
    double standard_deviation(int output) const;

  private:
    /// Counts and sums of what 32-bit counts could not hold any more.
    struct Earlier {
        std::vector<std::uint64_t> counts;
        std::vector<WideMoments> moments;
    };
    WideMoments moments_of(int output) const;
    void make_room(std::uint64_t more);
    Earlier& fold();

    std::uint64_t recent_samples_ = 0;  ///< in `counts`
    std::optional<Earlier> earlier_;
};

/// Lays out the axis of one output from a few values (any order, may hold infinities):
/// narrow bins where a reported quantile may lie, wide ones elsewhere. `first_count` is
/// left to the caller.
kernels::Axis make_axis(std::span<float const> pilot,
                        QuantileLevels const& levels = QuantileLevels());

/// An axis for a run of `samples` samples, after a pilot run (which may be all of
/// them): the brackets around the quantiles are as narrow as the pilot allows.
kernels::Axis refine_axis(Statistics const& pilot, int output, std::uint64_t samples);

/// An axis of [low, high] alone, in bins as narrow as their number allows: where a few
/// cells hold the `fine` intervals, in those; else everywhere. It keeps no sums.
kernels::Axis
zoom_axis(float low, float high, std::span<std::pair<float, float> const> fine = {});

/// Numbers the bins of consecutive outputs; gives how many there are in all.
std::size_t lay_out_counts(std::vector<kernels::Axis>& axes);

}  // namespace leadtime::estimator
