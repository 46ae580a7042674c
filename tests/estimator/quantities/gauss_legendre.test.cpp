// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/gauss_legendre.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>

using leadtime::estimator::gauss_legendre_5;

TEST_CASE("quadrature: 5 points are exact up to degree 9 and no further",
          "[estimator][distribution]") {
    for (int degree = 0; degree <= 10; ++degree) {
        double sum = 0;
        for (auto const& [at, weight] : gauss_legendre_5) {
            sum += weight * std::pow(at, degree);
        }
        double const exact = degree % 2 == 0 ? 2.0 / (degree + 1) : 0.0;
        CAPTURE(degree);
        CHECK((std::abs(sum - exact) < 4e-16) == (degree < 10));
    }
}
