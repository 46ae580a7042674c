// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/contracts.hpp"
#include "kernels/lanes/lanes.hpp"

#include <cstdint>

/// How values of an output map to bins.
namespace leadtime::kernels {

/// Values that come often and have a bin of their own, beside 0.
inline constexpr int most_atoms = 8;

/// Values off the axis are counted by magnitude over the whole range of floats: 2^26
/// keys, which are eight octaves, to a bin, those below the axis apart from those
/// above.
inline constexpr int coarse_shift = 26;
inline constexpr int coarse_bins = 64;

/// Bins that are not an interval of the axis come first.
enum SpecialBin : int {
    bin_zero,  ///< exactly 0
    bin_tiny,  ///< not 0, and below `smallest_magnitude`
    bin_minus_infinity,
    bin_plus_infinity,
    bin_not_a_number,
    bin_first_atom,
    bin_first_below = bin_first_atom + most_atoms,  ///< below the axis
    bin_first_above = bin_first_below + coarse_bins,
    special_bins = bin_first_above + coarse_bins
};

/// Below this magnitude single precision has no digits to spare (normal floats end at
/// 1.2e-38): what is smaller counts as 0.
inline constexpr float smallest_magnitude = 1e-37f;

/// Cells of an axis; each is cut into a power of two of equal bins.
inline constexpr int cells_per_axis = 256;

/// How the values of one output map to bins.
///
/// A value has an integer key with the same order: its own bits where all are positive
/// (floats are ordered like their bits, and nearly as their logarithm); else half of
/// sign * max(bits of the magnitude - fold, 0), so that what is smaller than the fold
/// shares a key. Equal ranges of keys are cells; a cell has as many bins as accuracy
/// needs there, many around the reported quantiles, one where nobody looks. The axis is
/// laid out from a pilot of the first samples.
struct Axis {
    bool is_signed = false;
    float origin = 0.0f;  ///< lowest value of the axis
    std::int32_t key_origin = 0;
    std::int32_t key_span = 0;  ///< keys on the axis
    std::int32_t fold = 0;      ///< signed: bits of a magnitude
    int cell_shift = 0;         ///< key >> cell_shift is the cell
    int first_count = 0;        ///< of this output's bins in the counts
    int bin_count = 0;          ///< with the special ones
    int atom_count = 0;
    float atoms[most_atoms] = {};
    float centre = 0.0f;     ///< sums are of (value - centre) * sum_scale
    float sum_scale = 1.0f;  ///< a power of two
    /// By cell: (the bin that key 0 would have, were all bins as wide as the cell's)
    /// * 256 + keys per bin as a shift. The last cell is that of the special bins,
    /// whose keys are their numbers.
    std::int32_t cells[cells_per_axis + 1] = {};

    /// Says that keys of a cell are in bins of 2^shift, from `first_bin` on.
    LEADTIME_FUNCTION void cut_cell(int cell, int first_bin, int shift) {
        cells[cell] = (first_bin - ((cell << cell_shift) >> shift)) * 256 + shift;
    }
    LEADTIME_FUNCTION int shift_of_cell(int cell) const { return cells[cell] & 255; }
    LEADTIME_FUNCTION int first_bin_of_cell(int cell) const {
        return (cells[cell] >> 8) + ((cell << cell_shift) >> shift_of_cell(cell));
    }
};

/// A float's bits as an integer with the same order; its own inverse. Zeros of both
/// signs are neighbours.
template <class Int>
LEADTIME_FUNCTION Int ordered_key(Int bits) {
    return select(bits < 0, bits ^ 0x7fffffff, bits);
}

/// Where values fall on an axis: cells, and keys on it. A value that is in no interval
/// of the axis has the last cell, and its special bin for a key.
template <class Real>
struct Place {
    typename Lanes<Real>::Int cell;
    typename Lanes<Real>::Int key;
};

/// The key of a value of a signed axis, before its origin is taken off.
template <class Int>
LEADTIME_FUNCTION Int folded_key(Int bits, std::int32_t fold) {
    Int const size = bits & 0x7fffffff;
    Int const folded = select(size > fold, size - Int(fold), Int(0));
    return select(bits < 0, Int(0) - folded, folded) >> 1;
}

/// The special bins of values that have one (what it says of others is not used).
/// `is_above`: where the value is not below the axis.
template <class Real, class Mask>
LEADTIME_FUNCTION typename Lanes<Real>::Int
special_bin_of(Axis const& axis, Real value, Mask is_above) {
    using Int = typename Lanes<Real>::Int;
    Real const infinity = broadcast<Real>(__builtin_inff());
    Int const coarse =
        (ordered_key(bits_of(value)) >> coarse_shift) + Int(coarse_bins / 2);
    Int special = coarse + select(is_above, Int(bin_first_above), Int(bin_first_below));
    special = select(magnitude(value) < smallest_magnitude, Int(bin_tiny), special);
    special = select(value == broadcast<Real>(0.0f), Int(bin_zero), special);
    for (int atom = 0; atom < axis.atom_count; ++atom) {
        special = select(value == broadcast<Real>(axis.atoms[atom]),
                         Int(bin_first_atom + atom),
                         special);
    }
    special = select(value == infinity, Int(bin_plus_infinity), special);
    special = select(value == -infinity, Int(bin_minus_infinity), special);
    return select(value == value, special, Int(bin_not_a_number));
}

/// The place of each value of a pack (or of one), without a branch on them.
/// `any_special`: whether any has a special bin, as all have that are not finite.
template <class Real>
LEADTIME_FUNCTION Place<Real>
place_of(Axis const& axis, Real value, bool& any_special) {
    using Int = typename Lanes<Real>::Int;
    Int const span = Int(axis.key_span);
    // Keys of values off the axis are never used. The choice is the same for every
    // value. Infinity's key is beyond the span of every axis without signs.
    Int key = bits_of(value) - Int(axis.key_origin);
    auto is_above = value >= broadcast<Real>(axis.origin);
    auto on_axis = is_above && key < span;
    if (axis.is_signed) {
        Real const size = magnitude(value);
        key = folded_key(bits_of(value), axis.fold) - Int(axis.key_origin);
        is_above = !(key < 0);
        on_axis = is_above && key < span && size >= broadcast<Real>(smallest_magnitude)
                  && size < broadcast<Real>(__builtin_inff());
    }
    for (int atom = 0; atom < axis.atom_count; ++atom) {
        on_axis = on_axis && !(value == broadcast<Real>(axis.atoms[atom]));
    }
    Int const cell = key >> axis.cell_shift;
    any_special = any_lane(!on_axis);
    if (!any_special) {
        return {cell, key};
    }
    Int const special = special_bin_of(axis, value, is_above);
    return {select(on_axis, cell, Int(cells_per_axis)), select(on_axis, key, special)};
}

/// The bin of a place. Unsigned, as neither is negative: such an index needs no
/// extension of its sign.
LEADTIME_FUNCTION std::uint32_t
bin_at(Axis const& axis, std::int32_t cell, std::int32_t key) {
    std::int32_t const entry = axis.cells[static_cast<std::uint32_t>(cell)];
    std::uint32_t const bin = static_cast<std::uint32_t>(entry >> 8)
                              + (static_cast<std::uint32_t>(key) >> (entry & 31));
    LEADTIME_EXPECT(bin < static_cast<std::uint32_t>(axis.bin_count));
    return bin;
}

/// The bin of one value.
LEADTIME_FUNCTION std::uint32_t bin_of(Axis const& axis, float value) {
    bool any_special = false;
    Place<float> const place = place_of(axis, value, any_special);
    return bin_at(axis, place.cell, place.key);
}

/// The key of a finite value, from the origin of the axis; off the axis it is negative,
/// or the span or more.
LEADTIME_FUNCTION std::int64_t key_on_axis(Axis const& axis, float value) {
    std::int32_t const bits = bits_of(value);
    std::int32_t const key =
        axis.is_signed ? folded_key(bits, axis.fold) : ordered_key(bits);
    return std::int64_t{key} - axis.key_origin;
}

/// The smallest value with this key.
LEADTIME_FUNCTION float value_of_key(Axis const& axis, std::int32_t key) {
    std::int32_t const own = key + axis.key_origin;
    if (!axis.is_signed) {
        return real_of_bits(own);
    }
    std::int32_t const twice = 2 * own;
    return twice > 0 ? real_of_bits(axis.fold + twice)
                     : -real_of_bits(axis.fold - twice);
}

/// The smallest value of a coarse bin, counted from the first below the axis, or the
/// first above it. That of one after the last is infinite.
LEADTIME_FUNCTION float value_of_coarse_bin(int bin) {
    if (bin >= coarse_bins) {
        return __builtin_inff();
    }
    int const key = (bin - coarse_bins / 2) * (1 << coarse_shift);
    // The lowest bin starts at what would not be a number.
    return bin == 0 ? -__builtin_inff() : real_of_bits(ordered_key(key));
}

}  // namespace leadtime::kernels
