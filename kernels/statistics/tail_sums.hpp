// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"

#include <cstdint>

/// Exact sums of floats of any size, and sums of their squares to 2^-23 each: integers
/// by exponent, which add up to the same in any order.
namespace leadtime::kernels::detail {

/// Sixteen exponents to a group. Halves h of the terms are m * 2^(e - 150) with a
/// mantissa m of 24 bits; m << (e mod 16) is below 2^39, and goes in two parts, so that
/// 2^32 of them cannot overflow.
inline constexpr int tail_groups = 16;
inline constexpr int tail_group_shift = 4;
inline constexpr int tail_sum_bits = 20;     ///< of the lower part
inline constexpr int tail_square_bits = 27;  ///< of the lower part
/// Squares, (m << (e mod 16))^2, are kept in units of 2^24, which leaves them 54 bits.
inline constexpr int tail_square_unit = 24;

/// What one value adds to its group.
struct TailTerm {
    int group = 0;
    std::int64_t sum[2] = {};     ///< lower, upper part
    std::int64_t square[2] = {};  ///< lower, upper part

    LEADTIME_FUNCTION explicit TailTerm(float half) {
        constexpr int mantissa_bits = 23;
        std::int32_t const bits = bits_of(half);
        int const field = (bits >> mantissa_bits) & 255;
        int const exponent = field > 0 ? field : 1;
        std::int64_t const mantissa =
            (bits & ((1 << mantissa_bits) - 1)) + (field > 0 ? 1 << mantissa_bits : 0);
        group = exponent >> tail_group_shift;
        int const shift = exponent & (tail_groups - 1);
        std::int64_t const size = mantissa << shift;
        std::int64_t const term = bits < 0 ? -size : size;
        sum[1] = term >> tail_sum_bits;
        sum[0] = term & ((1 << tail_sum_bits) - 1);
        int const up = 2 * shift - tail_square_unit;
        std::int64_t const exact = mantissa * mantissa;
        std::int64_t const squared = up >= 0 ? exact << up : exact >> -up;
        square[1] = squared >> tail_square_bits;
        square[0] = squared & ((1 << tail_square_bits) - 1);
    }
};

/// Sums of many such terms; `Integer` says of how many.
template <class Integer>
struct TailSumsOf {
    Integer sums[tail_groups][2] = {};
    Integer squares[tail_groups][2] = {};

    LEADTIME_FUNCTION void add(TailTerm const& term, std::int64_t times) {
        for (int part = 0; part < 2; ++part) {
            sums[term.group][part] += times * term.sum[part];
            squares[term.group][part] += times * term.square[part];
        }
    }
    template <class Other>
    LEADTIME_FUNCTION void add(TailSumsOf<Other> const& other) {
        for (int group = 0; group < tail_groups; ++group) {
            for (int part = 0; part < 2; ++part) {
                sums[group][part] += other.sums[group][part];
                squares[group][part] += other.squares[group][part];
            }
        }
    }
    /// Whether anything was added, but zeros.
    LEADTIME_FUNCTION bool is_empty() const {
        Integer all = 0;
        for (int group = 0; group < tail_groups; ++group) {
            all |= squares[group][0] | squares[group][1];
        }
        return all == 0;
    }
    LEADTIME_FUNCTION bool operator==(TailSumsOf const& other) const {
        bool same = true;
        for (int group = 0; group < tail_groups; ++group) {
            for (int part = 0; part < 2; ++part) {
                same = same && sums[group][part] == other.sums[group][part]
                       && squares[group][part] == other.squares[group][part];
            }
        }
        return same;
    }
    /// The sum of the terms, twice their halves; on the host.
    double sum() const { return total(sums, tail_sum_bits, 16, -149); }
    double sum_of_squares() const {
        return total(squares, tail_square_bits, 32, tail_square_unit - 298);
    }

  private:
    static double total(Integer const (&parts)[tail_groups][2],
                        int lower_bits,
                        int bits_per_group,
                        int exponent) {
        double all = 0.0;
        for (int group = 0; group < tail_groups; ++group) {
            double const own = static_cast<double>(parts[group][1])
                                   * static_cast<double>(std::int64_t{1} << lower_bits)
                               + static_cast<double>(parts[group][0]);
            all += __builtin_ldexp(own, exponent + bits_per_group * group);
        }
        return all;
    }
};
using TailSums = TailSumsOf<std::int64_t>;

}  // namespace leadtime::kernels::detail
