// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"

namespace leadtime::kernels {

/// A float that counts the floating-point operations done with it: +, -, *, / and the
/// square root are one each, a fused multiply-add is two. Comparisons, selects, integer
/// work, loads and stores are none, so a share of the peak says what arithmetic alone
/// reaches. Functions are counted by what they do inside.
struct Tally {
    float value = 0.0f;
    inline static std::int64_t operations = 0;
    inline static std::int64_t fused_operations = 0;  ///< pairs, also in `operations`

    Tally() = default;
    Tally(float a)
        : value(a) {}
};

#define LEADTIME_TALLY_OPERATOR(op)                                                    \
    inline Tally operator op(Tally a, Tally b) {                                       \
        ++Tally::operations;                                                           \
        return a.value op b.value;                                                     \
    }                                                                                  \
    inline Tally operator op(Tally a, float b) {                                       \
        return a op Tally(b);                                                          \
    }                                                                                  \
    inline Tally operator op(float a, Tally b) {                                       \
        return Tally(a) op b;                                                          \
    }
LEADTIME_TALLY_OPERATOR(+)
LEADTIME_TALLY_OPERATOR(-)
LEADTIME_TALLY_OPERATOR(*)
LEADTIME_TALLY_OPERATOR(/)
#undef LEADTIME_TALLY_OPERATOR
#define LEADTIME_TALLY_COMPARISON(op)                                                  \
    inline bool operator op(Tally a, Tally b) {                                        \
        return a.value op b.value;                                                     \
    }
LEADTIME_TALLY_COMPARISON(<)
LEADTIME_TALLY_COMPARISON(<=)
LEADTIME_TALLY_COMPARISON(>)
LEADTIME_TALLY_COMPARISON(>=)
LEADTIME_TALLY_COMPARISON(==)
LEADTIME_TALLY_COMPARISON(!=)
#undef LEADTIME_TALLY_COMPARISON

inline Tally operator-(Tally a) {
    return -a.value;  // a change of sign rides along in the next instruction
}

template <>
struct Lanes<Tally> {
    using Int = std::int32_t;
    using Unsigned = std::uint32_t;
    using Mask = bool;
    static constexpr int width = 1;
};

inline Tally select(bool mask, Tally a, Tally b) {
    return mask ? a : b;
}
inline Tally fused(Tally a, Tally b, Tally c) {
    Tally::operations += 2;
    ++Tally::fused_operations;
    return fused(a.value, b.value, c.value);
}
inline Tally square_root(Tally a) {
    ++Tally::operations;
    return square_root(a.value);
}
inline Tally magnitude(Tally a) {
    return magnitude(a.value);
}
inline std::int32_t truncate_to_int(Tally a) {
    return truncate_to_int(a.value);
}
inline std::int32_t bits_of(Tally a) {
    return bits_of(a.value);
}
template <>
inline Tally load<Tally>(float const* from) {
    return *from;
}
inline void store(float* to, Tally a) {
    *to = a.value;
}
template <>
inline std::int32_t lane_number<Tally>() {
    return 0;
}
template <>
inline Tally broadcast<Tally>(float a) {
    return a;
}

}  // namespace leadtime::kernels
