// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/fans.hpp"

#include "estimator/output/estimate/table.hpp"
#include "text/display_text.hpp"

#include "tests/estimator/output/support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <sstream>
#include <string>

namespace {

using namespace leadtime::estimator;
using leadtime::tests::infinity;
using leadtime::tests::synthetic_result;

TEST_CASE("fans: a sparkline has eight heights, blanks where nothing is known",
          "[estimator][output]") {
    CHECK(sparkline({0, 1, 2, 3, 4, 5, 6, 7}, 0, 7, 8) == "▁▂▃▄▅▆▇█");
    CHECK(sparkline({0, 7}, 0, 7, 24) == "▁█");  // never wider than its values
    CHECK(sparkline({0, 2, 6, 8}, 0, 8, 2) == "▂█");
    CHECK(sparkline({std::nan(""), infinity, 4}, 0, 8, 3) == "  ▅");
    CHECK(sparkline({3, 3}, 3, 3, 2) == "▅▅");
    CHECK(sparkline({}, 0, 1, 5).empty());
}

TEST_CASE("fans: a fan shows five quantiles in their places", "[estimator][output]") {
    CHECK(fan_line({0.1, 0.3, 0.5, 0.7, 0.9}, 11) == " ╶─━━●━━─╴ ");
    CHECK(fan_line({0, 0, 0, 0, 0}, 5) == "●    ");
    CHECK(fan_line({-infinity, 0, 1, infinity, infinity}, 5) == "━━━━●");
}

TEST_CASE("fans: one line a path, of one width, coloured only when asked",
          "[estimator][output]") {
    auto const result = synthetic_result();
    auto const fans = terminal_fans(result, false);
    std::istringstream lines(fans);
    std::string heading;
    std::string reference;
    std::string other;
    std::getline(lines, heading);
    std::getline(lines, reference);
    std::getline(lines, other);
    CHECK(heading
          == "                  largest run, median       "
             "2.0e25 to 6.4e26 in 2026-12     lag, median");
    CHECK(reference.starts_with("us_frontier       "));
    CHECK(other.starts_with("cn_restricted     "));
    CHECK(text::display_width(other) <= 100);
    CHECK(fans.find('\033') == std::string::npos);
    CHECK(terminal_fans(result, true).find("\033[38;5;32mus_frontier")
          != std::string::npos);
    TableOptions options;
    CHECK(terminal_table(result, options).find("●") == std::string::npos);
    options.fans = true;
    CHECK(terminal_table(result, options).find(fans) != std::string::npos);
    CHECK(terminal_fans(Result{}, false).empty());
}

}  // namespace
