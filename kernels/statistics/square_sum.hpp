// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"

/// Exact sums of squares of 32-bit integers, one 64-bit sum for each lane or pair of
/// lanes.
namespace leadtime::kernels::detail {

template <class Int>
struct SquareSum;

template <>
struct SquareSum<std::int32_t> {
    std::uint64_t sum = 0;

    LEADTIME_FUNCTION void add(std::int32_t a) {
        sum += static_cast<std::uint64_t>(std::int64_t{a} * a);
    }
    LEADTIME_FUNCTION std::uint64_t total() const { return sum; }
};

#ifdef LEADTIME_HAVE_PACKS
template <int W>
struct SquareSum<IntPack<W>> {
    static constexpr int sums = W / 2;
    using Vector = typename VectorOf<std::uint64_t, sums>::type;
    Vector sum = {};

    LEADTIME_FUNCTION void add(IntPack<W> a) {
        // The instruction multiplies the lower halves of 64-bit lanes.
#    if defined(__AVX512F__)
        if constexpr (W == 16) {
            auto const even = reinterpret_cast<__m512i>(a.v);
            auto const odd = _mm512_srli_epi64(even, 32);
            sum += reinterpret_cast<Vector>(_mm512_mul_epi32(even, even));
            sum += reinterpret_cast<Vector>(_mm512_mul_epi32(odd, odd));
            return;
        }
#    endif
#    if defined(__AVX2__)
        if constexpr (W == 8) {
            auto const even = reinterpret_cast<__m256i>(a.v);
            auto const odd = _mm256_srli_epi64(even, 32);
            sum += reinterpret_cast<Vector>(_mm256_mul_epi32(even, even));
            sum += reinterpret_cast<Vector>(_mm256_mul_epi32(odd, odd));
            return;
        }
#    endif
        for (int i = 0; i < W; ++i) {
            sum[i / 2] += static_cast<std::uint64_t>(std::int64_t{a.v[i]} * a.v[i]);
        }
    }
    LEADTIME_FUNCTION std::uint64_t total() const {
        std::uint64_t all = 0;
        for (int i = 0; i < sums; ++i) {
            all += sum[i];
        }
        return all;
    }
};
#endif

}  // namespace leadtime::kernels::detail
