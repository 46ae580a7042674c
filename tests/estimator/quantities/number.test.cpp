// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/number.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <variant>

namespace {

using namespace leadtime::estimator;

constexpr int start = 2026 * 12;  // 2026-01

/// "1, 2" for values, "formula", or "offset:length: problem (reason) suggestion".
std::string read(std::string const& text, bool is_date = false) {
    auto const result = parse_value_text(text, is_date, start);
    if (auto const* value = std::get_if<ValueText>(&result)) {
        return fmt::format("{}", fmt::join(value->values, ", "));
    }
    if (auto const* error = std::get_if<ValueTextError>(&result)) {
        return fmt::format("{}:{}: {} ({}) {}",
                           error->offset,
                           error->length,
                           error->problem,
                           error->reason,
                           error->suggestion);
    }
    return "formula";
}

}  // namespace

TEST_CASE("number: numbers with suffixes and separators", "[estimator][number]") {
    CHECK(read("30") == "30");
    CHECK(read(" -2.5 ") == "-2.5");
    CHECK(read("+4") == "4");
    CHECK(read("20k") == "20000");
    CHECK(read("1.5M") == "1500000");
    CHECK(read("2B") == "2000000000");
    CHECK(read("2G") == "2000000000");
    CHECK(read("3T") == "3000000000000");
    CHECK(read("1e27") == "1e+27");
    CHECK(read("1.5E-3") == "0.0015");
    CHECK(read("2e3k") == "2000000");
    CHECK(read("1_000_000") == "1000000");
    CHECK(read("1,234,567.5") == "1234567.5");
    CHECK(read("35%") == "0.35");
    CHECK(read("35 %") == "0.35");
    CHECK(read(".5") == "0.5");
}

TEST_CASE("number: ranges", "[estimator][number]") {
    CHECK(read("20k to 27k") == "20000, 27000");
    CHECK(read("150k to 250k to 500k") == "150000, 250000, 500000");
    CHECK(read("-5 to 5") == "-5, 5");
    CHECK(read("66% to 70%") == "0.66, 0.7");
    CHECK(read("1  to\t2") == "1, 2");
}

TEST_CASE("number: dates are months from the start", "[estimator][number]") {
    CHECK(read("2026-03", true) == "2");
    CHECK(read("2025-12", true) == "-1");
    CHECK(read("2026-03 to 2027-06", true) == "2, 17");
    CHECK(read("2026-03 to 2026-06 to 2027-06", true) == "2, 5, 17");
    CHECK(read("release + 3", true) == "formula");
    CHECK(read("14", true)
          == "0:2: \"14\" is not a date () write dates as \"2026-03\"");
    CHECK(read("2026-13", true)
          == "0:7: \"2026-13\" is not a date (there is no month 13) write dates as "
             "\"2026-03\"");
    CHECK(read("2026-03 to 2026", true)
          == "11:4: \"2026\" is not a date () write dates as \"2026-03\"");
    CHECK(read("2026-03 to later", true)
          == "11:5: \"later\" is not a date (the ends of a range are dates, not "
             "formulas) ");
    CHECK(read("2027-06 to 2026-03", true)
          == "0:18: \"2027-06 to 2026-03\" is inverted (the lower value comes first) "
             "write "
             "\"2026-03 to 2027-06\"");
}

TEST_CASE("number: formulas are not values", "[estimator][number]") {
    for (auto const* text : {"h100_price * 2",
                             "2 * x",
                             "-x",
                             "min(a, b)",
                             "total",
                             "x_to_y",
                             "1 + 2",
                             "tomorrow",
                             "at(x, \"2025-06\")",
                             "",
                             "1e6 * chips"}) {
        CAPTURE(text);
        CHECK(read(text) == "formula");
    }
}

TEST_CASE("number: bad values are told from formulas", "[estimator][number]") {
    CHECK(read("30k to 20k")
          == "0:10: \"30k to 20k\" is inverted (the lower value comes first) write "
             "\"20k to "
             "30k\"");
    CHECK(read("30k to 30k")
          == "0:10: the ends of \"30k to 30k\" are equal () write \"30k\" for a fixed "
             "value");
    CHECK(read("1 to 3 to 2")
          == "0:11: \"1 to 3 to 2\" is inverted (the three values must ascend) ");
    CHECK(read("1 to 1 to 2")
          == "0:11: the ends of \"1 to 1 to 2\" are equal () the three values must "
             "ascend");
    CHECK(read("1 to 2 to 3 to 4")
          == "0:16: \"1 to 2 to 3 to 4\" has more than three values () write \"p5 to "
             "p95\" or "
             "\"p5 to p50 to p95\"");
    CHECK(read("30k to")
          == "0:6: a number is missing in \"30k to\" (\"to\" stands between two "
             "values) ");
    CHECK(read("to 30k")
          == "0:6: a number is missing in \"to 30k\" (\"to\" stands between two "
             "values) ");
    CHECK(read("nan") == "0:3: \"nan\" is not a finite number () ");
    CHECK(read("1 to inf") == "5:3: \"inf\" is not a finite number () ");
    CHECK(read("1e999") == "0:5: \"1e999\" is out of range () ");
    CHECK(read("price to 30k")
          == "0:5: \"price\" is not a number (the ends of a range are numbers, not "
             "formulas) ");
    CHECK(read("30m")
          == "0:3: \"30m\" is not a number (unknown suffix \"m\"; known are k M G B "
             "T %) did you mean \"30M\"?");
    CHECK(read("1 to 30q")
          == "5:3: \"30q\" is not a number (unknown suffix \"q\"; known are k M "
             "G B T %) ");
    CHECK(read("1,5")
          == "0:3: \"1,5\" is not a number (a comma stands before three digits; the "
             "decimal mark is a point) ");
    CHECK(read("1.2.3") == "0:5: \"1.2.3\" is not a number () ");
    CHECK(read("20k-30k") == "0:7: \"20k-30k\" is not a range () write \"20k to 30k\"");
    CHECK(read("20k..30k").ends_with("write \"20k to 30k\""));
    CHECK(read("20k – 30k").ends_with("write \"20k to 30k\""));
}

TEST_CASE("number: numbers for people", "[estimator][number]") {
    CHECK(format_number(0) == "0");
    CHECK(format_number(-0.0) == "0");
    CHECK(format_number(0.3333333) == "0.333333");
    CHECK(format_number(999.5) == "999.5");
    CHECK(format_number(20000) == "20,000");
    CHECK(format_number(-1234.5) == "-1,234.5");
    CHECK(format_number(1234567) == "1,234,567");
    CHECK(format_number(2e12) == "2e12");
    CHECK(format_number(1.5e-7) == "1.5e-7");
    CHECK(format_number(-HUGE_VAL) == "-infinity");
}
