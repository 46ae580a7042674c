// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agreement.hpp"

#include "tests/support/random_scenario.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace leadtime;

TEST_CASE("model: the kernel agrees with the reference on the baseline", "[estimator][model]") {
    auto const profiles = hw::ProfileLibrary::load();
    auto const scenario = estimator::read_scenario("baseline", profiles);
    tests::Agreement const agreement = tests::compare_with_reference(scenario, 1, 64);
    CAPTURE(agreement.where);
    CHECK(agreement.worst <= 1.0);
    CHECK(agreement.finite > agreement.compared / 2);
}

TEST_CASE(
    "model: the kernel agrees with the reference on random scenarios", "[estimator][model]") {
    auto const profiles = hw::ProfileLibrary::load();
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        std::string const text = tests::random_scenario_toml(seed);
        auto const scenario =
            estimator::read_scenario_text(text, "random.toml", profiles);
        tests::Agreement const agreement =
            tests::compare_with_reference(scenario, seed, 24);
        CAPTURE(seed, agreement.where);
        CHECK(agreement.worst <= 1.0);
        CHECK(agreement.compared > 0);
    }
}
