// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"

#include <cstdint>

/// How values of an output map to bins.
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
    /// By cell: (the bin that key 0 would have, were all bins as wide as the cell's)
    /// * 256 + keys per bin as a shift. Then the special bins, of key 0.
    std::int32_t cells[cells_per_axis + special_bins] = {};

    /// Says that keys of a cell are in bins of 2^shift, from `first_bin` on.
    LEADTIME_FUNCTION void cut_cell(int cell, int first_bin, int shift) {
        cells[cell] = (first_bin - ((cell << cell_shift) >> shift)) * 256 + shift;
    }
    LEADTIME_FUNCTION int shift_of_cell(int cell) const { return cells[cell] & 255; }
    LEADTIME_FUNCTION int first_bin_of_cell(int cell) const {
        return (cells[cell] >> 8) + ((cell << cell_shift) >> shift_of_cell(cell));
    }
};

/// Where values fall on an axis: cells, and keys on it. A value that is in no interval
/// of the axis has the cell of its special bin, and key 0.
template <class Real>
struct Place {
    typename Lanes<Real>::Int cell;
    typename Lanes<Real>::Int key;
};

/// The place of each value of a pack (or of one), without a branch on them.
/// `any_special`: whether any has a special bin, as all have that are not finite.
template <class Real>
LEADTIME_FUNCTION Place<Real>
place_of(Axis const& axis, Real value, bool& any_special) {
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
    // Infinity's key is beyond the span of every axis.
    auto const on_axis = above && key < span && !at_zero && !at_atom;
    Int const cell = key >> axis.cell_shift;
    any_special = any_lane(!on_axis);
    if (!any_special) {
        return {cell, key};
    }
    Int special = select(above, Int(bin_overflow), Int(bin_underflow));
    special = select(at_zero, Int(bin_zero), special);
    special = select(at_atom, Int(bin_atom), special);
    special = select(value == infinity, Int(bin_plus_infinity), special);
    special = select(value == -infinity, Int(bin_minus_infinity), special);
    special = select(value == value, special, Int(bin_not_a_number));
    return {select(on_axis, cell, special + cells_per_axis),
            select(on_axis, key, Int(0))};
}

/// The bin of a place. Unsigned, as neither is negative: such an index needs no
/// extension of its sign.
LEADTIME_FUNCTION std::uint32_t
bin_at(Axis const& axis, std::int32_t cell, std::int32_t key) {
    std::int32_t const entry = axis.cells[static_cast<std::uint32_t>(cell)];
    return static_cast<std::uint32_t>(entry >> 8)
           + (static_cast<std::uint32_t>(key) >> (entry & 31));
}

/// The bin of one value.
LEADTIME_FUNCTION std::uint32_t bin_of(Axis const& axis, float value) {
    bool any_special = false;
    Place<float> const place = place_of(axis, value, any_special);
    return bin_at(axis, place.cell, place.key);
}

/// The smallest value with this key.
LEADTIME_FUNCTION float value_of_key(Axis const& axis, std::int32_t key) {
    if (axis.linear) {
        return axis.origin + static_cast<float>(key) / axis.scale;
    }
    return real_of_bits(axis.key_origin + key);
}

}  // namespace leadtime::kernels
