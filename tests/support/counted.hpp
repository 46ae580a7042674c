// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"
#include "kernels/lanes/math.hpp"

#include <cmath>

namespace leadtime::kernels {

/// A float that counts what is done with it: additions, multiplications, divisions,
/// roots and logarithms are one operation each, a fused multiply-add two; comparisons
/// and selects are none.
struct Counted {
    float value = 0;
    inline static long operations = 0;
    Counted() = default;
    Counted(float a)
        : value(a) {}
};

#define LEADTIME_COUNTED(op)                                                           \
    inline Counted operator op(Counted a, Counted b) {                                 \
        ++Counted::operations;                                                         \
        return a.value op b.value;                                                     \
    }                                                                                  \
    inline Counted operator op(Counted a, float b) {                                   \
        return a op Counted(b);                                                        \
    }                                                                                  \
    inline Counted operator op(float a, Counted b) {                                   \
        return Counted(a) op b;                                                        \
    }
LEADTIME_COUNTED(+)
LEADTIME_COUNTED(-)
LEADTIME_COUNTED(*)
LEADTIME_COUNTED(/)
#undef LEADTIME_COUNTED
inline Counted operator-(Counted a) {
    return -a.value;
}
inline bool operator<(Counted a, Counted b) {
    return a.value < b.value;
}
inline bool operator<=(Counted a, Counted b) {
    return a.value <= b.value;
}
inline bool operator>(Counted a, Counted b) {
    return a.value > b.value;
}
inline bool operator>=(Counted a, Counted b) {
    return a.value >= b.value;
}
inline bool operator==(Counted a, Counted b) {
    return a.value == b.value;
}
inline bool operator!=(Counted a, Counted b) {
    return a.value != b.value;
}

template <>
struct Lanes<Counted> {
    using Int = std::int32_t;
    using Unsigned = std::uint32_t;
    using Mask = bool;
    static constexpr int width = 1;
};
template <>
inline Counted broadcast<Counted>(float a) {
    return a;
}
inline Counted select(bool mask, Counted a, Counted b) {
    return mask ? a : b;
}
inline Counted fused(Counted a, Counted b, Counted c) {
    Counted::operations += 2;
    return std::fma(a.value, b.value, c.value);
}
inline Counted square_root(Counted a) {
    ++Counted::operations;
    return std::sqrt(a.value);
}
inline std::int32_t truncate_to_int(Counted a) {
    return truncate_to_int(a.value);
}
inline std::int32_t bits_of(Counted a) {
    return bits_of(a.value);
}
inline Counted logarithm(Counted a) {
    ++Counted::operations;
    return logarithm<float>(a.value);
}
inline Counted logarithm10(Counted a) {
    ++Counted::operations;
    return logarithm10<float>(a.value);
}
inline Counted exponential(Counted a) {
    ++Counted::operations;
    return exponential<float>(a.value);
}

}  // namespace leadtime::kernels
