// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes.hpp"

/// Streaming statistics of one output: integer counts in bins, integer sums and exact
/// extremes. All of it merges by addition or comparison, so the result does not depend on how
/// the samples were split over threads, ranks or devices.
namespace leadtime::kernels {

/// Bins that are not an interval of values come first.
enum SpecialBin : int {
    bin_zero,         ///< exactly 0, on a logarithmic axis
    bin_minus_infinity,
    bin_plus_infinity,
    bin_not_a_number,
    bin_underflow,    ///< below the axis
    bin_overflow,     ///< above it
    special_bins
};

/// Cells of an axis; each is cut into a power of two of equal bins.
inline constexpr int cells_per_axis = 256;

/// How the values of one output map to bins.
///
/// A value has an integer key: its own bits (positive floats are ordered like their bits, and
/// nearly as their logarithm) or its place on a linear scale. Equal ranges of keys are cells;
/// a cell has as many bins as accuracy needs there, many around the reported quantiles, one
/// where nobody looks. The axis is laid out from a pilot of the first samples.
struct Axis {
    bool linear = false;
    float origin = 0.0f;       ///< lowest value of the axis
    float scale = 0.0f;        ///< linear: keys per unit
    std::int32_t key_origin = 0;  ///< logarithmic: bits of `origin`
    std::int32_t key_span = 0; ///< keys on the axis
    int cell_shift = 0;        ///< key >> cell_shift is the cell
    int first_count = 0;       ///< of this output's bins in the counts
    int bin_count = 0;         ///< with the special ones
    float centre = 0.0f;       ///< sums are of (value - centre) * sum_scale
    float sum_scale = 1.0f;    ///< a power of two
    std::uint16_t cell_first_bin[cells_per_axis] = {};
    std::uint8_t bin_shift[cells_per_axis] = {};
};

/// Sums and extremes of one output over the values that are finite.
struct Moments {
    std::int64_t sum = 0;             ///< of scaled deviations from the centre
    std::uint64_t square_low = 0;     ///< of their squares, 128 bits in two words
    std::uint64_t square_high = 0;
    std::uint64_t count = 0;
    float minimum = __builtin_inff();
    float maximum = -__builtin_inff();
};

/// Scaled deviations are bounded, so that 2^32 of them cannot overflow the sum.
inline constexpr float largest_deviation = 1073741824.0f;  // 2^30

LEADTIME_FUNCTION int bin_of(Axis const& axis, float value) {
    if (!(value == value)) {
        return bin_not_a_number;
    }
    if (value == __builtin_inff()) {
        return bin_plus_infinity;
    }
    if (value == -__builtin_inff()) {
        return bin_minus_infinity;
    }
    std::int32_t key;
    if (axis.linear) {
        float const place = (value - axis.origin) * axis.scale;
        if (place < 0.0f) {
            return bin_underflow;
        }
        if (place >= static_cast<float>(axis.key_span)) {
            return bin_overflow;
        }
        key = truncate_to_int(place);
    } else {
        if (value == 0.0f) {
            return bin_zero;
        }
        if (value < axis.origin) {
            return bin_underflow;
        }
        key = bits_of(value) - axis.key_origin;
        if (key >= axis.key_span) {
            return bin_overflow;
        }
    }
    int const cell = key >> axis.cell_shift;
    std::int32_t const in_cell = key - (cell << axis.cell_shift);
    return axis.cell_first_bin[cell] + (in_cell >> axis.bin_shift[cell]);
}

/// The smallest value with this key.
LEADTIME_FUNCTION float value_of_key(Axis const& axis, std::int32_t key) {
    if (axis.linear) {
        return axis.origin + static_cast<float>(key) / axis.scale;
    }
    return real_of_bits(axis.key_origin + key);
}

LEADTIME_FUNCTION void add_value(Axis const& axis, Moments& moments, float value) {
    float const deviation = (value - axis.centre) * axis.sum_scale;
    float const bounded =
        clamp(deviation, -largest_deviation, largest_deviation);
    std::int64_t const scaled = truncate_to_int(bounded);
    std::uint64_t const square = static_cast<std::uint64_t>(scaled * scaled);
    moments.sum += scaled;
    moments.square_low += square;
    moments.square_high += moments.square_low < square ? 1u : 0u;
    moments.count += 1;
    moments.minimum = value < moments.minimum ? value : moments.minimum;
    moments.maximum = value > moments.maximum ? value : moments.maximum;
}

/// Adds `count` values to the bins and moments of one output.
LEADTIME_FUNCTION void bin_values(
    Axis const& axis,
    float const* values,
    int count,
    std::uint32_t* counts,
    Moments& moments) {
    std::uint32_t* const own = counts + axis.first_count;
    Moments local = moments;
    for (int i = 0; i < count; ++i) {
        float const value = values[i];
        ++own[bin_of(axis, value)];
        if (magnitude(value) < __builtin_inff()) {
            add_value(axis, local, value);
        }
    }
    moments = local;
}

LEADTIME_FUNCTION void merge(Moments& into, Moments const& other) {
    into.sum += other.sum;
    into.square_low += other.square_low;
    into.square_high +=
        other.square_high + (into.square_low < other.square_low ? 1u : 0u);
    into.count += other.count;
    into.minimum = other.minimum < into.minimum ? other.minimum : into.minimum;
    into.maximum = other.maximum > into.maximum ? other.maximum : into.maximum;
}

}  // namespace leadtime::kernels
