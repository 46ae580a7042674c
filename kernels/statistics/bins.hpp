// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/statistics/axis.hpp"
#include "kernels/statistics/square_sum.hpp"
#include "kernels/statistics/tail_sums.hpp"

#include <cstddef>

/// Streaming statistics of one output: integer counts in bins, integer sums and exact
/// extremes. All of it merges by addition or comparison, so the result does not depend
/// on how the samples were split over threads, ranks or devices.
namespace leadtime::kernels {

/// A sum of squares beyond 64 bits: low + 2^32 high, low below 2^32.
struct WideSum {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    LEADTIME_FUNCTION void add(std::uint64_t value) { add({value, 0}); }
    LEADTIME_FUNCTION void add(WideSum const& other) {
        constexpr std::uint64_t mask = 0xffffffff;
        std::uint64_t const sum = low + (other.low & mask);
        high += other.high + (other.low >> 32) + (sum >> 32);
        low = sum & mask;
    }
    LEADTIME_FUNCTION bool operator==(WideSum const& other) const {
        return low == other.low && high == other.high;
    }
    LEADTIME_FUNCTION double value() const {
        return static_cast<double>(high) * 4294967296.0 + static_cast<double>(low);
    }
};

/// Sums and extremes of one output over the values that are finite.
struct Moments {
    std::int64_t sum = 0;  ///< of scaled deviations from the centre
    WideSum squares;       ///< of squares of scaled deviations / 2^square_shift
    std::uint64_t count = 0;
    float minimum = __builtin_inff();
    float maximum = -__builtin_inff();
    /// Deviations too large for those sums, not scaled. `count` has their values too.
    detail::TailSums tail;
};

/// Larger scaled deviations go to the tail; with this bound 2^32 others cannot overflow
/// the sum. Values on the axis are within it.
inline constexpr float largest_deviation = 1073741824.0f;  // 2^30
inline constexpr int square_shift = 8;

/// The deviation of a finite value from the axis' centre, in units of the sums.
template <class Real>
LEADTIME_FUNCTION Real scaled_deviation(Axis const& axis, Real value) {
    return (value - broadcast<Real>(axis.centre)) * broadcast<Real>(axis.sum_scale);
}

/// What a finite value adds to the tail. Halved, as the difference of two floats may be
/// larger than any.
LEADTIME_FUNCTION detail::TailTerm tail_term(Axis const& axis, float value) {
    return detail::TailTerm(0.5f * value - 0.5f * axis.centre);
}

/// Moments by lane, folded once for many values.
template <class Real>
struct LaneMoments {
    using Int = typename Lanes<Real>::Int;
    static constexpr int width = Lanes<Real>::width;
    /// Additions until 32-bit sums might overflow: 2^22 times this is below 2^31.
    static constexpr int most_additions = 256;

    Int coarse = Int(0);  ///< sum of deviations / 2^square_shift, rounded down
    Int fine = Int(0);    ///< sum of what that leaves
    detail::SquareSum<Int> squares;
    Int not_finite = Int(0);
    std::int32_t taken = 0;
    Real low = broadcast<Real>(__builtin_inff());
    Real high = broadcast<Real>(-__builtin_inff());

    LEADTIME_FUNCTION void add_deviation(Int deviation) {
        Int const above = deviation >> square_shift;
        coarse = coarse + above;
        fine = fine + (deviation & ((1 << square_shift) - 1));
        squares.add(above);
        taken += width;
    }
    /// All values are on the axis.
    LEADTIME_FUNCTION void add_on_axis(Axis const& axis, Real value) {
        add_deviation(truncate_to_int(scaled_deviation(axis, value)));
        low = minimum(value, low);
        high = maximum(value, high);
    }
    /// The same where some may be off it, or not finite: those only count as such.
    LEADTIME_FUNCTION void add_any(Axis const& axis, Real value, Moments& moments) {
        Real const infinity = broadcast<Real>(__builtin_inff());
        auto const is_finite = magnitude(value) < infinity;
        Real const finite = select(is_finite, value, broadcast<Real>(axis.centre));
        Real const deviation = scaled_deviation(axis, finite);
        auto const is_far = !(magnitude(deviation) <= largest_deviation);
        add_deviation(
            truncate_to_int(select(is_far, broadcast<Real>(0.0f), deviation)));
        not_finite = not_finite + select(is_finite, Int(0), Int(1));
        low = minimum(select(is_finite, value, infinity), low);
        high = maximum(select(is_finite, value, -infinity), high);
        if (any_lane(is_far)) {
            float values[width];
            float deviations[width];
            store(values, finite);
            store(deviations, deviation);
            for (int lane = 0; lane < width; ++lane) {
                if (!(magnitude(deviations[lane]) <= largest_deviation)) {
                    moments.tail.add(tail_term(axis, values[lane]), 1);
                }
            }
        }
    }

    LEADTIME_FUNCTION void fold_into(Moments& moments) {
        std::int32_t sums[3][width];
        memcpy(sums[0], &coarse, sizeof coarse);
        memcpy(sums[1], &fine, sizeof fine);
        memcpy(sums[2], &not_finite, sizeof not_finite);
        float lows[width];
        float highs[width];
        store(lows, low);
        store(highs, high);
        moments.count += static_cast<std::uint64_t>(taken);
        for (int lane = 0; lane < width; ++lane) {
            moments.sum +=
                (std::int64_t{sums[0][lane]} << square_shift) + sums[1][lane];
            moments.count -= static_cast<std::uint64_t>(sums[2][lane]);
            moments.minimum = minimum(lows[lane], moments.minimum);
            moments.maximum = maximum(highs[lane], moments.maximum);
        }
        moments.squares.add(squares.total());
        *this = LaneMoments();
    }
};

/// Values are taken in chunks, in two passes each: lanes find places, then one loop
/// over these looks up bins and counts. Looking up is cheaper there than for a pack, as
/// gathers are slow.
inline constexpr int values_per_chunk = 64;
inline constexpr int floats_per_cache_line = 16;

/// Places of a chunk.
struct Chunk {
    std::int32_t cells[values_per_chunk];
    std::int32_t keys[values_per_chunk];
};

template <class Real>
LEADTIME_FUNCTION void fill_chunk(Axis const& axis,
                                  float const* values,
                                  int i,
                                  Chunk& chunk,
                                  LaneMoments<Real>& lanes,
                                  Moments& moments) {
    Real const value = load<Real>(values + i);
    bool any_special = false;
    Place<Real> const place = place_of(axis, value, any_special);
    memcpy(chunk.cells + i, &place.cell, sizeof place.cell);
    memcpy(chunk.keys + i, &place.key, sizeof place.key);
    if (any_special) {
        lanes.add_any(axis, value, moments);
    } else {
        lanes.add_on_axis(axis, value);
    }
}

/// Adds a chunk to the counts, four values at a time: a lookup need not wait for the
/// counts before it, which might be what it reads, as far as the compiler knows.
LEADTIME_FUNCTION void
count_chunk(Axis const& axis, Chunk const& chunk, int size, std::uint32_t* own) {
    constexpr int together = 4;
    int i = 0;
    for (; i + together <= size; i += together) {
        std::uint32_t bins[together];
        for (int k = 0; k < together; ++k) {
            bins[k] = bin_at(axis, chunk.cells[i + k], chunk.keys[i + k]);
        }
        for (int k = 0; k < together; ++k) {
            ++own[bins[k]];
        }
    }
    for (; i < size; ++i) {
        ++own[bin_at(axis, chunk.cells[i], chunk.keys[i])];
    }
}

/// Whether all values have the bits of the first.
template <class Real>
LEADTIME_FUNCTION bool all_equal(float const* values, int count) {
    using Int = typename Lanes<Real>::Int;
    constexpr int width = Lanes<Real>::width;
    std::int32_t const first = bits_of(values[0]);
    Int differing = Int(0);
    int i = 0;
    for (; i + width <= count; i += width) {
        differing = differing | (bits_of(load<Real>(values + i)) ^ Int(first));
    }
    std::int32_t rest = 0;
    for (; i < count; ++i) {
        rest |= bits_of(values[i]) ^ first;
    }
    return rest == 0 && !any_lane(differing != 0);
}

/// Adds the same value `count` times.
LEADTIME_FUNCTION void add_repeated(
    Axis const& axis, float value, int count, std::uint32_t* own, Moments& moments) {
    auto const times = static_cast<std::uint32_t>(count);
    own[bin_of(axis, value)] += times;
    if (magnitude(value) < __builtin_inff()) {
        float const deviation = scaled_deviation(axis, value);
        if (magnitude(deviation) <= largest_deviation) {
            std::int32_t const whole = truncate_to_int(deviation);
            std::int64_t const coarse = whole >> square_shift;
            moments.sum += std::int64_t{whole} * count;
            moments.squares.add(static_cast<std::uint64_t>(coarse * coarse) * times);
        } else {
            moments.tail.add(tail_term(axis, value), count);
        }
        moments.count += times;
        moments.minimum = minimum(value, moments.minimum);
        moments.maximum = maximum(value, moments.maximum);
    }
}

/// Adds `rows` rows of `count` values, `stride` apart, to the bins and moments of one
/// output; `Real` says how many are taken at a time and changes nothing else.
template <class Real>
LEADTIME_FUNCTION void bin_rows(Axis const& given_axis,
                                float const* values,
                                int rows,
                                std::ptrdiff_t stride,
                                int count,
                                std::uint32_t* counts,
                                Moments& moments) {
    constexpr int width = Lanes<Real>::width;
    // A copy, which no count can change, as far as the compiler knows.
    Axis const axis = given_axis;
    std::uint32_t* const own = counts + axis.first_count;
    Chunk chunk;
    LaneMoments<Real> lanes;
    LaneMoments<float> rest;
    int additions = 0;  // at most, of any lane
    for (int row = 0; row < rows; ++row) {
        float const* const all = values + row * stride;
        if (row + 1 < rows) {  // rows lie too far apart for hardware to foresee
            for (int i = 0; i < count; i += floats_per_cache_line) {
                __builtin_prefetch(all + stride + i);
            }
        }
        for (int first = 0; first < count; first += values_per_chunk) {
            int const size =
                count - first < values_per_chunk ? count - first : values_per_chunk;
            if (all_equal<Real>(all + first, size)) {  // as where an output is 0
                add_repeated(axis, all[first], size, own, moments);
                continue;
            }
            int i = 0;
            for (; i + width <= size; i += width) {
                fill_chunk(axis, all + first, i, chunk, lanes, moments);
            }
            for (; i < size; ++i) {
                fill_chunk(axis, all + first, i, chunk, rest, moments);
            }
            count_chunk(axis, chunk, size, own);
            additions += values_per_chunk / width + width;
            if (additions > LaneMoments<Real>::most_additions - values_per_chunk) {
                lanes.fold_into(moments);
                rest.fold_into(moments);
                additions = 0;
            }
        }
    }
    lanes.fold_into(moments);
    rest.fold_into(moments);
}

/// Adds `count` values to the bins and moments of one output.
template <class Real>
LEADTIME_FUNCTION void bin_values(Axis const& axis,
                                  float const* values,
                                  int count,
                                  std::uint32_t* counts,
                                  Moments& moments) {
    bin_rows<Real>(axis, values, 1, 0, count, counts, moments);
}

/// Most times that a sample counts: with more, a square times them might overflow.
inline constexpr std::uint32_t largest_multiplicity = (1u << 20) - 1;

/// Adds each of `count` values as often as `multiplicities` says.
LEADTIME_FUNCTION void bin_multiples(Axis const& axis,
                                     float const* values,
                                     std::uint32_t const* multiplicities,
                                     int count,
                                     std::uint32_t* counts,
                                     Moments& moments) {
    for (int i = 0; i < count; ++i) {
        add_repeated(axis,
                     values[i],
                     static_cast<int>(multiplicities[i]),
                     counts + axis.first_count,
                     moments);
    }
}

LEADTIME_FUNCTION void merge(Moments& into, Moments const& other) {
    into.sum += other.sum;
    into.squares.add(other.squares);
    into.tail.add(other.tail);
    into.count += other.count;
    into.minimum = other.minimum < into.minimum ? other.minimum : into.minimum;
    into.maximum = other.maximum > into.maximum ? other.maximum : into.maximum;
}

}  // namespace leadtime::kernels
