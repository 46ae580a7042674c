// SPDX-License-Identifier: Apache-2.0
#include "text/csv_fields.hpp"

#include <catch2/catch_test_macros.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace leadtime::text;

TEST_CASE("CSV: quotes, empty cells and line ends", "[text]") {
    auto const rows = parse_csv("a,b\r\n\"x, \"\"y\"\"\",\n\n1,2");
    REQUIRE(rows.size() == 3);
    CHECK(rows[1] == std::vector<std::string>{"x, \"y\"", ""});
    CHECK(rows[2] == std::vector<std::string>{"1", "2"});
    CHECK_THROWS_AS(parse_csv("a,b\n1\n"), std::runtime_error);
}
