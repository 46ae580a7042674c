// SPDX-License-Identifier: Apache-2.0
#include "estimator/cpu_check.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("cpu_check: finds no problem on a CPU that runs this test",
          "[estimator][cpu_check]") {
    CHECK(leadtime::estimator::cpu_problem() == nullptr);
}
