// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_scenario.hpp"

#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/reference.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <string>

namespace leadtime::tests {

TEST_CASE("random scenarios: the same seed gives the same text", "[support]") {
    CHECK(random_scenario_toml(7) == random_scenario_toml(7));
    CHECK(random_scenario_toml(7) != random_scenario_toml(8));
}

TEST_CASE("random scenarios: every one is valid and has numbers in every sample",
          "[support][slow]") {
    hwprofiles::ProfileLibrary const profiles = hwprofiles::ProfileLibrary::load();
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        std::string const text = random_scenario_toml(seed);
        CAPTURE(seed, text);
        auto const scenario = estimator::read_scenario_text(text, "random", profiles);
        for (std::uint64_t sample = 0; sample < 3; ++sample) {
            for (ReferenceRow const& row : reference_sample(scenario, seed, sample)) {
                CAPTURE(row.path, row.metric, row.step);
                REQUIRE_FALSE(std::isnan(row.value));
            }
        }
    }
}

}  // namespace leadtime::tests
