// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Elementary functions of doubles whose bits do not depend on the C library: made of
/// additions, multiplications, divisions, square roots and fused multiply-adds, which
/// IEEE 754 rounds exactly. What becomes a constant of a Plan is computed with these.
///
/// Error: 0.53 ulp for exp, log, log10, log1p and pow, 3 ulp for expm1, sin, cos and
/// tan, 8
///        for the others, as seen against long double.
/// Special values are those of ISO C, annex F.
namespace leadtime::estimator::portable {

double exp(double x);
/// exp(x) - 1 without cancellation.
double expm1(double x);
double log(double x);
/// log(1 + x) without cancellation.
double log1p(double x);
double log10(double x);
double pow(double x, double y);

/// Arguments in radians, at most 1e6 in magnitude.
double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double atan2(double y, double x);

double sinh(double x);
double cosh(double x);
double tanh(double x);

}  // namespace leadtime::estimator::portable
