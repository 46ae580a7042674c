// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/sample_tile.hpp"
#include "kernels/statistics/atomics.hpp"
#include "kernels/statistics/bins.hpp"

/// What one thread of a device does. What launches these functors is a DeviceRuntime
/// (estimator/engine/device_runtime.hpp): CUDA, Kokkos, or a fake in tests.
namespace leadtime::kernels {

/// Thread i runs sample samples.of(i) in a column of its own: rows are `threads`
/// floats wide, so neighbours touch neighbouring addresses.
struct SampleThread {
    Plan plan;  ///< its arrays lie on the device
    float* workspace = nullptr;
    float* outputs = nullptr;
    int threads = 0;
    std::uint64_t seed = 0;
    SampleNumbers samples = 0;  ///< a list lies on the device

    LEADTIME_FUNCTION void operator()(int thread) const {
        Tile const tile{{workspace + thread, threads}, {outputs + thread, threads}, 1};
        run_tile<float>(plan, tile, seed, samples.of(thread));
    }
};

/// Moments that many threads add to at once: extremes are keys ordered like the floats.
struct SharedMoments {
    std::int64_t sum = 0;
    WideSum squares;  ///< its lower part may be any
    std::uint64_t count = 0;
    detail::TailSums tail;
    std::int32_t minimum_key = 0x7fffffff;
    std::int32_t maximum_key = -0x7fffffff - 1;
};

LEADTIME_FUNCTION Moments moments_of(SharedMoments const& shared) {
    Moments moments;
    moments.sum = shared.sum;
    moments.squares.add(shared.squares);
    moments.count = shared.count;
    moments.tail = shared.tail;
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
    int const* rows = nullptr;  ///< by axis: the output row that it is of
    float const* outputs = nullptr;
    std::uint32_t* counts = nullptr;
    SharedMoments* moments = nullptr;
    int threads = 0;  ///< width of a row of outputs
    int first = 0;    ///< samples [first, end) of each row are taken
    int end = 0;
    /// By sample: how often it counts, at most largest_multiplicity; null: once each.
    std::uint32_t const* multiplicities = nullptr;

    LEADTIME_FUNCTION static int stretches(int samples) {
        return (samples + stretch - 1) / stretch;
    }
    /// Threads that it takes to bin for `axes` axes, `samples` samples each.
    LEADTIME_FUNCTION static std::int64_t threads_for(int axes, int samples) {
        return static_cast<std::int64_t>(axes) * stretches(samples) * warp;
    }

    LEADTIME_FUNCTION void operator()(std::int64_t index) const {
        int const lane = static_cast<int>(index % warp);
        std::int64_t const piece = index / warp;
        int const pieces = stretches(end - first);
        int const place = static_cast<int>(piece / pieces);
        int const begin = first + static_cast<int>(piece % pieces) * stretch + lane;
        Axis const& axis = axes[place];
        float const* const row =
            outputs + static_cast<std::int64_t>(rows[place]) * threads;
        SharedMoments& all = moments[place];
        Own own;
        int const last = begin + stretch < end ? begin + stretch : end;
        for (int sample = begin; sample < last; sample += warp) {
            take(axis,
                 row[sample],
                 multiplicities == nullptr ? 1 : multiplicities[sample],
                 own,
                 all);
        }
        if (own.count > 0) {
            atomic_add(&all.sum, own.sum);
            atomic_add(&all.squares.low, own.squares.low);
            atomic_add(&all.squares.high, own.squares.high);
            atomic_add(&all.count, own.count);
            atomic_minimum(&all.minimum_key, own.minimum_key);
            atomic_maximum(&all.maximum_key, own.maximum_key);
        }
    }

  private:
    /// Of the samples of one thread; tails are rare, and go to the shared ones at once.
    struct Own {
        std::int64_t sum = 0;
        WideSum squares;
        std::uint64_t count = 0;
        std::int32_t minimum_key = 0x7fffffff;
        std::int32_t maximum_key = -0x7fffffff - 1;
    };

    LEADTIME_FUNCTION void take(Axis const& axis,
                                float value,
                                std::uint32_t times,
                                Own& own,
                                SharedMoments& all) const {
        atomic_add(counts + axis.first_count + bin_of(axis, value), times);
        if (!(magnitude(value) < __builtin_inff())) {
            return;
        }
        float const deviation = scaled_deviation(axis, value);
        if (magnitude(deviation) <= largest_deviation) {
            std::int32_t const whole = truncate_to_int(deviation);
            std::int64_t const coarse = whole >> square_shift;
            own.sum += std::int64_t{whole} * times;
            own.squares.add(static_cast<std::uint64_t>(coarse * coarse) * times);
        } else {
            detail::TailTerm const term = tail_term(axis, value);
            for (int part = 0; part < 2; ++part) {
                atomic_add(&all.tail.sums[term.group][part], term.sum[part] * times);
                atomic_add(&all.tail.squares[term.group][part],
                           term.square[part] * times);
            }
        }
        own.count += times;
        std::int32_t const key = ordered_key(bits_of(value));
        own.minimum_key = key < own.minimum_key ? key : own.minimum_key;
        own.maximum_key = key > own.maximum_key ? key : own.maximum_key;
    }
};

}  // namespace leadtime::kernels
