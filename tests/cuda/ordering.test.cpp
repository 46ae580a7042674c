// SPDX-License-Identifier: Apache-2.0
#include "kernels/statistics/ordering.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

// The rest is in tests/kernels/statistics/ordering.test.cpp, which this program runs
// too.
TEST_CASE("cuda: values are sorted by Thrust's CUDA back end", "[ordering]") {
    CHECK(std::string(leadtime::kernels::ordering_backend()) == "CUDA");
}
