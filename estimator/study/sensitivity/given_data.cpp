// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sensitivity/given_data.hpp"

#include "estimator/engine/all_threads.hpp"
#include "kernels/statistics/ordering.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace leadtime::estimator {
namespace {

using ByBlock = std::array<double, sample_blocks>;

/// What a random place in memory costs is hidden by asking for it early.
constexpr std::size_t read_ahead = 24;

/// Sums over one line of the table, for all its outputs at once: each output adds up in
/// the order of the samples, so it does not matter how many do side by side.
template <std::size_t line_width>
struct LineSums {
    struct Block {
        double sums[line_width] = {};
        double products[line_width] = {};
        std::uint64_t rank_changes[line_width] = {};
    };
    Block blocks[sample_blocks];
    double products[line_width] = {};
    std::uint64_t rank_changes[line_width] = {};
};

template <std::size_t line_width>
void add_values(std::uint32_t const* now, double* sums) {
    for (std::size_t o = 0; o < line_width; ++o) {
        sums[o] += std::bit_cast<float>(now[o]);
    }
}

/// What two neighbours have in common.
template <std::size_t line_width>
void add_link(std::uint32_t const* now,
              std::uint32_t const* before,
              double* products,
              std::uint64_t* rank_changes) {
    for (std::size_t o = 0; o < line_width; ++o) {
        products[o] += static_cast<double>(std::bit_cast<float>(now[o]))
                       * std::bit_cast<float>(before[o]);
    }
    for (std::size_t o = line_width; o < 2 * line_width; ++o) {
        rank_changes[o - line_width] +=
            std::max(now[o], before[o]) - std::min(now[o], before[o]);
    }
}

/// Sums of the samples order[begin .. end), for the outputs of one line.
template <std::size_t line_width>
void walk_line(OutputTable const& table,
               std::span<std::uint32_t const> order,
               std::size_t number,
               SliceSums& slice) {
    std::size_t const first = number * line_width;
    std::size_t const width = std::min(line_width, table.width() - first);
    auto const bins = static_cast<std::size_t>(table.rank_bins());
    LineSums<line_width> sums;
    std::array<std::uint32_t const*, sample_blocks> before_in_block{};
    std::uint32_t const* before = nullptr;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i + read_ahead < order.size()) {
            __builtin_prefetch(table.line(order[i + read_ahead], number));
        }
        std::uint32_t const* const now = table.line(order[i], number);
        std::size_t const b = order[i] % sample_blocks;
        auto& block = sums.blocks[b];
        std::uint32_t* const counts = slice.blocks[b].bins.data() + first * bins;
        for (std::size_t o = 0; o < width; ++o) {
            ++counts[o * bins
                     + static_cast<std::size_t>(table.bin_of(now[line_width + o]))];
        }
        add_values<line_width>(now, block.sums);
        if (before != nullptr) {
            add_link<line_width>(now, before, sums.products, sums.rank_changes);
        }
        if (auto const* const own = before_in_block[b]) {
            add_link<line_width>(now, own, block.products, block.rank_changes);
        }
        before = now;
        before_in_block[b] = now;
    }
    for (std::size_t o = 0; o < width; ++o) {
        slice.products[first + o] = sums.products[o];
        slice.rank_changes[first + o] = sums.rank_changes[o];
        for (std::size_t b = 0; b < sample_blocks; ++b) {
            slice.blocks[b].sums[first + o] = sums.blocks[b].sums[o];
            slice.blocks[b].products[first + o] = sums.blocks[b].products[o];
            slice.block_rank_changes[b * table.width() + first + o] =
                sums.blocks[b].rank_changes[o];
        }
    }
}

/// Sums of some samples in their order.
template <std::size_t line_width>
void walk(OutputTable const& table,
          std::span<std::uint32_t const> order,
          SliceSums& slice) {
    for (std::size_t line = 0; line < table.lines(); ++line) {
        walk_line<line_width>(table, order, line, slice);
    }
    for (std::uint32_t const sample : order) {
        ++slice.blocks[sample % sample_blocks].count;
    }
    slice.links = order.empty() ? 0 : order.size() - 1;
    for (auto& block : slice.blocks) {
        block.links = block.count > 0 ? block.count - 1 : 0;
    }
}

using Walk = void (*)(OutputTable const&, std::span<std::uint32_t const>, SliceSums&);

Walk walk_of_width(std::size_t line_width) {
    switch (line_width) {
    case 1:
        return walk<1>;
    case 2:
        return walk<2>;
    case 4:
        return walk<4>;
    default:
        return walk<8>;
    }
}

Estimate first_order(OutputTable const& table,
                     std::span<SliceSums const> slices,
                     std::size_t output) {
    double sum = 0.0;
    double links = 0.0;
    ByBlock sums{};
    ByBlock block_links{};
    for (SliceSums const& slice : slices) {
        sum += slice.products[output];
        links += static_cast<double>(slice.links);
        for (std::size_t b = 0; b < sample_blocks; ++b) {
            sums[b] += slice.blocks[b].products[output];
            block_links[b] += static_cast<double>(slice.blocks[b].links);
        }
    }
    OutputSummary const& summary = table.summary(output);
    for (std::size_t b = 0; b < sample_blocks; ++b) {
        double const mean = summary.block_means[b];
        sums[b] = (sums[b] / block_links[b] - mean * mean) / summary.block_variances[b];
    }
    return {sum / links, estimate_of_blocks(sums).standard_error};
}

Estimate rank_coefficient(OutputTable const& table,
                          std::span<SliceSums const> slices,
                          std::size_t output) {
    double const n = static_cast<double>(table.samples());
    double const scale = n * table.summary(output).tie_factor;
    double changes = 0.0;
    double links = 0.0;
    ByBlock by_block{};
    ByBlock block_links{};
    for (SliceSums const& slice : slices) {
        changes += static_cast<double>(slice.rank_changes[output]);
        links += static_cast<double>(slice.links);
        for (std::size_t b = 0; b < sample_blocks; ++b) {
            by_block[b] += static_cast<double>(
                slice.block_rank_changes[b * table.width() + output]);
            block_links[b] += static_cast<double>(slice.blocks[b].links);
        }
    }
    for (std::size_t b = 0; b < sample_blocks; ++b) {
        by_block[b] = 1.0 - by_block[b] / (block_links[b] * scale);
    }
    return {1.0 - changes / (links * scale),
            estimate_of_blocks(by_block).standard_error};
}

/// Samples of a slice in each bin, of one half of the blocks.
struct HalfCounts {
    std::vector<double> bins;
    double count = 0.0;
};

HalfCounts count_half(SliceSums const& slice,
                      std::size_t first_block,
                      std::size_t output,
                      std::size_t bins) {
    HalfCounts half{std::vector<double>(bins), 0.0};
    for (std::size_t b = first_block; b < first_block + sample_blocks / 2; ++b) {
        half.count += slice.blocks[b].count;
        for (std::size_t k = 0; k < bins; ++k) {
            half.bins[k] += slice.blocks[b].bins[output * bins + k];
        }
    }
    return half;
}

Estimate
delta(OutputTable const& table, std::span<SliceSums const> slices, std::size_t output) {
    auto const bins = static_cast<std::size_t>(table.rank_bins());
    auto const& shares = table.summary(output).bin_shares;
    ByBlock by_block{};
    ByBlock counts{};
    for (SliceSums const& slice : slices) {
        for (std::size_t first = 0; first < sample_blocks; first += sample_blocks / 2) {
            HalfCounts const half = count_half(slice, first, output, bins);
            std::size_t const other = sample_blocks / 2 - first;
            for (std::size_t b = other; b < other + sample_blocks / 2; ++b) {
                SliceSums::Block const& block = slice.blocks[b];
                counts[b] += block.count;
                for (std::size_t k = 0; k < bins; ++k) {
                    double const surplus =
                        block.bins[output * bins + k] - block.count * shares[k];
                    bool const is_higher = half.bins[k] > half.count * shares[k];
                    by_block[b] += is_higher ? surplus : -surplus;
                }
            }
        }
    }
    for (std::size_t b = 0; b < sample_blocks; ++b) {
        by_block[b] *= 0.5 / counts[b];
    }
    return estimate_of_blocks(by_block);
}

}  // namespace

int slices_for(std::uint64_t samples) {
    // Slices so narrow that a factor hardly moves inside one, with samples enough.
    int const log2 = static_cast<int>(std::bit_width(samples)) - 1;
    return 1 << std::clamp(log2 / 3, 3, 6);
}

int rank_bins_for(std::uint64_t samples) {
    return std::min(slices_for(samples), 32);
}

std::vector<SliceSums> slice_by_factor(OutputTable const& table,
                                       std::span<float const> scores) {
    std::size_t const n = table.samples();
    std::size_t const width = table.width();
    std::vector<std::uint32_t> order(n);
    kernels::sort_order(scores, order);
    auto const count = static_cast<std::size_t>(slices_for(n));
    std::vector<SliceSums> slices(count);
    for (SliceSums& slice : slices) {
        slice.blocks.resize(sample_blocks);
        for (auto& block : slice.blocks) {
            block.bins.resize(width * static_cast<std::size_t>(table.rank_bins()));
            block.sums.resize(width);
            block.products.resize(width);
        }
        slice.products.resize(width);
        slice.rank_changes.resize(width);
        slice.block_rank_changes.resize(sample_blocks * width);
    }
    Walk const walk_slice = walk_of_width(table.line_width());
    on_free_threads("leadtime::slice_by_factor", count, [&](std::size_t slice) {
        std::size_t const begin = slice * n / count;
        std::size_t const end = (slice + 1) * n / count;
        walk_slice(table, std::span(order).subspan(begin, end - begin), slices[slice]);
    });
    return slices;
}

GivenDataIndices indices_of(OutputTable const& table,
                            std::span<SliceSums const> slices,
                            std::size_t output) {
    if (table.summary(output).is_constant) {
        return {};
    }
    return {first_order(table, slices, output),
            rank_coefficient(table, slices, output),
            delta(table, slices, output)};
}

}  // namespace leadtime::estimator
