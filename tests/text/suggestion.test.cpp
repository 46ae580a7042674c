// SPDX-License-Identifier: Apache-2.0
#include "text/suggestion.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace leadtime::text;

TEST_CASE("suggestion: finds the word that was meant", "[hwprofiles][suggestion]") {
    std::vector<std::string> const words{"mem_bytes", "tdp_w", "system_w", "a"};
    CHECK(closest("mem_byte", words) == "mem_bytes");
    CHECK(closest("mem_btyes", words) == "mem_bytes");
    CHECK(closest("TDP_W", words) == "tdp_w");
    CHECK(closest("systemw", words) == "system_w");
    CHECK(closest("power", words) == std::nullopt);
    CHECK(closest("b", words) == std::nullopt);
    CHECK(closest("", words) == std::nullopt);
    CHECK(closest(std::string(100'000, 'm'), words) == std::nullopt);
    CHECK(closest("x", {}) == std::nullopt);
    CHECK(did_you_mean("tpd_w", words) == "did you mean \"tdp_w\"?");
    CHECK(did_you_mean("nothing like it", words).empty());
}

TEST_CASE("suggestion: ties go to the earlier word", "[hwprofiles][suggestion]") {
    std::vector<std::string> const words{"h200", "h100"};
    CHECK(closest("h300", words) == "h200");
}
