// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/sample_numbers.hpp"
#include "kernels/plan/plan.hpp"
#include "kernels/statistics/bins.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace leadtime::estimator {

/// The kernels as plain functions, compiled once for each instruction set from one
/// source (tile_kernels.inc.hpp). All of them give the same bits.
struct TileKernels {
    char const* name = "";  ///< "x86-64-v3", ...
    int lanes = 1;          ///< samples per SIMD pack
    /// Runs 64 samples: consecutive ones from a multiple of 64 on, or a list; workspace
    /// and outputs hold plan.workspace_rows and plan.output_rows rows of 64.
    void (*run_tile)(kernels::Plan const& plan,
                     float* workspace,
                     float* outputs,
                     std::uint64_t seed,
                     kernels::SampleNumbers const& samples) = nullptr;
    /// Adds `rows` rows of `count` values of one output, `stride` apart, to its bins
    /// and moments.
    void (*bin_rows)(kernels::Axis const& axis,
                     float const* values,
                     int rows,
                     std::ptrdiff_t stride,
                     int count,
                     std::uint32_t* counts,
                     kernels::Moments& moments) = nullptr;
    /// One independent score of the 64 samples of a group, as run_tile draws it.
    void (*draw_scores)(kernels::ScoreDraw draw,
                        std::uint64_t seed,
                        std::uint64_t group,
                        float* scores) = nullptr;
};

TileKernels const& single_lane_kernels();  ///< one sample at a time, as on a GPU
TileKernels const& pack8_kernels();        ///< AVX2 and FMA (or what the target has)
TileKernels const& pack16_kernels();       ///< AVX-512

/// Runs one sample as run_tile would, and shows its workspace (a float a row) after
/// every step, its draws and formulas of no month included. `end` is told of the last
/// formulas, in the same workspace.
struct SampleWitness {
    std::function<void(int step, std::span<float const> workspace)> step;
    std::function<void(std::span<float const> workspace)> end;
};
void replay_sample(kernels::Plan const& plan,
                   std::uint64_t seed,
                   std::uint64_t sample,
                   SampleWitness const& witness);

/// The widest that this processor runs.
TileKernels const& best_kernels();

/// Those of an instruction set: `single`, `v3` or `v4`, or the best for an empty name.
/// Throws: RunError for any other name, or one that the processor lacks.
TileKernels const& find_kernels(std::string_view instruction_set);

}  // namespace leadtime::estimator
