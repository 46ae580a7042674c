// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/single_lane.hpp"

#ifdef LEADTIME_HAVE_PACKS

#    if defined(__AVX2__) && defined(__FMA__)
#        include <immintrin.h>
#    endif

/// Number types of many lanes on GCC and Clang vector types; intrinsics only where the
/// compilers would not find the instruction.
namespace leadtime::kernels {

namespace detail {
// Outside the classes: GCC 12 loses the attribute of a dependent typedef in overloads.
template <class T, int W>
struct VectorOf {
    // NOLINTNEXTLINE(modernize-use-using): nor do compilers agree on an alias of it
    typedef T type __attribute__((vector_size(W * sizeof(T))));
};
}  // namespace detail

/// W samples, one in each SIMD lane; W a power of two.
template <int W>
struct Pack {
    using Vector = typename detail::VectorOf<float, W>::type;
    Vector v;

    Pack() = default;
    LEADTIME_FUNCTION Pack(Vector vector)
        : v(vector) {}
    LEADTIME_FUNCTION Pack(float a)
        : v(a - Vector{}) {}
};

/// W 32-bit integers, or the truth values (0 or -1) of W comparisons.
template <int W>
struct IntPack {
    using Vector = typename detail::VectorOf<std::int32_t, W>::type;
    Vector v;

    IntPack() = default;
    LEADTIME_FUNCTION IntPack(Vector vector)
        : v(vector) {}
    LEADTIME_FUNCTION IntPack(std::int32_t a)
        : v(a - Vector{}) {}
};

template <int W>
struct UnsignedPack {
    using Vector = typename detail::VectorOf<std::uint32_t, W>::type;
    Vector v;

    UnsignedPack() = default;
    LEADTIME_FUNCTION UnsignedPack(Vector vector)
        : v(vector) {}
    LEADTIME_FUNCTION UnsignedPack(std::uint32_t a)
        : v(a - Vector{}) {}
};

template <int W>
struct Lanes<Pack<W>> {
    using Int = IntPack<W>;
    using Unsigned = UnsignedPack<W>;
    using Mask = IntPack<W>;
    static constexpr int width = W;
};

#    define LEADTIME_PACK_OPERATOR(Type, op)                                           \
        template <int W>                                                               \
        LEADTIME_FUNCTION Type<W> operator op(Type<W> a, Type<W> b) {                  \
            return Type<W>(a.v op b.v);                                                \
        }                                                                              \
        template <int W>                                                               \
        LEADTIME_FUNCTION Type<W> operator op(Type<W> a, decltype(a.v[0] + 0) b) {     \
            return a op Type<W>(b);                                                    \
        }                                                                              \
        template <int W>                                                               \
        LEADTIME_FUNCTION Type<W> operator op(decltype(Type<W>{}.v[0] + 0) a,          \
                                              Type<W> b) {                             \
            return Type<W>(a) op b;                                                    \
        }
LEADTIME_PACK_OPERATOR(Pack, +)
LEADTIME_PACK_OPERATOR(Pack, -)
LEADTIME_PACK_OPERATOR(Pack, *)
LEADTIME_PACK_OPERATOR(Pack, /)
LEADTIME_PACK_OPERATOR(IntPack, +)
LEADTIME_PACK_OPERATOR(IntPack, -)
LEADTIME_PACK_OPERATOR(IntPack, *)
LEADTIME_PACK_OPERATOR(IntPack, &)
LEADTIME_PACK_OPERATOR(IntPack, |)
LEADTIME_PACK_OPERATOR(IntPack, ^)
LEADTIME_PACK_OPERATOR(UnsignedPack, +)
LEADTIME_PACK_OPERATOR(UnsignedPack, ^)
#    undef LEADTIME_PACK_OPERATOR

#    define LEADTIME_PACK_COMPARISON(op)                                               \
        template <int W>                                                               \
        LEADTIME_FUNCTION IntPack<W> operator op(Pack<W> a, Pack<W> b) {               \
            return IntPack<W>(a.v op b.v);                                             \
        }                                                                              \
        template <int W>                                                               \
        LEADTIME_FUNCTION IntPack<W> operator op(Pack<W> a, float b) {                 \
            return a op Pack<W>(b);                                                    \
        }                                                                              \
        template <int W>                                                               \
        LEADTIME_FUNCTION IntPack<W> operator op(IntPack<W> a, IntPack<W> b) {         \
            return IntPack<W>(a.v op b.v);                                             \
        }                                                                              \
        template <int W>                                                               \
        LEADTIME_FUNCTION IntPack<W> operator op(IntPack<W> a, std::int32_t b) {       \
            return a op IntPack<W>(b);                                                 \
        }
LEADTIME_PACK_COMPARISON(<)
LEADTIME_PACK_COMPARISON(<=)
LEADTIME_PACK_COMPARISON(>)
LEADTIME_PACK_COMPARISON(>=)
LEADTIME_PACK_COMPARISON(==)
LEADTIME_PACK_COMPARISON(!=)
#    undef LEADTIME_PACK_COMPARISON

template <int W>
LEADTIME_FUNCTION Pack<W> operator-(Pack<W> a) {
    return Pack<W>(-a.v);
}
template <int W>
LEADTIME_FUNCTION IntPack<W> operator>>(IntPack<W> a, int n) {
    return IntPack<W>(a.v >> n);
}
template <int W>
LEADTIME_FUNCTION IntPack<W> operator<<(IntPack<W> a, int n) {
    return IntPack<W>(a.v << n);
}
/// Logic on masks; on `bool` the same operators are the language's own.
template <int W>
LEADTIME_FUNCTION IntPack<W> operator&&(IntPack<W> a, IntPack<W> b) {
    return IntPack<W>(a.v & b.v);
}
template <int W>
LEADTIME_FUNCTION IntPack<W> operator||(IntPack<W> a, IntPack<W> b) {
    return IntPack<W>(a.v | b.v);
}
template <int W>
LEADTIME_FUNCTION IntPack<W> operator!(IntPack<W> a) {
    return IntPack<W>(~a.v);
}

template <int W>
LEADTIME_FUNCTION Pack<W> select(IntPack<W> mask, Pack<W> a, Pack<W> b) {
    return Pack<W>(mask.v ? a.v : b.v);
}
template <int W>
LEADTIME_FUNCTION IntPack<W> select(IntPack<W> mask, IntPack<W> a, IntPack<W> b) {
    return IntPack<W>(mask.v ? a.v : b.v);
}

template <int W>
LEADTIME_FUNCTION bool any_lane(IntPack<W> mask) {
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        auto const bits = reinterpret_cast<__m512i>(mask.v);
        return _mm512_test_epi32_mask(bits, bits) != 0;
    }
#    endif
#    if defined(__AVX2__)
    if constexpr (W == 8) {
        return _mm256_movemask_epi8(reinterpret_cast<__m256i>(mask.v)) != 0;
    }
#    endif
    std::int32_t any = 0;
    for (int i = 0; i < W; ++i) {
        any |= mask.v[i];
    }
    return any != 0;
}
template <int W>
LEADTIME_FUNCTION Pack<W> fused(Pack<W> a, Pack<W> b, Pack<W> c) {
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(
            _mm512_fmadd_ps(reinterpret_cast<__m512>(a.v),
                            reinterpret_cast<__m512>(b.v),
                            reinterpret_cast<__m512>(c.v))));
    }
#    endif
#    if defined(__AVX2__) && defined(__FMA__)
    if constexpr (W == 8) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(
            _mm256_fmadd_ps(reinterpret_cast<__m256>(a.v),
                            reinterpret_cast<__m256>(b.v),
                            reinterpret_cast<__m256>(c.v))));
    }
#    endif
    Pack<W> result;
    for (int i = 0; i < W; ++i) {
        result.v[i] = __builtin_fmaf(a.v[i], b.v[i], c.v[i]);
    }
    return result;
}

template <int W>
LEADTIME_FUNCTION Pack<W> square_root(Pack<W> a) {
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(
            _mm512_sqrt_ps(reinterpret_cast<__m512>(a.v))));
    }
#    endif
#    if defined(__AVX2__)
    if constexpr (W == 8) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(
            _mm256_sqrt_ps(reinterpret_cast<__m256>(a.v))));
    }
#    endif
    Pack<W> result;
    for (int i = 0; i < W; ++i) {
        result.v[i] = __builtin_sqrtf(a.v[i]);
    }
    return result;
}

/// a < b ? a : b, so b when either is not a number: what the instruction does, which
/// the compiler does not find by itself.
template <int W>
LEADTIME_FUNCTION Pack<W> minimum(Pack<W> a, Pack<W> b) {
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(_mm512_min_ps(
            reinterpret_cast<__m512>(a.v), reinterpret_cast<__m512>(b.v))));
    }
#    endif
#    if defined(__AVX2__)
    if constexpr (W == 8) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(_mm256_min_ps(
            reinterpret_cast<__m256>(a.v), reinterpret_cast<__m256>(b.v))));
    }
#    endif
    return select(a < b, a, b);
}
/// a > b ? a : b, likewise.
template <int W>
LEADTIME_FUNCTION Pack<W> maximum(Pack<W> a, Pack<W> b) {
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(_mm512_max_ps(
            reinterpret_cast<__m512>(a.v), reinterpret_cast<__m512>(b.v))));
    }
#    endif
#    if defined(__AVX2__)
    if constexpr (W == 8) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(_mm256_max_ps(
            reinterpret_cast<__m256>(a.v), reinterpret_cast<__m256>(b.v))));
    }
#    endif
    return select(a > b, a, b);
}

template <int W>
LEADTIME_FUNCTION IntPack<W> bits_of(Pack<W> a) {
    return IntPack<W>(reinterpret_cast<typename IntPack<W>::Vector>(a.v));
}
template <int W>
LEADTIME_FUNCTION Pack<W> real_of_bits(IntPack<W> a) {
    return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(a.v));
}
template <int W>
LEADTIME_FUNCTION Pack<W> magnitude(Pack<W> a) {
    return real_of_bits(bits_of(a) & 0x7fffffff);
}
template <int W>
LEADTIME_FUNCTION IntPack<W> truncate_to_int(Pack<W> a) {
    return IntPack<W>(__builtin_convertvector(a.v, typename IntPack<W>::Vector));
}
template <int W>
LEADTIME_FUNCTION Pack<W> to_real(IntPack<W> a) {
    return Pack<W>(__builtin_convertvector(a.v, typename Pack<W>::Vector));
}
template <int W>
LEADTIME_FUNCTION Pack<W> gather(float const* table, IntPack<W> index) {
#    if defined(__AVX512F__)
    if constexpr (W == 16) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(
            _mm512_i32gather_ps(reinterpret_cast<__m512i>(index.v), table, 4)));
    }
#    endif
#    if defined(__AVX2__)
    if constexpr (W == 8) {
        return Pack<W>(reinterpret_cast<typename Pack<W>::Vector>(
            _mm256_i32gather_ps(table, reinterpret_cast<__m256i>(index.v), 4)));
    }
#    endif
    Pack<W> result;
    for (int i = 0; i < W; ++i) {
        result.v[i] = table[index.v[i]];
    }
    return result;
}

namespace detail {
template <class Real>
struct PackAccess;
template <int W>
struct PackAccess<Pack<W>> {
    LEADTIME_FUNCTION static Pack<W> load(float const* from) {
        Pack<W> a;
        memcpy(&a.v, from, sizeof a.v);
        return a;
    }
    LEADTIME_FUNCTION static IntPack<W> lane_number() {
        IntPack<W> a;
        for (int i = 0; i < W; ++i) {
            a.v[i] = i;
        }
        return a;
    }
};
}  // namespace detail

template <class Real>
LEADTIME_FUNCTION Real load(float const* from) {
    return detail::PackAccess<Real>::load(from);
}
template <int W>
LEADTIME_FUNCTION void store(float* to, Pack<W> a) {
    memcpy(to, &a.v, sizeof a.v);
}
template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Int lane_number() {
    return detail::PackAccess<Real>::lane_number();
}
template <class Real>
LEADTIME_FUNCTION Real broadcast(float a) {
    return Real(a);
}

}  // namespace leadtime::kernels

#endif  // LEADTIME_HAVE_PACKS
