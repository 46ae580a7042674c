// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/tile_kernels.hpp"
#include "kernels/model/sample_tile.hpp"

/// Included by one source file per instruction set, each compiled with its own flags.
/// Only templates on the number type are instantiated there, and no two files use the
/// same one, so no function exists twice.
namespace leadtime::estimator {

template <class Real>
void run_tile_of(kernels::Plan const& plan,
                 float* workspace,
                 float* outputs,
                 std::uint64_t seed,
                 kernels::SampleNumbers const& samples) {
    constexpr int lanes = kernels::samples_per_group;
    kernels::Tile const tile{{workspace, lanes}, {outputs, lanes}, lanes};
    kernels::run_tile<Real>(plan, tile, seed, samples);
}

template <class Real>
void bin_rows_of(kernels::Axis const& axis,
                 float const* values,
                 int rows,
                 std::ptrdiff_t stride,
                 int count,
                 std::uint32_t* counts,
                 kernels::Moments& moments) {
    kernels::bin_rows<Real>(axis, values, rows, stride, count, counts, moments);
}

template <class Real>
void draw_scores_of(kernels::ScoreDraw draw,
                    std::uint64_t seed,
                    std::uint64_t group,
                    float* scores) {
    alignas(64) std::uint32_t words[kernels::samples_per_group];
    kernels::random_words(seed, group, draw.id, draw.knot, words);
    for (int lane = 0; lane < kernels::samples_per_group;
         lane += kernels::Lanes<Real>::width) {
        typename kernels::Lanes<Real>::Int word;
        memcpy(&word, words + lane, sizeof word);
        kernels::store(scores + lane, kernels::normal_score<Real>(word));
    }
}

template <class Real>
TileKernels tile_kernels_of(char const* name) {
    return {name,
            kernels::Lanes<Real>::width,
            run_tile_of<Real>,
            bin_rows_of<Real>,
            draw_scores_of<Real>};
}

}  // namespace leadtime::estimator
