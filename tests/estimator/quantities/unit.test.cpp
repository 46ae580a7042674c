// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/unit.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <string>
#include <vector>

namespace {

using namespace leadtime::estimator;
using Catch::Matchers::WithinRel;

/// "scale dimension" or "problem | suggestion".
std::string read(std::string const& text, std::vector<std::string> const& extra = {}) {
    std::string problem;
    std::string suggestion;
    auto const unit = parse_unit(text, extra, problem, suggestion);
    return unit ? describe(unit->dimension) : problem + " | " + suggestion;
}

double scale(std::string const& text) {
    std::string problem;
    std::string suggestion;
    auto const unit = parse_unit(text, {}, problem, suggestion);
    CAPTURE(text, problem);
    REQUIRE(unit);
    return unit->scale;
}

}  // namespace

TEST_CASE("unit: dimensions in base units", "[estimator][unit]") {
    CHECK(read("USD") == "USD");
    CHECK(read("chips/year") == "chip/month");
    CHECK(read("USD/(chip h)") == "USD/(chip month)");
    CHECK(read("USD/chip/h") == "USD/(chip month)");
    CHECK(read("USD/chip-h") == "USD/(chip month)");
    CHECK(read("USD per chip") == "USD/chip");
    CHECK(read("USD chip^-1 h-1") == "USD/(chip month)");
    CHECK(read("W/chip") == "W/chip");
    CHECK(read("TFLOP/s") == "FLOP/month");
    CHECK(read("USD/kWh") == "USD/(W month)");
    CHECK(read("1/year") == "1/month");
    CHECK(read("%") == "1");
    CHECK(read("1") == "1");
    CHECK(read("ratio") == "1");
    CHECK(read("chip^2") == "chip^2");
    CHECK(read("chip·month") == "chip month");
    CHECK(read("chip * month") == "chip month");
    CHECK(read("chips/chip") == "1");
    CHECK(read("CNY/USD") == "CNY/USD");
    CHECK(read("GB/s") == "B/month");
    CHECK(read("dies") == "die");
    CHECK(read("H100e") == "H100e");
    CHECK(read("FLOPs") == "FLOP");
    CHECK(read("shells/month", {"shell"}) == "shell/month");
    CHECK(read("shell", {"shells"}) == "shell");
    CHECK(read("class", {"class"}) == "class");
    CHECK(read("date") == "month");
    CHECK(read(" ( USD ) ") == "USD");
}

TEST_CASE("unit: scales to base units", "[estimator][unit]") {
    CHECK(scale("year") == 12);
    CHECK(scale("quarter") == 3);
    CHECK(scale("1/h") == 730.5);
    CHECK(scale("FLOP/s") == 730.5 * 3600);
    CHECK(scale("TFLOP/s") == 1e12 * 730.5 * 3600);
    CHECK_THAT(scale("1/year"), WithinRel(1.0 / 12, 1e-15));
    CHECK_THAT(scale("day"), WithinRel(24 / 730.5, 1e-15));
    CHECK_THAT(scale("week"), WithinRel(168 / 730.5, 1e-15));
    CHECK_THAT(scale("minute"), WithinRel(1 / (730.5 * 60), 1e-15));
    CHECK_THAT(scale("USD/kWh"), WithinRel(730.5 / 1000, 1e-15));
    CHECK_THAT(scale("MWh"), WithinRel(1e6 / 730.5, 1e-15));
    CHECK_THAT(scale("J"), WithinRel(1 / (730.5 * 3600), 1e-15));
    CHECK_THAT(scale("%"), WithinRel(0.01, 1e-15));
    CHECK(scale("MUSD") == 1e6);
    CHECK(scale("GB") == 1e9);
    CHECK(scale("EFLOP") == 1e18);
    CHECK_THAT(scale("USD/(1e24 FLOP)"), WithinRel(1e-24, 1e-15));
    CHECK(scale("1000 chips") == 1000);
}

TEST_CASE("unit: only time to the first power is a duration", "[estimator][unit]") {
    Dimension const month{{{"month", 1.0}}};
    CHECK(month.is_time());
    CHECK_FALSE(power(month, 2).is_time());
    CHECK_FALSE(Dimension{}.is_time());
    CHECK((month / month).is_dimensionless());
    CHECK(month * month == power(month, 2));
    CHECK(describe(power(month, 0.5)) == "month^0.5");
    CHECK(power(month, 0).is_dimensionless());
}

TEST_CASE("unit: the date unit stands alone", "[estimator][unit]") {
    std::string problem;
    std::string suggestion;
    auto const unit = parse_unit("date", {}, problem, suggestion);
    REQUIRE(unit);
    CHECK(unit->is_date);
    CHECK(unit->dimension.is_time());
    CHECK(read("date/year")
          == "the unit \"date/year\" mixes \"date\" with others | \"date\" stands "
             "alone; a "
             "duration is in months");
}

TEST_CASE("unit: every error says what to do", "[estimator][unit]") {
    CHECK(read("chps") == "unknown unit \"chps\" | did you mean \"chips\"?");
    CHECK(read("dollar") == "unknown unit \"dollar\" | write \"USD\"");
    CHECK(read("$") == "unknown unit \"$\" | write \"USD\"");
    CHECK(read("mW") == "unknown unit \"mW\" | did you mean \"MW\"?");
    CHECK(read("TFLOPS")
          == "the unit \"TFLOPS\" is ambiguous | write \"TFLOP/s\" for a rate, "
             "\"TFLOP\" for an "
             "amount");
    CHECK(read("zebras")
          == "unknown unit \"zebras\" | if it is counted, declare it: units = "
             "[\"zebras\"]");
    CHECK(read("") == "the unit is empty | write \"1\" for a pure number");
    CHECK(read("USD/chip h")
          == "the unit \"USD/chip h\" has a product after a \"/\" | put parentheses, "
             "as in "
             "\"USD/(chip h)\"");
    CHECK(read("(USD") == "the unit \"(USD\" lacks a \")\" | ");
    CHECK(read("USD)")
          == "the unit \"USD)\" cannot be read at \")\" | write units as in "
             "\"USD/(chip h)\"");
    CHECK(read("USD/")
          == "the unit \"USD/\" cannot be read at \"\" | write units as in "
             "\"USD/(chip h)\"");
    CHECK(read("chip^x")
          == "the unit \"chip^x\" has an exponent that cannot be read | exponents are "
             "whole "
             "numbers from -9 to 9, as in \"chip^2\"");
    CHECK(read("ws").starts_with("unknown unit \"ws\""));
}
