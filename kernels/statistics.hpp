// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes.hpp"

#include <cstddef>

/// Streaming statistics of one output: integer counts in bins, integer sums and exact
/// extremes. All of it merges by addition or comparison, so the result does not depend
/// on how the samples were split over threads, ranks or devices.
namespace leadtime::kernels {

/// Bins that are not an interval of values come first.
enum SpecialBin : int {
    bin_zero,  ///< exactly 0
    bin_atom,  ///< exactly `Axis::atom`: another value that comes often
    bin_minus_infinity,
    bin_plus_infinity,
    bin_not_a_number,
    bin_underflow,  ///< below the axis
    bin_overflow,   ///< above it
    special_bins
};

/// Cells of an axis; each is cut into a power of two of equal bins.
inline constexpr int cells_per_axis = 256;

/// How the values of one output map to bins.
///
/// A value has an integer key: its own bits (positive floats are ordered like their
/// bits, and nearly as their logarithm) or its place on a linear scale. Equal ranges of
/// keys are cells; a cell has as many bins as accuracy needs there, many around the
/// reported quantiles, one where nobody looks. The axis is laid out from a pilot of the
/// first samples.
struct Axis {
    bool linear = false;
    float origin = 0.0f;              ///< lowest value of the axis
    float scale = 0.0f;               ///< linear: keys per unit
    std::int32_t key_origin = 0;      ///< logarithmic: bits of `origin`
    std::int32_t key_span = 0;        ///< keys on the axis
    int cell_shift = 0;               ///< key >> cell_shift is the cell
    int first_count = 0;              ///< of this output's bins in the counts
    int bin_count = 0;                ///< with the special ones
    float atom = __builtin_nanf("");  ///< NaN: none, for it equals no value
    float centre = 0.0f;              ///< sums are of (value - centre) * sum_scale
    float sum_scale = 1.0f;           ///< a power of two
    /// By cell: number of its first bin * 256 + keys per bin as a shift.
    std::int32_t cells[cells_per_axis] = {};
};

/// Sums and extremes of one output over the values that are finite.
struct Moments {
    std::int64_t sum = 0;       ///< of scaled deviations from the centre
    std::uint64_t squares = 0;  ///< of squares of scaled deviations / 2^square_shift
    std::uint64_t count = 0;
    float minimum = __builtin_inff();
    float maximum = -__builtin_inff();
};

/// Scaled deviations are bounded, so that 2^32 of them cannot overflow the sum. Axes
/// are laid out so that this is 128 times beyond the pilot's farthest value.
inline constexpr float largest_deviation = 1073741824.0f;  // 2^30
inline constexpr int square_shift = 8;

/// The bin of each value of a pack (or of one), without a branch on them.
template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Int bin_of(Axis const& axis, Real value) {
    using Int = typename Lanes<Real>::Int;
    Real const zero = broadcast<Real>(0.0f);
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const origin = broadcast<Real>(axis.origin);
    Int const span = Int(axis.key_span);
    // Keys of values off the axis are never used; places are bounded before they are
    // keys. The choice is the same for every value.
    Int key = bits_of(value) - Int(axis.key_origin);
    if (axis.linear) {
        key = truncate_to_int(
            clamp((value - origin) * broadcast<Real>(axis.scale), zero, to_real(span)));
    }
    auto const above = value >= origin;
    auto const at_zero = value == zero;
    auto const at_atom = value == broadcast<Real>(axis.atom);
    auto const on_axis =
        above && value < infinity && key < span && !at_zero && !at_atom;
    Int const cell = select(on_axis, key >> axis.cell_shift, Int(0));
    Int const entry = gather(axis.cells, cell);
    Int const inside = key - (cell << axis.cell_shift);
    Int const bin = (entry >> 8) + shift_right(inside, entry & 255);
    if (!any_lane(!on_axis)) {
        return bin;
    }
    Int special = select(above, Int(bin_overflow), Int(bin_underflow));
    special = select(at_zero, Int(bin_zero), special);
    special = select(at_atom, Int(bin_atom), special);
    special = select(value == infinity, Int(bin_plus_infinity), special);
    special = select(value == -infinity, Int(bin_minus_infinity), special);
    special = select(value == value, special, Int(bin_not_a_number));
    return select(on_axis, bin, special);
}

/// The smallest value with this key.
LEADTIME_FUNCTION float value_of_key(Axis const& axis, std::int32_t key) {
    if (axis.linear) {
        return axis.origin + static_cast<float>(key) / axis.scale;
    }
    return real_of_bits(axis.key_origin + key);
}

/// Values are taken in chunks, in two passes each: lanes fill small arrays, then plain
/// loops over integers (which compilers vectorise) add them up.
inline constexpr int values_per_chunk = 64;

/// Bins and scaled deviations of a chunk.
struct Chunk {
    std::int32_t bins[values_per_chunk];
    std::int32_t deviations[values_per_chunk];  ///< 0 where a value is not finite
    std::int32_t finite[values_per_chunk];      ///< -1 or 0
};

/// The deviation of a value from the axis' centre, as sums take it; 0 where it is not
/// finite.
template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Int scaled_deviation(Axis const& axis,
                                                             Real value) {
    auto const is_finite = magnitude(value) < broadcast<Real>(__builtin_inff());
    Real const deviation =
        (value - broadcast<Real>(axis.centre)) * broadcast<Real>(axis.sum_scale);
    return truncate_to_int(clamp(select(is_finite, deviation, broadcast<Real>(0.0f)),
                                 broadcast<Real>(-largest_deviation),
                                 broadcast<Real>(largest_deviation)));
}

template <class Real>
LEADTIME_FUNCTION void fill_chunk(
    Axis const& axis, float const* values, int i, Chunk& chunk, Real& low, Real& high) {
    using Int = typename Lanes<Real>::Int;
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const value = load<Real>(values + i);
    Int const bins = bin_of(axis, value);
    auto const is_finite = magnitude(value) < infinity;
    Int const scaled = scaled_deviation(axis, value);
    Int const counted = select(is_finite, Int(-1), Int(0));
    memcpy(chunk.bins + i, &bins, sizeof bins);
    memcpy(chunk.deviations + i, &scaled, sizeof scaled);
    memcpy(chunk.finite + i, &counted, sizeof counted);
    low = minimum(select(is_finite, value, infinity), low);
    high = maximum(select(is_finite, value, -infinity), high);
}

/// Moments by lane, folded once for many chunks.
template <class Real>
struct LaneMoments {
    static constexpr int columns = 16;
    std::int64_t sum[columns] = {};
    std::uint64_t squares[columns] = {};
    std::int32_t finite[columns] = {};
    Real low = broadcast<Real>(__builtin_inff());
    Real high = broadcast<Real>(-__builtin_inff());

    LEADTIME_FUNCTION void fold_into(Moments& moments) const {
        for (int i = 0; i < columns; ++i) {
            moments.sum += sum[i];
            moments.squares += squares[i];
            moments.count += static_cast<std::uint64_t>(finite[i]);
        }
        float lows[Lanes<Real>::width];
        float highs[Lanes<Real>::width];
        store(lows, low);
        store(highs, high);
        for (int lane = 0; lane < Lanes<Real>::width; ++lane) {
            moments.minimum = minimum(lows[lane], moments.minimum);
            moments.maximum = maximum(highs[lane], moments.maximum);
        }
    }
};

/// Adds `count` values of a chunk; the rest of it, up to a whole row of columns, must
/// be filled with values that are not finite.
template <class Real>
LEADTIME_FUNCTION void
add_chunk(Chunk const& chunk, int count, std::uint32_t* own, LaneMoments<Real>& lanes) {
    constexpr int columns = LaneMoments<Real>::columns;
    std::int32_t differing[columns] = {};
    for (int first = 0; first < count; first += columns) {
        for (int i = 0; i < columns; ++i) {
            std::int32_t const deviation = chunk.deviations[first + i];
            std::int64_t const coarse = deviation >> square_shift;
            lanes.sum[i] += deviation;
            lanes.squares[i] += static_cast<std::uint64_t>(coarse * coarse);
            lanes.finite[i] -= chunk.finite[first + i];
            differing[i] |= chunk.bins[first + i] ^ chunk.bins[0];
        }
    }
    std::int32_t any = 0;
    for (int i = 0; i < columns; ++i) {
        any |= differing[i];
    }
    if (any == 0) {  // as where an output is 0 in all samples: one addition
        own[chunk.bins[0]] += static_cast<std::uint32_t>(count);
        return;
    }
    for (int i = 0; i < count; ++i) {
        ++own[chunk.bins[i]];
    }
}

/// Adds `rows` rows of `count` values, `stride` apart, to the bins and moments of one
/// output; `Real` says how many are taken at a time and changes nothing else.
template <class Real>
LEADTIME_FUNCTION void bin_rows(Axis const& axis,
                                float const* values,
                                int rows,
                                std::ptrdiff_t stride,
                                int count,
                                std::uint32_t* counts,
                                Moments& moments) {
    constexpr int width = Lanes<Real>::width;
    constexpr int columns = LaneMoments<Real>::columns;
    std::uint32_t* const own = counts + axis.first_count;
    Chunk chunk;
    LaneMoments<Real> lanes;
    LaneMoments<float> rest;
    for (int row = 0; row < rows; ++row) {
        float const* const all = values + row * stride;
        for (int first = 0; first < count; first += values_per_chunk) {
            int const size =
                count - first < values_per_chunk ? count - first : values_per_chunk;
            int i = 0;
            for (; i + width <= size; i += width) {
                fill_chunk<Real>(axis, all + first, i, chunk, lanes.low, lanes.high);
            }
            for (; i < size; ++i) {
                fill_chunk<float>(axis, all + first, i, chunk, rest.low, rest.high);
            }
            for (; i % columns != 0; ++i) {  // pad: counts for nothing
                chunk.bins[i] = chunk.bins[0];
                chunk.deviations[i] = 0;
                chunk.finite[i] = 0;
            }
            add_chunk(chunk, size, own, lanes);
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

LEADTIME_FUNCTION void merge(Moments& into, Moments const& other) {
    into.sum += other.sum;
    into.squares += other.squares;
    into.count += other.count;
    into.minimum = other.minimum < into.minimum ? other.minimum : into.minimum;
    into.maximum = other.maximum > into.maximum ? other.maximum : into.maximum;
}

}  // namespace leadtime::kernels
