// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/units.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace leadtime::estimator;

Dimension unit(std::string const& text) {
    std::string problem;
    std::string suggestion;
    auto const found = parse_unit(text, {}, problem, suggestion);
    INFO(problem);
    REQUIRE(found);
    return found->dimension;
}

Dimension dimension_of(Expression const& name) {
    std::map<std::string, std::string> const units{{"money", "USD"},
                                                   {"rate", "chips/year"},
                                                   {"stock", "chips"},
                                                   {"price", "USD/chip"},
                                                   {"growth", "1/year"},
                                                   {"wait", "month"},
                                                   {"share", "1"},
                                                   {"power", "W"}};
    return unit(units.at(name.name));
}

/// The dimension in words, or `offset+length: problem (reason); suggestion`.
std::string gives(std::string const& text) {
    auto const formula = parse_formula(text, 2024 * 12);
    try {
        return describe(infer_dimension(formula, dimension_of).dimension);
    } catch (FormulaError const& error) {
        std::string message =
            fmt::format("{}+{}: {}", error.offset, error.length, error.problem);
        if (!error.reason.empty()) {
            message += " (" + error.reason + ")";
        }
        if (!error.suggestion.empty()) {
            message += "; " + error.suggestion;
        }
        return message;
    }
}

TEST_CASE("formula units: products and powers multiply",
          "[estimator][formula_units][host]") {
    CHECK(gives("price * stock") == "USD");
    CHECK(gives("money / price") == "chip");
    CHECK(gives("rate * wait") == "chip");
    CHECK(gives("stock / rate") == "month");
    CHECK(gives("stock ^ 2") == "chip^2");
    CHECK(gives("stock ^ (1 / 2)") == "chip^0.5");
    CHECK(gives("sqrt(stock * stock)") == "chip");
    CHECK(gives("2 ^ (month / wait)") == "1");
    CHECK(gives("exp(-growth * month)") == "1");
    CHECK(gives("-abs(money)") == "USD");
}

TEST_CASE("formula units: sums keep the unit, 0 goes with all",
          "[estimator][formula_units][host]") {
    CHECK(gives("stock + rate * wait") == "chip");
    CHECK(gives("max(0, stock)") == "chip");
    CHECK(gives("max(0, min(stock, rate * wait))") == "chip");
    CHECK(gives("clip(share, 0, 1)") == "1");
    CHECK(gives("clip(stock, 0, stock)") == "chip");
    CHECK(gives("if(stock > 0, money, 0)") == "USD");
    CHECK(gives("stock - 0") == "chip");
    CHECK(gives("stock > 0 and money > 0") == "1");
}

TEST_CASE("formula units: plain numbers beside a time are months",
          "[estimator][formula_units][host]") {
    CHECK(gives("month + 6") == "month");
    CHECK(gives("month > 2 * 12") == "1");
    CHECK(gives("wait - if(share > 0.5, 3, 6)") == "month");
    CHECK(gives("min(wait, 12)") == "month");
    CHECK(gives("month >= '2026-03'") == "1");
    CHECK(gives("year >= 2026.5") == "1");
    CHECK(gives("delay(stock, 3)") == "chip");
    CHECK(gives("delay(stock, wait)") == "chip");
}

TEST_CASE("formula units: functions over months", "[estimator][formula_units][host]") {
    CHECK(gives("cumsum(stock)") == "chip");
    CHECK(gives("integral(rate)") == "chip");
    CHECK(gives("accumulate(stock, 0.9)") == "chip");
    CHECK(gives("previous(money)") == "USD");
    CHECK(gives("at(rate, '2025-01')") == "chip/month");
    CHECK(gives("crossing(stock, stock)") == "month");
    CHECK(gives("crossing(stock, 0)") == "month");
}

TEST_CASE("formula units: what does not fit is an error at the operand",
          "[estimator][formula_units][host]") {
    CHECK(
        gives("money + stock")
        == "8+5: cannot add chip to USD (both sides of \"+\" must have the same unit)");
    CHECK(
        gives("money - stock")
        == "8+5: cannot subtract chip from USD (both sides of \"-\" must have the same "
           "unit)");
    CHECK(gives("money + 5")
          == "8+1: cannot add a plain number to USD (both sides of \"+\" must have the "
             "same "
             "unit); make the number a quantity with unit = \"USD\"");
    CHECK(gives("money < stock")
          == "8+5: cannot compare USD with chip (both sides must have the same unit)");
    CHECK(gives("max(money, stock)")
          == "11+5: cannot take the max of USD and chip (all arguments must have the "
             "same "
             "unit)");
    CHECK(gives("clip(money, 0, stock)")
          == "15+5: cannot clip USD by chip (all arguments must have the same unit)");
    CHECK(gives("if(share > 0, money, stock)")
          == "21+5: \"if\" gives USD or chip (both branches must have the same unit)");
    CHECK(gives("if(money, 1, 2)")
          == "3+5: a condition cannot be in USD; compare it with something");
    CHECK(gives("money and share")
          == "0+5: a condition cannot be in USD; compare it with something");
    CHECK(gives("log(money)")
          == "4+5: cannot take log of USD (it needs a plain number)");
    CHECK(gives("exp(month)")
          == "4+5: cannot take exp of month (it needs a plain number); divide by a "
             "quantity "
             "in months, or use year (a plain number)");
    CHECK(gives("2 ^ stock") == "4+5: an exponent cannot be in chip");
    CHECK(gives("stock ^ share")
          == "8+5: the exponent of chip must be a plain number (otherwise the result "
             "has no "
             "unit)");
    CHECK(gives("accumulate(stock, growth)")
          == "18+6: the second argument of accumulate must be a plain number, not "
             "1/month");
    CHECK(gives("delay(stock, money)") == "13+5: a delay must be a time, not USD");
    CHECK(
        gives("delay(stock, share)")
        == "13+5: a delay must be a time, not a plain number; give the quantity unit = "
           "\"month\"");
    CHECK(
        gives("crossing(stock, 100)")
        == "16+3: chip cannot cross a threshold in a plain number (both arguments must "
           "have the same unit); make the number a quantity with unit = \"chip\"");
    CHECK(gives("year > wait")
          == "7+4: cannot compare a plain number with month (both "
             "sides must have the same unit)");
}

TEST_CASE("formula units: a 12 beside a time is remarked upon",
          "[estimator][formula_units][host]") {
    auto const remarks_on = [](std::string const& text) {
        std::vector<FormulaRemark> remarks;
        infer_dimension(parse_formula(text, 0), dimension_of, &remarks);
        return remarks;
    };
    auto const remarks = remarks_on("rate / 12");
    REQUIRE(remarks.size() == 1);
    CHECK(remarks[0].offset == 7);
    CHECK(remarks[0].problem == "the other side of this 12 is in chip/month");
    CHECK(remarks[0].suggestion
          == "units are converted already: years need no factor 12");
    CHECK(remarks_on("12 * growth").size() == 1);
    CHECK(remarks_on("stock / 12").empty());
    CHECK(remarks_on("month > 2 * 12").empty());
}

}  // namespace
