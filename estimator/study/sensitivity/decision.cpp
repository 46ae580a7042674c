// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/decision.hpp"

#include <algorithm>
#include <array>

namespace leadtime::estimator {
namespace {

using ByBlock = std::array<double, sample_blocks>;
constexpr std::size_t half = sample_blocks / 2;

/// Sums of an option's values over the samples of a slice and a block.
double option_sum(OutputTable const& table,
                  SliceSums::Block const& block,
                  std::size_t option) {
    OutputSummary const& summary = table.summary(option);
    return block.count * summary.mean
           + (summary.is_constant ? 0.0
                                  : block.sums[option] * summary.standard_deviation);
}

/// Sums by option, the last one that of doing nothing where there is a single option.
std::vector<double> half_sums(OutputTable const& table,
                              SliceSums const& slice,
                              std::size_t first_block,
                              std::size_t options) {
    std::vector<double> sums(options + (options == 1 ? 1 : 0));
    for (std::size_t b = first_block; b < first_block + half; ++b) {
        for (std::size_t d = 0; d < options; ++d) {
            sums[d] += option_sum(table, slice.blocks[b], d);
        }
    }
    return sums;
}

std::size_t largest(std::vector<double> const& values) {
    return static_cast<std::size_t>(std::max_element(values.begin(), values.end())
                                    - values.begin());
}

double chosen_sum(OutputTable const& table,
                  SliceSums::Block const& block,
                  std::size_t option,
                  std::size_t options) {
    return option < options ? option_sum(table, block, option) : 0.0;
}

}  // namespace

std::size_t best_option(OutputTable const& table, std::size_t options) {
    std::vector<double> means(options + (options == 1 ? 1 : 0));
    for (std::size_t d = 0; d < options; ++d) {
        means[d] = table.summary(d).mean;
    }
    return largest(means);
}

Estimate partial_information_value(OutputTable const& table,
                                   std::span<SliceSums const> slices,
                                   std::size_t options) {
    ByBlock gain{};
    ByBlock counts{};
    for (std::size_t first = 0; first < sample_blocks; first += half) {
        std::vector<double> overall(options + (options == 1 ? 1 : 0));
        for (SliceSums const& slice : slices) {
            auto const sums = half_sums(table, slice, first, options);
            for (std::size_t d = 0; d < sums.size(); ++d) {
                overall[d] += sums[d];
            }
        }
        std::size_t const without = largest(overall);
        for (SliceSums const& slice : slices) {
            std::size_t const with = largest(half_sums(table, slice, first, options));
            for (std::size_t b = half - first; b < half - first + half; ++b) {
                SliceSums::Block const& block = slice.blocks[b];
                gain[b] += chosen_sum(table, block, with, options)
                           - chosen_sum(table, block, without, options);
                counts[b] += block.count;
            }
        }
    }
    for (std::size_t b = 0; b < sample_blocks; ++b) {
        gain[b] /= counts[b];
    }
    return estimate_of_blocks(gain);
}

Estimate perfect_information_value(OutputTable const& table, std::size_t options) {
    std::size_t const without = best_option(table, options);
    ByBlock gain{};
    ByBlock counts{};
    for (std::size_t s = 0; s < table.samples(); ++s) {
        auto const value = [&](std::size_t d) {
            OutputSummary const& summary = table.summary(d);
            return d == options
                       ? 0.0
                       : summary.mean
                             + (summary.is_constant
                                    ? 0.0
                                    : table.value(s, d) * summary.standard_deviation);
        };
        double best = options == 1 ? 0.0 : value(0);
        for (std::size_t d = 0; d < options; ++d) {
            best = std::max(best, value(d));
        }
        gain[s % sample_blocks] += best - value(without);
        counts[s % sample_blocks] += 1.0;
    }
    for (std::size_t b = 0; b < sample_blocks; ++b) {
        gain[b] /= counts[b];
    }
    return estimate_of_blocks(gain);
}

}  // namespace leadtime::estimator
