// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/cholesky.hpp"

#include <catch2/catch_test_macros.hpp>

using leadtime::estimator::cholesky;

TEST_CASE("cholesky: gives the factor of a positive definite matrix",
          "[estimator][distribution]") {
    // Of whole numbers: nothing is rounded.
    std::vector<double> const matrix{4, 12, -16, 12, 37, -43, -16, -43, 98};
    CHECK(cholesky(matrix, 3) == std::vector<double>{2, 0, 0, 6, 1, 0, -8, 5, 3});
    CHECK(cholesky({}, 0) == std::vector<double>{});
}

TEST_CASE("cholesky: of another matrix there is none", "[estimator][distribution]") {
    CHECK_FALSE(cholesky({1, 2, 2, 1}, 2));
    CHECK_FALSE(cholesky({1, 1, 1, 1}, 2));
    CHECK(cholesky({1, 0, 0, 1e-9}, 2, 1e-10));
    CHECK_FALSE(cholesky({1, 0, 0, 1e-11}, 2, 1e-10));
}
