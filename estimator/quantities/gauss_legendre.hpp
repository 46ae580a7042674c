// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace leadtime::estimator {

/// A node of a quadrature on [-1, 1], and its weight.
struct QuadratureNode {
    double at;
    double weight;
};

/// Gauss-Legendre, exact for polynomials of degree 9.
///
/// Source: DLMF table 3.5.3. Boost.Math has tables of 7 points and more; of 5 it
/// computes the nodes at run time.
inline constexpr QuadratureNode gauss_legendre_5[] = {
    {-0.906179845938663993, 0.236926885056189088},
    {-0.538469310105683091, 0.478628670499366468},
    {0, 0.568888888888888889},
    {0.538469310105683091, 0.478628670499366468},
    {0.906179845938663993, 0.236926885056189088}};

}  // namespace leadtime::estimator
