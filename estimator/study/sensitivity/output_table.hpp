// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"

#include <Kokkos_Core.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// Standard errors come from this many interleaved blocks of samples: sample s is in
/// block s mod 16.
inline constexpr int sample_blocks = 16;

/// 97.5 % point of Student's t with 15 degrees of freedom, for 95 % intervals.
inline constexpr double block_t_quantile = 2.131;

/// Mean and standard error of an estimate from its values in the blocks.
struct Estimate {
    double value = 0.0;
    double standard_error = 0.0;
};
Estimate estimate_of_blocks(std::span<double const> by_block);

/// What is known of one output, in its own unit.
struct OutputSummary {
    double mean = 0.0;
    double standard_deviation = 0.0;
    double median = 0.0;  ///< exact; of the values with stand-ins
    double tail_index = std::numeric_limits<double>::infinity();  ///< as Row has it
    double share_below = 0.0;
    double share_above = 0.0;
    double stand_in_below = 0.0;  ///< of -infinity, NaN where none was needed
    double stand_in_above = 0.0;
    bool is_constant = false;
    std::array<double, sample_blocks> block_means{};      ///< of scaled values
    std::array<double, sample_blocks> block_variances{};  ///< of scaled values
    double tie_factor = 0.0;         ///< 2 mean(l (1 - l)), l = share of values >= own
    std::vector<double> bin_shares;  ///< of the samples in each bin of ranks
};

/// Samples of some outputs, side by side, as value and rank.
///
/// A sample has one or more lines of `line_width()` outputs, the last filled up with
/// zeros: first their values (x - mean) / standard deviation, as bits, then their
/// ranks, the numbers of samples at most as large. Samples are read in random order, so
/// what belongs together lies in one line of the cache.
class OutputTable {
  public:
    /// From the kept samples of some outputs, as keep_samples() gives them; they are
    /// sorted in place. Censored samples get the stand-ins of censored_values().
    OutputTable(Scenario const& scenario,
                std::span<SelectedOutput const> outputs,
                std::span<float> values,
                int rank_bins);

    std::size_t samples() const { return samples_; }
    std::size_t width() const { return summaries_.size(); }
    int rank_bins() const { return rank_bins_; }
    std::size_t lines() const { return lines_; }
    std::size_t line_width() const { return line_width_; }  ///< 1, 2, 4 or 8
    std::uint32_t const* line(std::size_t sample, std::size_t number) const {
        return words_.data() + (sample * lines_ + number) * 2 * line_width_;
    }
    float value(std::size_t sample, std::size_t output) const {
        return std::bit_cast<float>(
            line(sample, output / line_width_)[output % line_width_]);
    }
    OutputSummary const& summary(std::size_t output) const {
        return summaries_[output];
    }

    int bin_of(std::uint32_t rank) const {
        auto const bin = static_cast<int>(static_cast<float>(rank - 1) * bin_per_rank_);
        return bin < rank_bins_ ? bin : rank_bins_ - 1;
    }

  private:
    void add_output(std::size_t output, std::span<float> values);

    std::size_t samples_;
    int rank_bins_;
    float bin_per_rank_;
    std::size_t line_width_;
    std::size_t lines_;
    Kokkos::View<std::uint32_t*, Kokkos::HostSpace>
        words_;  ///< aligned as the cache is
    std::vector<OutputSummary> summaries_;
};

/// What stands for the infinities of an output: the ends of what the scenario can know,
/// or the farthest of these samples where those are farther.
CensoredValues stand_ins(Scenario const& scenario,
                         SelectedOutput const& output,
                         std::span<float const> values);

/// Puts them in place.
void replace_censored(CensoredValues with, std::span<float> values);

}  // namespace leadtime::estimator
