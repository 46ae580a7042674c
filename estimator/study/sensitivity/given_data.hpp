// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/sensitivity/output_table.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// What one sample tells of a factor's share in an output (docs/sensitivity.md 2).
struct GivenDataIndices {
    /// Var(E[Y|X]) / Var(Y) by neighbours in the order of X: Gamboa, Gremaud, Klein and
    /// Lagnoux, Bernoulli 28 (2022) 2213. Error O(1/sqrt n).
    Estimate first_order;
    /// Chatterjee's coefficient, J. Amer. Statist. Assoc. 116 (2021) 2009: 0 where Y
    /// does not depend on X, 1 where Y is a function of X. Ranks only.
    Estimate rank;
    /// Borgonovo's delta: half the mean absolute difference of Y's density given X from
    /// its density. Slices of X by bins of Y's rank, cross-fitted: half of the blocks
    /// say in which bins the density is higher, the others by how much, so that it is 0
    /// on average where Y does not depend on X. Biased down by what slices and bins
    /// smooth away.
    Estimate delta;
};

/// Slices and bins that suit a number of samples.
int slices_for(std::uint64_t samples);
int rank_bins_for(std::uint64_t samples);

/// Sums over the samples of one slice of a factor's order: what the indices and the
/// value of information are made of.
struct SliceSums {
    struct Block {
        std::uint32_t count = 0;
        std::vector<std::uint32_t> bins;  ///< [output * rank_bins + bin]
        std::vector<double> sums;         ///< of scaled values, by output
        std::vector<double> products;     ///< of neighbours within the block
        std::uint32_t links = 0;
    };
    std::vector<Block> blocks;
    std::vector<double> products;                   ///< of neighbours, by output
    std::vector<std::uint64_t> rank_changes;        ///< between neighbours, by output
    std::vector<std::uint64_t> block_rank_changes;  ///< [block * outputs + output]
    std::uint64_t links = 0;
};

/// Walks through the samples in ascending order of a factor's scores. Same bits on any
/// number of threads. `scores` and the table have the same samples.
std::vector<SliceSums> slice_by_factor(OutputTable const& table,
                                       std::span<float const> scores);

/// The indices of that factor for one output.
GivenDataIndices indices_of(OutputTable const& table,
                            std::span<SliceSums const> slices,
                            std::size_t output);

}  // namespace leadtime::estimator
