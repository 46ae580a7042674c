// SPDX-License-Identifier: Apache-2.0
#include "estimator/sensitivity/given_data.hpp"

#include "kernels/ordering.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace leadtime::estimator {
namespace {

using Space = Kokkos::DefaultHostExecutionSpace;
using ByBlock = std::array<double, sample_blocks>;

/// What a random place in memory costs is hidden by asking for it early.
constexpr std::size_t read_ahead = 24;

std::uint32_t distance(std::uint32_t a, std::uint32_t b) {
    return a > b ? a - b : b - a;
}

/// Sums of the samples order[begin .. end).
void walk(OutputTable const& table,
          std::span<std::uint32_t const> order,
          std::size_t begin,
          std::size_t end,
          SliceSums& slice) {
    std::size_t const width = table.width();
    auto const bins = static_cast<std::size_t>(table.rank_bins());
    std::array<OutputTable::Cell const*, sample_blocks> before_in_block{};
    OutputTable::Cell const* before = nullptr;
    for (std::size_t i = begin; i < end; ++i) {
        if (i + read_ahead < end) {
            __builtin_prefetch(table.row(order[i + read_ahead]));
        }
        OutputTable::Cell const* const now = table.row(order[i]);
        std::size_t const b = order[i] % sample_blocks;
        SliceSums::Block& block = slice.blocks[b];
        for (std::size_t o = 0; o < width; ++o) {
            auto const bin = static_cast<std::size_t>(table.bin_of(now[o].rank));
            ++block.bins[o * bins + bin];
            block.sums[o] += now[o].value;
        }
        if (before != nullptr) {
            for (std::size_t o = 0; o < width; ++o) {
                slice.products[o] +=
                    static_cast<double>(now[o].value) * before[o].value;
                slice.rank_changes[o] += distance(now[o].rank, before[o].rank);
            }
            ++slice.links;
        }
        if (auto const* const own = before_in_block[b]) {
            for (std::size_t o = 0; o < width; ++o) {
                block.products[o] += static_cast<double>(now[o].value) * own[o].value;
                slice.block_rank_changes[b * width + o] +=
                    distance(now[o].rank, own[o].rank);
            }
            ++block.links;
        }
        ++block.count;
        before = now;
        before_in_block[b] = now;
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
    Kokkos::parallel_for("leadtime::slice_by_factor",
                         Kokkos::RangePolicy<Space, Kokkos::Schedule<Kokkos::Dynamic>>(
                             0, static_cast<int>(count)),
                         [&](int i) {
                             auto const slice = static_cast<std::size_t>(i);
                             walk(table,
                                  order,
                                  slice * n / count,
                                  (slice + 1) * n / count,
                                  slices[slice]);
                         });
    Space().fence("leadtime: slices are added up next");
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
