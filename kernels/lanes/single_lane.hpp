// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/macros.hpp"

#include <cstdint>
#include <cstring>

/// `float` as a number type of one lane: what device threads and remainders use.
namespace leadtime::kernels {

/// Integer and truth types that go with a number type, and its number of lanes.
template <class Real>
struct Lanes;

template <>
struct Lanes<float> {
    using Int = std::int32_t;
    using Unsigned = std::uint32_t;
    using Mask = bool;
    static constexpr int width = 1;
};

LEADTIME_FUNCTION float select(bool mask, float a, float b) {
    return mask ? a : b;
}
LEADTIME_FUNCTION std::int32_t select(bool mask, std::int32_t a, std::int32_t b) {
    return mask ? a : b;
}
/// Whether it holds in any lane: what lets a pack skip work whose result no lane takes.
LEADTIME_FUNCTION bool any_lane(bool mask) {
    return mask;
}
/// a * b + c with one rounding.
LEADTIME_FUNCTION float fused(float a, float b, float c) {
    return __builtin_fmaf(a, b, c);
}
LEADTIME_FUNCTION float square_root(float a) {
    return __builtin_sqrtf(a);
}
LEADTIME_FUNCTION float magnitude(float a) {
    return __builtin_fabsf(a);
}
/// Nearest integer for |a| < 2^31 (ties to even is not promised: a is truncated).
LEADTIME_FUNCTION std::int32_t truncate_to_int(float a) {
    return static_cast<std::int32_t>(a);
}
LEADTIME_FUNCTION float to_real(std::int32_t a) {
    return static_cast<float>(a);
}
LEADTIME_FUNCTION std::int32_t bits_of(float a) {
    std::int32_t bits;
    memcpy(&bits, &a, sizeof bits);
    return bits;
}
LEADTIME_FUNCTION float real_of_bits(std::int32_t bits) {
    float a;
    memcpy(&a, &bits, sizeof a);
    return a;
}
LEADTIME_FUNCTION float gather(float const* table, std::int32_t index) {
    return table[index];
}
template <class Real>
LEADTIME_FUNCTION Real load(float const* from);
template <>
LEADTIME_FUNCTION float load<float>(float const* from) {
    return *from;
}
LEADTIME_FUNCTION void store(float* to, float a) {
    *to = a;
}
/// The number of the lane: 0 for a single sample, 0 .. W-1 in a pack.
template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Int lane_number();
template <>
LEADTIME_FUNCTION std::int32_t lane_number<float>() {
    return 0;
}

/// One value in every lane.
template <class Real>
LEADTIME_FUNCTION Real broadcast(float a);
template <>
LEADTIME_FUNCTION float broadcast<float>(float a) {
    return a;
}

}  // namespace leadtime::kernels
