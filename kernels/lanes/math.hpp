// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"

/// Elementary functions in plain arithmetic with explicit fma: the same bits on every
/// processor. No branches; every constant is single precision as written.
namespace leadtime::kernels {

/// e^x.
///
/// Error:   max 1.02 ulp over all floats, subnormal results included
///          (tests/kernels/lanes/math_sweep.test.cpp tries every one of them).
/// Valid:   all x; overflows to +infinity above 88.73, underflows to 0 below -103.97.
/// Source:  S. Moshier, Cephes, expf (coefficients and reduction).
template <class Real>
LEADTIME_FUNCTION Real exponential(Real x) {
    auto const constant = [](float c) { return broadcast<Real>(c); };
    // Outside this range the result is 0 or infinity anyway; NaN passes through the
    // last select. 88.73 > ln(float max), -104 < ln(smallest subnormal).
    Real const bounded = clamp(x, constant(-104.0f), constant(89.0f));
    Real const shifted = fused(bounded, constant(1.44269504089f), constant(0.5f));
    Real n = to_real(truncate_to_int(shifted));
    n = select(n > shifted, n - constant(1.0f), n);  // floor
    Real r = fused(n, constant(-0.693359375f), bounded);
    r = fused(n, constant(2.12194440e-4f), r);
    Real p = constant(1.9875691500e-4f);
    p = fused(p, r, constant(1.3981999507e-3f));
    p = fused(p, r, constant(8.3334519073e-3f));
    p = fused(p, r, constant(4.1665795894e-2f));
    p = fused(p, r, constant(1.6666665459e-1f));
    p = fused(p, r, constant(5.0000001201e-1f));
    p = fused(p, r * r, r) + constant(1.0f);
    // 2^n in two factors, so that results down to the subnormals round once.
    auto const whole = truncate_to_int(n);
    auto const half = whole >> 1;
    Real const scale_a = real_of_bits((half + 127) << 23);
    Real const scale_b = real_of_bits((whole - half + 127) << 23);
    Real const result = p * scale_a * scale_b;
    return select(x == x, result, x);
}

/// Natural logarithm.
///
/// Error:   max 0.83 ulp over all floats (tests/kernels/lanes/math_sweep.test.cpp).
/// Valid:   all x; log 0 = -infinity, NaN below 0.
/// Source:  S. Moshier, Cephes, logf (coefficients); reduction to [sqrt 1/2, sqrt 2).
template <class Real>
LEADTIME_FUNCTION Real logarithm(Real x) {
    auto const constant = [](float c) { return broadcast<Real>(c); };
    auto const subnormal = x < constant(1.17549435e-38f);
    Real const scaled = select(subnormal, x * constant(8388608.0f), x);  // 2^23
    auto const shifted = bits_of(scaled) - 0x3f3504f3;                   // sqrt(1/2)
    Real const exponent =
        to_real(shifted >> 23) - select(subnormal, constant(23.0f), constant(0.0f));
    Real const mantissa = real_of_bits((shifted & 0x007fffff) + 0x3f3504f3);
    Real const f = mantissa - constant(1.0f);
    Real p = constant(7.0376836292e-2f);
    p = fused(p, f, constant(-1.1514610310e-1f));
    p = fused(p, f, constant(1.1676998740e-1f));
    p = fused(p, f, constant(-1.2420140846e-1f));
    p = fused(p, f, constant(1.4249322787e-1f));
    p = fused(p, f, constant(-1.6668057665e-1f));
    p = fused(p, f, constant(2.0000714765e-1f));
    p = fused(p, f, constant(-2.4999993993e-1f));
    p = fused(p, f, constant(3.3333331174e-1f));
    Real const square = f * f;
    Real y = f * square * p;
    y = fused(exponent, constant(-2.12194440e-4f), y);
    y = fused(constant(-0.5f), square, y);
    Real result = fused(exponent, constant(0.693359375f), f + y);
    Real const infinity = real_of_bits(bits_of(constant(__builtin_inff())));
    result = select(x == constant(0.0f), -infinity, result);
    result = select(x < constant(0.0f), constant(__builtin_nanf("")), result);
    return select(x < infinity, result, x);  // +infinity and NaN as they are
}

/// Base-10 logarithm: max 2.1 ulp over all floats; range as logarithm.
template <class Real>
LEADTIME_FUNCTION Real logarithm10(Real x) {
    return logarithm(x) * broadcast<Real>(0.43429448190f);
}

/// sin x, x in radians.
///
/// Error:   max 1.2e-7 absolute for |x| <= 1e5 (tests/kernels/lanes/math.test.cpp).
/// Valid:   |x| <= 1e5; NaN beyond, where neighbouring floats are 1/128 or more apart.
/// Source:  Taylor series to x^13 (next term below 1e-9 on the reduced range).
template <class Real>
LEADTIME_FUNCTION Real sine(Real x) {
    auto const constant = [](float c) { return broadcast<Real>(c); };
    Real const bounded = clamp(x, constant(-1e5f), constant(1e5f));
    Real const shifted = fused(bounded, constant(0.318309886f), constant(0.5f));
    Real turns = to_real(truncate_to_int(shifted));
    turns = select(turns > shifted, turns - constant(1.0f), turns);  // floor
    // pi in two floats; the first step is exact.
    Real r = fused(turns, constant(-3.14159274f), bounded);
    r = fused(turns, constant(8.74227766e-8f), r);
    Real const square = r * r;
    Real p = constant(1.6059043837e-10f);  // 1/13!
    p = fused(p, square, constant(-2.5052108385e-8f));
    p = fused(p, square, constant(2.7557319224e-6f));
    p = fused(p, square, constant(-1.9841269841e-4f));
    p = fused(p, square, constant(8.3333333333e-3f));
    p = fused(p, square, constant(-1.6666666667e-1f));
    Real const value = fused(p * square, r, r);
    auto const odd = (truncate_to_int(turns) & 1) != 0;
    Real const result = select(odd, -value, value);
    return select(magnitude(x) <= constant(1e5f), result, constant(__builtin_nanf("")));
}

/// x^y for x >= 0 through exp(y log x): relative error about 1e-7 (1 + |y log x|).
/// x^0 = 1; NaN for x < 0.
template <class Real>
LEADTIME_FUNCTION Real power(Real x, Real y) {
    Real const one = broadcast<Real>(1.0f);
    Real const general = exponential(y * logarithm(x));
    return select(y == broadcast<Real>(0.0f), one, select(x == one, one, general));
}

}  // namespace leadtime::kernels
