// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/packs.hpp"
#include "kernels/lanes/single_lane.hpp"

/// One number type per machine: `float` is one sample, `Pack<W>` is W samples in a SIMD
/// register. Models are templates on it and never branch on a value: they `select`.
///
/// Every operation here is exactly rounded IEEE-754 (no contraction, no reassociation),
/// so a sample has the same bits whatever the width.
namespace leadtime::kernels {

/// The smaller, b when either is not a number.
template <class Real>
LEADTIME_FUNCTION Real minimum(Real a, Real b) {
    return select(a < b, a, b);
}
/// The larger, b when either is not a number.
template <class Real>
LEADTIME_FUNCTION Real maximum(Real a, Real b) {
    return select(a > b, a, b);
}
template <class Real>
LEADTIME_FUNCTION Real clamp(Real a, Real low, Real high) {
    return minimum(maximum(a, low), high);
}
/// 1 where true, else 0.
template <class Real, class Mask>
LEADTIME_FUNCTION Real truth(Mask mask) {
    return select(mask, broadcast<Real>(1.0f), broadcast<Real>(0.0f));
}

}  // namespace leadtime::kernels
