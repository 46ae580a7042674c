// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/math.hpp"

/// Operations of formulas: those of lanes.hpp and math.hpp, but what is not a number
/// stays so (docs/model.md 1). The path and cluster kernels keep the faster ones: their
/// inputs are watched (Code::watch).
namespace leadtime::kernels {

template <class Real>
LEADTIME_FUNCTION Real not_a_number() {
    return broadcast<Real>(__builtin_nanf(""));
}

/// `value` where a is a number.
template <class Real>
LEADTIME_FUNCTION Real where_number(Real a, Real value) {
    return select(a == a, value, not_a_number<Real>());
}

/// 1 or 0 for a comparison of a and b.
template <class Real, class Mask>
LEADTIME_FUNCTION Real truth_of(Mask mask, Real a, Real b) {
    return select(a == a && b == b, truth<Real>(mask), not_a_number<Real>());
}

/// The smaller.
template <class Real>
LEADTIME_FUNCTION Real strict_minimum(Real a, Real b) {
    return select(a == a, minimum(a, b), a);  // minimum gives b where b is none
}
/// The larger.
template <class Real>
LEADTIME_FUNCTION Real strict_maximum(Real a, Real b) {
    return select(a == a, maximum(a, b), a);
}
template <class Real>
LEADTIME_FUNCTION Real strict_clamp(Real a, Real low, Real high) {
    return strict_minimum(strict_maximum(a, low), high);
}
/// As power(), but neither x^0 nor 1^y hides what is not a number.
template <class Real>
LEADTIME_FUNCTION Real strict_power(Real x, Real y) {
    return select(x == x && y == y, power(x, y), not_a_number<Real>());
}
/// a where c > 0.5, else b: what is not taken does not count.
template <class Real>
LEADTIME_FUNCTION Real choose(Real c, Real a, Real b) {
    return where_number(c, select(c > broadcast<Real>(0.5f), a, b));
}
/// From left to right: where a decides, b does not count.
template <class Real>
LEADTIME_FUNCTION Real both(Real a, Real b) {
    Real const half = broadcast<Real>(0.5f);
    Real const right = where_number(b, truth<Real>(b > half));
    return choose(a, right, broadcast<Real>(0.0f));
}
template <class Real>
LEADTIME_FUNCTION Real either(Real a, Real b) {
    Real const half = broadcast<Real>(0.5f);
    Real const right = where_number(b, truth<Real>(b > half));
    return choose(a, broadcast<Real>(1.0f), right);
}

}  // namespace leadtime::kernels
