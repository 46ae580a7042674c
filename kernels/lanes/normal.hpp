// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/math.hpp"

namespace leadtime::kernels {

/// The standard normal quantile of a 32-bit random word, resolved to 2^-33 in both
/// tails.
///
/// Bit 0 chooses the half, the other bits k the tail probability v = (k + 1/2) / 2^32
/// in (0, 1/2); the result is -+Phi^-1(v), so |z| < 6.4 and symmetric. Error:   max
/// 6e-7 relative where |z| > 0.5, 2e-6 absolute below, against the double quantile of
/// the same word. Source:  Wichura, AS 241 (PPND7), Applied Statistics 37 (1988) 477.
/// Its far tail (below
///          e^-25) cannot occur.
template <class Real>
LEADTIME_FUNCTION Real normal_score(typename Lanes<Real>::Int word) {
    auto const constant = [](float c) { return broadcast<Real>(c); };
    Real const v = (to_real((word >> 1) & 0x7fffffff) + constant(0.5f))
                   * constant(2.3283064365386963e-10f);  // 2^-32

    Real const q = v - constant(0.5f);
    Real const r = fused(-q, q, constant(0.180625f));
    Real top = constant(5.9109374720e+01f);
    top = fused(top, r, constant(1.5929113202e+02f));
    top = fused(top, r, constant(5.0434271938e+01f));
    top = fused(top, r, constant(3.3871327179e+00f));
    Real bottom = constant(6.7187563600e+01f);
    bottom = fused(bottom, r, constant(7.8757757664e+01f));
    bottom = fused(bottom, r, constant(1.7895169469e+01f));
    bottom = fused(bottom, r, constant(1.0f));
    Real const central = -q * top / bottom;

    Real const s = square_root(-logarithm(v)) - constant(1.6f);
    Real tail_top = constant(1.7023821103e-01f);
    tail_top = fused(tail_top, s, constant(1.3067284816e+00f));
    tail_top = fused(tail_top, s, constant(2.7568153900e+00f));
    tail_top = fused(tail_top, s, constant(1.4234372777e+00f));
    Real tail_bottom = constant(1.2021132975e-01f);
    tail_bottom = fused(tail_bottom, s, constant(7.3700164250e-01f));
    tail_bottom = fused(tail_bottom, s, constant(1.0f));
    Real const tail = tail_top / tail_bottom;

    Real const size = select(q > constant(-0.425f), central, tail);
    return select((word & 1) != 0, size, -size);
}

/// Phi(z), the standard normal distribution function.
///
/// Error:   max 5e-6 relative in the lower tail down to z = -6.5, 2e-7 absolute above.
/// Source:  W. H. Press et al., Numerical Recipes, erfcc (Chebyshev fit of erfc).
template <class Real>
LEADTIME_FUNCTION Real normal_cdf(Real z) {
    auto const constant = [](float c) { return broadcast<Real>(c); };
    Real const x = magnitude(z) * constant(0.70710678119f);
    Real const t = constant(1.0f) / fused(constant(0.5f), x, constant(1.0f));
    Real p = constant(0.17087277f);
    p = fused(p, t, constant(-0.82215223f));
    p = fused(p, t, constant(1.48851587f));
    p = fused(p, t, constant(-1.13520398f));
    p = fused(p, t, constant(0.27886807f));
    p = fused(p, t, constant(-0.18628806f));
    p = fused(p, t, constant(0.09678418f));
    p = fused(p, t, constant(0.37409196f));
    p = fused(p, t, constant(1.00002368f));
    p = fused(p, t, constant(-1.26551223f));
    Real const lower = constant(0.5f) * t * exponential(fused(-x, x, p));
    return select(z < constant(0.0f), lower, constant(1.0f) - lower);
}

}  // namespace leadtime::kernels
