// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

// Mistakes in events, regimes and rules, with the exact text that answers them.

namespace {

using namespace leadtime::estimator;

/// A scenario whose line 7 is the header of the table `[event.e]`.
std::string event(std::string const& lines) {
    return quantities("[quantity.q]\nformula = \"e\"\n[event.e]\n" + lines, "\"q\"");
}

std::string regime(std::string const& lines) {
    return quantities("[quantity.q]\nformula = \"r.a\"\n[regime.r]\n" + lines, "\"q\"");
}

std::string const good_regime = "states = [\"a\", \"b\"]\nstart = \"a\"\n"
                                "hazard_per_year = { a = { b = 0.1 } }\n";

TEST_CASE("bad input: an event without a date or a hazard, or with both",
          "[estimator][scenario][bad_input][event]") {
    CHECK(errors_of(event("date = \"2025-01\"\n")) == "ok");
    CHECK(
        errors_of(event("probability = 0.5\n"))
        == "x.toml:8:1: error: event \"e\" has neither a date nor a hazard\n"
           " 8 | [event.e]\n"
           "   | ^~~~~~~~~ add date = \"2026-03 to 2027-06\" or hazard_per_year = 0.1");
    CHECK(errors_of(event("date = \"2025-01\"\nhazard_per_year = 0.1\n"))
          == "x.toml:10:1: error: event \"e\" has both a date and a hazard\n"
             " 10 | hazard_per_year = 0.1\n"
             "    | ^~~~~~~~~~~~~~~ give one of the two");
    CHECK(errors_of(event("date = \"2025-02-30\"\n"))
          == "x.toml:9:9: error: \"2025-02-30\" is not a date (2025-02 has 28 days)\n"
             " 9 | date = \"2025-02-30\"\n"
             "   |         ^~~~~~~~~~");
    CHECK(errors_of(event("date = \"2025-01\"\nfrom = \"2025-01\"\n"))
          == "x.toml:10:1: error: \"from\" needs \"hazard_per_year\"\n"
             " 10 | from = \"2025-01\"\n"
             "    | ^~~~");
    CHECK(errors_of(event("hazard_per_year = 0.1\nrepeats = true\n"))
          == "x.toml:10:1: error: \"repeats\" needs \"duration_months\" (an event that "
             "never ends cannot come again)\n"
             " 10 | repeats = true\n"
             "    | ^~~~~~~");
    CHECK(errors_of(event("date = \"2025-01\"\nprobabilty = 0.1\n"))
          == "x.toml:10:1: error: unknown key \"probabilty\" (allowed here: "
             "confidence, date, description, duration_months, force, from, "
             "hazard_per_year, note, probability, repeats, source)\n"
             " 10 | probabilty = 0.1\n"
             "    | ^~~~~~~~~~ did you mean \"probability\"?");
}

TEST_CASE("bad input: numbers of an event out of their range",
          "[estimator][scenario][bad_input][event]") {
    CHECK(errors_of(event("date = \"2025-01\"\nprobability = 1.3\n"))
          == "x.toml:10:15: error: \"probability\" must be at most 1 (found 1.3)\n"
             " 10 | probability = 1.3\n"
             "    |               ^~~");
    CHECK(errors_of(event("date = \"2025-01\"\nprobability = -0.1\n"))
          == "x.toml:10:15: error: \"probability\" must not be negative (found -0.1)\n"
             " 10 | probability = -0.1\n"
             "    |               ^~~~");
    CHECK(errors_of(event("hazard_per_year = -0.1\n"))
          == "x.toml:9:19: error: \"hazard_per_year\" must not be negative (found -0.1 "
             "1/year)\n"
             " 9 | hazard_per_year = -0.1\n"
             "   |                   ^~~~");
    CHECK(errors_of(event("hazard_per_year = { value = 3, unit = \"USD\" }\n"))
          == "x.toml:9:39: error: \"hazard_per_year\" cannot be in USD (it needs "
             "1/year)\n"
             " 9 | hazard_per_year = { value = 3, unit = \"USD\" }\n"
             "   |                                       ^~~~~");
    CHECK(errors_of(event("hazard_per_year = \"0.1 + e\"\n"))
          == "x.toml:9:26: error: formulas depend on each other: e -> "
             "event.e.hazard_per_year -> e\n"
             " 9 | hazard_per_year = \"0.1 + e\"\n"
             "   |                          ^ break the cycle with previous(e)");
    CHECK(errors_of(event("hazard_per_year = \"0.1 + previous(e)\"\n")) == "ok");
    CHECK(errors_of(event("date = \"2025-01\"\nduration_months = \"0.6\"\n")) == "ok");
}

TEST_CASE("bad input: an event forced in no way that is known",
          "[estimator][scenario][bad_input][event]") {
    CHECK(errors_of(event("date = \"2025-01\"\nforce = \"of\"\n"))
          == "x.toml:10:9: error: unknown force \"of\" (it is off, on, or the date "
             "when the event comes)\n"
             " 10 | force = \"of\"\n"
             "    |         ^~~~ did you mean \"off\"?");
    CHECK(
        errors_of(event("hazard_per_year = 0.1\nforce = \"on\"\n"))
        == "x.toml:10:9: error: \"on\" needs a date, and event \"e\" has a hazard\n"
           " 10 | force = \"on\"\n"
           "    |         ^~~~ write the month in which it comes: force = \"2027-01\"");
    CHECK(errors_of(event("hazard_per_year = 0.1\nforce = \"2025-03\"\n")) == "ok");
}

TEST_CASE("bad input: names of events and regimes",
          "[estimator][scenario][bad_input][event]") {
    CHECK(errors_of(quantities(
              "[quantity.e]\nvalue = 1\n[event.e]\ndate = \"2025-01\"\n", "\"e\""))
          == "x.toml:8:8: error: \"e\" is the name of something else too (quantities, "
             "events and regimes share their names)\n"
             " 8 | [event.e]\n"
             "   |        ^ rename one of them");
    CHECK(
        errors_of(quantities(
            "[quantity.q]\nvalue = 1\n[event.min]\ndate = \"2025-01\"\n", "\"q\""))
        == "x.toml:8:8: error: \"min\" cannot name an event (formulas use this word)\n"
           " 8 | [event.min]\n"
           "   |        ^~~");
    CHECK(errors_of(quantities(
              "[event.e]\ndate = \"2025-01\"\n[regime.e]\n" + good_regime, "\"e\""))
          == "x.toml:8:9: error: \"e\" is the name of something else too (quantities, "
             "events and regimes share their names)\n"
             " 8 | [regime.e]\n"
             "   |         ^ rename one of them");
    CHECK(
        errors_of(quantities("[quantity.q]\nformula = \"sanction\"\n[event.sanctions]\n"
                             "date = \"2025-01\"\n",
                             "\"q\""))
        == "x.toml:7:12: error: unknown quantity \"sanction\"\n"
           " 7 | formula = \"sanction\"\n"
           "   |            ^~~~~~~~ did you mean \"sanctions\"?");
}

TEST_CASE("bad input: states of a regime", "[estimator][scenario][bad_input][event]") {
    CHECK(errors_of(regime(good_regime)) == "ok");
    CHECK(errors_of(regime(with(good_regime, "\"a\"\n", "\"c\"\n")))
          == "x.toml:10:1: error: unknown state \"c\" (the states are a, b)\n"
             " 10 | start = \"c\"\n"
             "    | ^~~~~");
    CHECK(errors_of(regime(with(good_regime, "b = 0.1", "c = 0.1")))
          == "x.toml:11:27: error: unknown state \"c\" (the states are a, b)\n"
             " 11 | hazard_per_year = { a = { c = 0.1 } }\n"
             "    |                           ^");
    CHECK(errors_of(regime(with(good_regime, "b = 0.1", "a = 0.1")))
          == "x.toml:11:27: error: a hazard from \"a\" to itself\n"
             " 11 | hazard_per_year = { a = { a = 0.1 } }\n"
             "    |                           ^");
    CHECK(errors_of(regime(with(good_regime, "{ a =", "{ c =")))
          == "x.toml:11:21: error: unknown state \"c\" (the states are a, b)\n"
             " 11 | hazard_per_year = { c = { b = 0.1 } }\n"
             "    |                     ^");
    CHECK(errors_of(regime(with(good_regime, "\"b\"]", "\"a\"]")))
          == "x.toml:9:10: error: state \"a\" is listed twice\n"
             " 9 | states = [\"a\", \"a\"]\n"
             "   |          ^~~~~~~~~~");
    CHECK(errors_of(regime(with(good_regime, ", \"b\"]", "]")))
          == "x.toml:9:10: error: regime \"r\" has 1 state (it needs 2 to 16)\n"
             " 9 | states = [\"a\"]\n"
             "   |          ^~~~~");
    CHECK(errors_of(regime(good_regime + "force = \"B\"\n"))
          == "x.toml:12:1: error: unknown state \"B\" (the states are a, b)\n"
             " 12 | force = \"B\"\n"
             "    | ^~~~~ did you mean \"b\"?");
    CHECK(errors_of(regime("states = [\"a\", \"b\"]\n"))
          == "x.toml:8:1: error: missing key \"start\" (required in \"regime.r\")\n"
             " 8 | [regime.r]\n"
             "   | ^~~~~~~~~~\n"
             "x.toml:8:1: error: missing key \"hazard_per_year\" (required in "
             "\"regime.r\")\n"
             " 8 | [regime.r]\n"
             "   | ^~~~~~~~~~");
    CHECK(errors_of(quantities(
              "[quantity.q]\nformula = \"r.c\"\n[regime.r]\n" + good_regime, "\"q\""))
          == "x.toml:7:12: error: unknown quantity \"r.c\"\n"
             " 7 | formula = \"r.c\"\n"
             "   |            ^~~ did you mean \"r.a\"?");
}

TEST_CASE("bad input: hazards of a regime, whose keys are a user's names",
          "[estimator][scenario][bad_input][event]") {
    // Longer than what a std::string holds in itself.
    std::string const names =
        "states = [\"peaceful_years\", \"years_of_the_long_war\"]\n"
        "start = \"peaceful_years\"\n";
    auto const errors = [&](std::string const& hazard) {
        return errors_of(quantities("[quantity.usd]\nvalue = 3\nunit = \"USD\"\n"
                                    "[quantity.q]\nformula = \"r.peaceful_years\"\n"
                                    "[regime.r]\n"
                                        + names
                                        + "[regime.r.hazard_per_year.peaceful_years]\n"
                                          "years_of_the_long_war = "
                                        + hazard + "\n",
                                    "\"q\", \"usd\""));
    };
    CHECK(errors("0.1") == "ok");
    CHECK(
        errors("-0.1")
        == "x.toml:15:25: error: \"years_of_the_long_war\" must not be negative (found "
           "-0.1 1/year)\n"
           " 15 | years_of_the_long_war = -0.1\n"
           "    |                         ^~~~");
    CHECK(errors("\"usd\"")
          == "x.toml:15:25: error: \"years_of_the_long_war\" needs 1/year, but \"usd\" "
             "is in "
             "USD\n"
             " 15 | years_of_the_long_war = \"usd\"\n"
             "    |                         ^~~~~");
    CHECK(errors("\"-1 to 1\"")
          == "x.toml:15:25: error: \"years_of_the_long_war\" must not be negative (one "
             "draw "
             "in a billion is below -3.64774 1/year)\n"
             " 15 | years_of_the_long_war = \"-1 to 1\"\n"
             "    |                         ^~~~~~~~~ cut it: truncate = [0, ...]");
    CHECK(errors("\"usd * 2\"")
          == "x.toml:15:26: error: formula gives USD, but \"years_of_the_long_war\" "
             "needs "
             "1/year\n"
             " 15 | years_of_the_long_war = \"usd * 2\"\n"
             "    |                          ^~~~~~~");
    CHECK(
        errors("{ value = 1, unit = \"USD\" }")
        == "x.toml:15:45: error: \"years_of_the_long_war\" cannot be in USD (it needs "
           "1/year)\n"
           " 15 | years_of_the_long_war = { value = 1, unit = \"USD\" }\n"
           "    |                                             ^~~~~");
    CHECK(errors("\"2025-01\"")
          == "x.toml:15:25: error: \"2025-01\" is a month (\"years_of_the_long_war\" "
             "is in "
             "1/year)\n"
             " 15 | years_of_the_long_war = \"2025-01\"\n"
             "    |                         ^~~~~~~~~");
    CHECK(errors("true")
          == "x.toml:15:25: error: \"years_of_the_long_war\" must be a number, a text "
             "such as "
             "\"20k to 27k\", or a table (found true)\n"
             " 15 | years_of_the_long_war = true\n"
             "    |                         ^~~~");
    CHECK(
        errors("{ valu = 1 }")
        == "x.toml:15:25: error: \"years_of_the_long_war\" has no value\n"
           " 15 | years_of_the_long_war = { valu = 1 }\n"
           "    |                         ^~~~~~~~~~~~ give one of value, at, formula, "
           "each_step\n"
           "x.toml:15:27: error: unknown key \"valu\" (allowed here: at, confidence, "
           "each_step, formula, note, source, unit, value)\n"
           " 15 | years_of_the_long_war = { valu = 1 }\n"
           "    |                           ^~~~ did you mean \"value\"?");
}

}  // namespace
