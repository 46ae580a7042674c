// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/sample_tile.hpp"
#include "kernels/statistics/atomics.hpp"
#include "kernels/statistics/bins.hpp"

/// What one thread of a device does. Kokkos launches these functors
/// (estimator/engine/launch_device.cpp); tests/cuda launches the same ones bare.
namespace leadtime::kernels {

/// Thread i runs sample first_sample + i in a column of its own: rows are `threads`
/// floats wide, so neighbours touch neighbouring addresses.
struct SampleThread {
    Plan plan;  ///< its arrays lie on the device
    float* workspace = nullptr;
    float* outputs = nullptr;
    int threads = 0;
    std::uint64_t seed = 0;
    std::uint64_t first_sample = 0;

    LEADTIME_FUNCTION void operator()(int thread) const {
        Tile const tile{{workspace + thread, threads}, {outputs + thread, threads}, 1};
        run_tile<float>(
            plan, tile, seed, first_sample + static_cast<std::uint64_t>(thread));
    }
};

/// Moments that many threads add to at once: extremes are keys ordered like the floats.
struct SharedMoments {
    std::int64_t sum = 0;
    std::uint64_t squares = 0;
    std::uint64_t count = 0;
    std::int32_t minimum_key = 0x7fffffff;
    std::int32_t maximum_key = -0x7fffffff - 1;
};

/// A float's bits as an integer with the same order; its own inverse. Zeros of both
/// signs are neighbours.
LEADTIME_FUNCTION std::int32_t ordered_key(std::int32_t bits) {
    return bits < 0 ? bits ^ 0x7fffffff : bits;
}

LEADTIME_FUNCTION Moments moments_of(SharedMoments const& shared) {
    Moments moments;
    moments.sum = shared.sum;
    moments.squares = shared.squares;
    moments.count = shared.count;
    if (shared.count > 0) {
        moments.minimum = real_of_bits(ordered_key(shared.minimum_key));
        moments.maximum = real_of_bits(ordered_key(shared.maximum_key));
    }
    return moments;
}

/// Bins outputs that SampleThread left: a thread takes one output of every 32nd sample
/// of a stretch of them, so that a warp reads 32 neighbours at a time.
struct BinThread {
    static constexpr int warp = 32;
    static constexpr int samples_per_thread = 32;
    static constexpr int stretch = warp * samples_per_thread;

    Axis const* axes = nullptr;
    float const* outputs = nullptr;
    std::uint32_t* counts = nullptr;
    SharedMoments* moments = nullptr;
    int threads = 0;  ///< width of a row of outputs
    int first = 0;    ///< samples [first, end) of each row are taken
    int end = 0;

    LEADTIME_FUNCTION static int stretches(int samples) {
        return (samples + stretch - 1) / stretch;
    }
    /// Threads that it takes to bin `rows` outputs of `samples` samples each.
    LEADTIME_FUNCTION static std::int64_t threads_for(int rows, int samples) {
        return static_cast<std::int64_t>(rows) * stretches(samples) * warp;
    }

    LEADTIME_FUNCTION void operator()(std::int64_t index) const {
        int const lane = static_cast<int>(index % warp);
        std::int64_t const piece = index / warp;
        int const pieces = stretches(end - first);
        int const output = static_cast<int>(piece / pieces);
        int const begin = first + static_cast<int>(piece % pieces) * stretch + lane;
        Axis const& axis = axes[output];
        float const* const row = outputs + static_cast<std::int64_t>(output) * threads;
        SharedMoments own;
        int const last = begin + stretch < end ? begin + stretch : end;
        for (int sample = begin; sample < last; sample += warp) {
            take(axis, row[sample], own);
        }
        if (own.count > 0) {
            SharedMoments& all = moments[output];
            atomic_add(&all.sum, own.sum);
            atomic_add(&all.squares, own.squares);
            atomic_add(&all.count, own.count);
            atomic_minimum(&all.minimum_key, own.minimum_key);
            atomic_maximum(&all.maximum_key, own.maximum_key);
        }
    }

  private:
    LEADTIME_FUNCTION void
    take(Axis const& axis, float value, SharedMoments& own) const {
        atomic_add(counts + axis.first_count + bin_of(axis, value), 1u);
        if (magnitude(value) < __builtin_inff()) {
            std::int32_t const deviation = scaled_deviation(axis, value);
            std::int64_t const coarse = deviation >> square_shift;
            own.sum += deviation;
            own.squares += static_cast<std::uint64_t>(coarse * coarse);
            own.count += 1;
            std::int32_t const key = ordered_key(bits_of(value));
            own.minimum_key = key < own.minimum_key ? key : own.minimum_key;
            own.maximum_key = key > own.maximum_key ? key : own.maximum_key;
        }
    }
};

}  // namespace leadtime::kernels
