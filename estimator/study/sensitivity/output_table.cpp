// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/output_table.hpp"

#include "estimator/engine/tail_index.hpp"
#include "kernels/statistics/ordering.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leadtime::estimator {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Estimate estimate_of_blocks(std::span<double const> by_block) {
    double const n = static_cast<double>(by_block.size());
    double mean = 0.0;
    for (double const x : by_block) {
        mean += x / n;
    }
    double squares = 0.0;
    for (double const x : by_block) {
        squares += (x - mean) * (x - mean);
    }
    return {mean, std::sqrt(squares / (n - 1.0) / n)};
}

CensoredValues stand_ins(Scenario const& scenario,
                         SelectedOutput const& output,
                         std::span<float const> values) {
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (float const x : values) {
        if (!std::isinf(x)) {
            lowest = std::min<double>(lowest, x);
            highest = std::max<double>(highest, x);
        }
    }
    if (std::isinf(lowest)) {  // nothing but censored samples
        lowest = 0.0;
        highest = 0.0;
    }
    // A lag that is not known is no shorter than one that is.
    CensoredValues const ends = censored_values(scenario, output.info);
    return {std::isnan(ends.below) ? lowest : std::min(ends.below, lowest),
            std::isnan(ends.above) ? highest : std::max(ends.above, highest)};
}

void replace_censored(CensoredValues with, std::span<float> values) {
    for (float& x : values) {
        x = std::isinf(x) ? static_cast<float>(x < 0.0f ? with.below : with.above) : x;
    }
}

OutputTable::OutputTable(Scenario const& scenario,
                         std::span<SelectedOutput const> outputs,
                         std::span<float> values,
                         int rank_bins)
    : samples_(values.size() / outputs.size())
    , rank_bins_(rank_bins)
    , bin_per_rank_(static_cast<float>(rank_bins) / static_cast<float>(samples_))
    , line_width_(std::bit_ceil(std::clamp<std::size_t>(outputs.size(), 1, 8)))
    , lines_((outputs.size() + line_width_ - 1) / line_width_)
    , words_("leadtime::OutputTable::words", samples_ * lines_ * 2 * line_width_)
    , summaries_(outputs.size()) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        auto const own = values.subspan(i * samples_, samples_);
        OutputSummary& summary = summaries_[i];
        double const to_unit = 1.0 / outputs[i].info.scale;
        double const n = static_cast<double>(samples_);
        CensoredValues const ends = stand_ins(scenario, outputs[i], own);
        constexpr float infinity = std::numeric_limits<float>::infinity();
        summary.share_below =
            static_cast<double>(std::count(own.begin(), own.end(), -infinity)) / n;
        summary.share_above =
            static_cast<double>(std::count(own.begin(), own.end(), infinity)) / n;
        summary.stand_in_below = summary.share_below > 0.0 ? ends.below * to_unit : nan;
        summary.stand_in_above = summary.share_above > 0.0 ? ends.above * to_unit : nan;
        replace_censored(ends, own);
        add_output(i, own);
        summary.mean *= to_unit;
        summary.standard_deviation *= to_unit;
        summary.median *= to_unit;
    }
}

void OutputTable::add_output(std::size_t output, std::span<float> values) {
    OutputSummary& summary = summaries_[output];
    double const n = static_cast<double>(samples_);
    double sum = 0.0;
    for (float const x : values) {
        sum += x;
    }
    double const mean = sum / n;
    double squares = 0.0;
    for (float const x : values) {
        squares += (x - mean) * (x - mean);
    }
    double const deviation = std::sqrt(squares / n);
    summary.mean = mean;
    summary.standard_deviation = deviation;
    summary.is_constant = !(deviation > 1e-7 * std::abs(mean));

    std::vector<std::uint32_t> at_most(samples_);
    std::vector<std::uint32_t> below(samples_);
    kernels::rank_values(values, at_most, below);
    double ties = 0.0;
    std::vector<std::uint64_t> bins(static_cast<std::size_t>(rank_bins_));
    std::array<std::uint64_t, sample_blocks> counts{};
    double const factor = summary.is_constant ? 0.0 : 1.0 / deviation;
    for (std::size_t s = 0; s < samples_; ++s) {
        auto const value = static_cast<float>((values[s] - mean) * factor);
        std::size_t const place = (s * lines_ + output / line_width_) * 2 * line_width_
                                  + output % line_width_;
        words_[place] = std::bit_cast<std::uint32_t>(value);
        words_[place + line_width_] = at_most[s];
        double const share = (n - below[s]) / n;
        ties += share * (1.0 - share);
        ++bins[static_cast<std::size_t>(bin_of(at_most[s]))];
        std::size_t const block = s % sample_blocks;
        ++counts[block];
        summary.block_means[block] += value;
        summary.block_variances[block] += static_cast<double>(value) * value;
    }
    for (std::size_t b = 0; b < sample_blocks; ++b) {
        double const count = static_cast<double>(counts[b]);
        summary.block_means[b] /= count;
        summary.block_variances[b] = summary.block_variances[b] / count
                                     - summary.block_means[b] * summary.block_means[b];
    }
    summary.tie_factor = 2.0 * ties / n;
    for (std::uint64_t const bin : bins) {
        summary.bin_shares.push_back(static_cast<double>(bin) / n);
    }
    std::size_t const middle = samples_ / 2;
    kernels::sort_values(values);
    summary.tail_index = heavier_tail_index(std::span<float const>(values));
    summary.median =
        samples_ % 2 == 1
            ? values[middle]
            : 0.5 * (static_cast<double>(values[middle - 1]) + values[middle]);
}

}  // namespace leadtime::estimator
