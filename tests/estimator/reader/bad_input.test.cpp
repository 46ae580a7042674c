// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

// Every mistake with the exact text that it is answered by: what is wrong, where, and
// what to do. This file is a list, hence its length.

namespace {

using namespace leadtime::estimator;

TEST_CASE("bad input: mistakes in the header are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // an empty scenario
    CHECK(errors_of(R"toml([scenario]
start = "2024-01"
end = "2025-12"
)toml")
          == "x.toml: error: the scenario is empty (neither a quantity nor a path); "
             "see docs/scenario-reference.md for an example");

    // no header
    CHECK(errors_of(R"toml([quantity.a]
value = 1
[output]
quantities = ["a"]
)toml") == "x.toml: error: missing key \"scenario\" (required at the top of the file)");

    // nothing to report
    CHECK(errors_of(R"toml([scenario]
start = "2024-01"
end = "2025-12"
[quantity.a]
value = 1
)toml")
          == "x.toml: error: there is nothing to report (no path and no output); add "
             "[output] quantities = [...]");

    // the end before the start
    CHECK(errors_of(with(
              two_paths, R"toml(end = "2025-12")toml", R"toml(end = "2023-12")toml"))
          == "x.toml:4:1: error: the end is before the start (start is 2024-01)\n"
             " 4 | end = \"2023-12\"\n"
             "   | ^~~");

    // too many steps
    CHECK(errors_of(with(two_paths,
                         R"toml(end = "2025-12"
step = "quarter")toml",
                         R"toml(end = "2125-12")toml"))
          == "x.toml:4:1: error: 1224 steps are too many (at most 1200)\n"
             " 4 | end = \"2125-12\"\n"
             "   | ^~~ choose a longer step");

    // too many months, which a longer step does not change
    CHECK(errors_of(with(two_paths,
                         R"toml(end = "2025-12"
step = "quarter")toml",
                         R"toml(end = "2324-01"
step = "year")toml"))
          == "x.toml:4:1: error: 3612 months are too many (at most 3600)\n"
             " 4 | end = \"2324-01\"\n"
             "   | ^~~");

    // no month
    CHECK(errors_of(with(two_paths,
                         R"toml("2024-01"
end)toml",
                         R"toml("2024-1"
end)toml"))
          == "x.toml:3:9: error: \"start\" must be a month such as \"2026-03\" (found "
             "the string \"2024-1\")\n"
             " 3 | start = \"2024-1\"\n"
             "   |         ^~~~~~~~");

    // no end
    CHECK(errors_of(with(two_paths,
                         R"toml(end = "2025-12"
)toml",
                         ""))
          == "x.toml:1:1: error: missing key \"end\" (required in \"scenario\")\n"
             " 1 | [scenario]\n"
             "   | ^~~~~~~~~~");

    // an unknown step
    CHECK(errors_of(with(two_paths, R"toml("quarter")toml", R"toml("week")toml"))
          == "x.toml:5:8: error: unknown step \"week\" (it is month, quarter or year)\n"
             " 5 | step = \"week\"\n"
             "   |        ^~~~~~");

    // an unknown key
    CHECK(errors_of(with(two_paths, "step =", "stepp ="))
          == "x.toml:5:1: error: unknown key \"stepp\" (allowed here: description, "
             "end, extends, name, reference, start, step, units)\n"
             " 5 | stepp = \"quarter\"\n"
             "   | ^~~~~ did you mean \"step\"?");

    // an unknown reference
    CHECK(errors_of(with(
              two_paths, R"toml(reference = "us")toml", R"toml(reference = "uk")toml"))
          == "x.toml:6:13: error: unknown path \"uk\"\n"
             " 6 | reference = \"uk\"\n"
             "   |             ^~~~ did you mean \"us\"?");

    // an unknown table
    CHECK(errors_of(with(two_paths, "[milestones]", "[milestone]"))
          == "x.toml:82:2: error: unknown key \"milestone\" (allowed here: "
             "accelerator, cap, cluster, correlation, ecosystem, event, job, join, "
             "milestones, "
             "output, path, quantity, regime, rule, scenario)\n"
             " 82 | [milestone]\n"
             "    |  ^~~~~~~~~ did you mean \"milestones\"?");

    // a milestone that is no FLOP
    CHECK(errors_of(with(two_paths, R"toml("1e25")toml", R"toml("1e25 to 1e26")toml"))
          == "x.toml:83:19: error: \"run_flop\" must be FLOP, a positive number (found "
             "the string \"1e25 to 1e26\")\n"
             " 83 | run_flop = [1e26, \"1e25 to 1e26\", 1e26]\n"
             "    |                   ^~~~~~~~~~~~~~");

    // a negative milestone
    CHECK(errors_of(with(two_paths, R"toml("1e25")toml", "-1"))
          == "x.toml:83:19: error: \"run_flop\" must be greater than 0 (found -1)\n"
             " 83 | run_flop = [1e26, -1, 1e26]\n"
             "    |                   ^~");

    // an unknown output
    CHECK(errors_of(with(two_paths, R"toml(["cards"])toml", R"toml(["card"])toml"))
          == "x.toml:86:15: error: unknown quantity \"card\"\n"
             " 86 | quantities = [\"card\"]\n"
             "    |               ^~~~~~ did you mean \"cards\"?");

    // an output twice
    CHECK(errors_of(
              with(two_paths, R"toml(["cards"])toml", R"toml(["cards", "cards"])toml"))
          == "x.toml:86:24: error: \"cards\" is listed twice\n"
             " 86 | quantities = [\"cards\", \"cards\"]\n"
             "    |                        ^~~~~~~");
}

TEST_CASE("bad input: mistakes in quantities are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // no value
    CHECK(errors_of(quantities(R"toml([quantity.a]
unit = "USD"
)toml",
                               R"toml("a")toml"))
          == "x.toml:6:1: error: \"a\" has no value\n"
             " 6 | [quantity.a]\n"
             "   | ^~~~~~~~~~~~ give one of value, at, formula, each_step");

    // a misspelt value
    CHECK(errors_of(quantities(R"toml([quantity.a]
valu = 3
)toml",
                               R"toml("a")toml"))
          == "x.toml:6:1: error: \"a\" has no value\n"
             " 6 | [quantity.a]\n"
             "   | ^~~~~~~~~~~~ give one of value, at, formula, each_step\n"
             "x.toml:7:1: error: unknown key \"valu\" (allowed here: at, confidence, "
             "each_step, formula, note, source, unit, value)\n"
             " 7 | valu = 3\n"
             "   | ^~~~ did you mean \"value\"?");

    // two values
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = 3
formula = "4 * 2"
)toml",
                               R"toml("a")toml"))
          == "x.toml:6:1: error: \"a\" has more than one value (give one of value, at, "
             "formula, each_step)\n"
             " 6 | [quantity.a]\n"
             "   | ^~~~~~~~~~~~");

    // a reserved name
    CHECK(errors_of(quantities(R"toml([quantity.month]
value = 3
[quantity.a]
value = 1
)toml",
                               R"toml("a")toml"))
          == "x.toml:6:11: error: \"month\" cannot name a quantity (formulas use this "
             "word)\n"
             " 6 | [quantity.month]\n"
             "   |           ^~~~~");

    // a bad name
    CHECK(errors_of(quantities(R"toml([quantity.a-b]
value = 3
[quantity.a]
value = 1
)toml",
                               R"toml("a")toml"))
          == "x.toml:6:11: error: \"a-b\" cannot name a quantity (names are letters, "
             "digits and _, no digit first)\n"
             " 6 | [quantity.a-b]\n"
             "   |           ^~~");

    // an unknown unit
    CHECK(errors_of(quantities(R"toml([quantity.a]
unit = "chipz"
value = 3
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:8: error: unknown unit \"chipz\"\n"
             " 7 | unit = \"chipz\"\n"
             "   |        ^~~~~~~ did you mean \"chip\"?");

    // an inverted interval
    CHECK(
        errors_of(quantities(R"toml([quantity.a]
value = "10 to 5"
)toml",
                             R"toml("a")toml"))
        == "x.toml:7:10: error: \"10 to 5\" is inverted (the lower value comes first)\n"
           " 7 | value = \"10 to 5\"\n"
           "   |          ^~~~~~~ write \"5 to 10\"");

    // not a number
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = nan
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:9: error: \"value\" must be a finite number (found nan)\n"
             " 7 | value = nan\n"
             "   |         ^~~");

    // an infinite value
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = inf
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:9: error: \"value\" must be a finite number (found inf)\n"
             " 7 | value = inf\n"
             "   |         ^~~");

    // a value of the wrong type
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = true
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:9: error: \"value\" must be a number, a text such as \"20k to "
             "27k\", or a table (found true)\n"
             " 7 | value = true\n"
             "   |         ^~~~");

    // a quantity that is no table
    CHECK(errors_of(quantities(R"toml([quantity]
a = 3
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:5: error: \"a\" must be a table (found 3)\n"
             " 7 | a = 3\n"
             "   |     ^");

    // a month without the unit date
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = "2026-03"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:9: error: \"2026-03\" is a month (\"a\" is in 1)\n"
             " 7 | value = \"2026-03\"\n"
             "   |         ^~~~~~~~~ give it unit = \"date\"");

    // an unknown confidence
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = 1
confidence = "hihg"
)toml",
                               R"toml("a")toml"))
          == "x.toml:8:14: error: unknown confidence \"hihg\" (it is high, medium or "
             "low)\n"
             " 8 | confidence = \"hihg\"\n"
             "   |              ^~~~~~ did you mean \"high\"?");

    // an unknown distribution
    CHECK(errors_of(quantities(R"toml([quantity.a]
value = { dist = "betta" }
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:18: error: unknown distribution \"betta\" (known are normal, "
             "lognormal, split_normal, split_lognormal, uniform, loguniform, "
             "triangular, pert, beta, gamma, student_t, fixed, bernoulli, discrete, "
             "empirical, mixture)\n"
             " 7 | value = { dist = \"betta\" }\n"
             "   |                  ^~~~~~~ did you mean \"beta\"?");

    // an unknown interpolation
    CHECK(errors_of(quantities(R"toml([quantity.a]
at = { 2024-01 = 1 }
interpolate = "lin"
)toml",
                               R"toml("a")toml"))
          == "x.toml:8:15: error: unknown interpolation \"lin\" (it is step, linear or "
             "log)\n"
             " 8 | interpolate = \"lin\"\n"
             "   |               ^~~~~");

    // log interpolation through 0
    CHECK(errors_of(quantities(R"toml([quantity.a]
at = { 2024-01 = 0, 2025-01 = 3 }
interpolate = "log"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:18: error: the value of 2024-01 may be 0 or less (interpolate = "
             "\"log\" needs positive values)\n"
             " 7 | at = { 2024-01 = 0, 2025-01 = 3 }\n"
             "   |                  ^ use interpolate = \"linear\"");

    // a knot that is no month
    CHECK(errors_of(quantities(R"toml([quantity.a]
at = { 2024 = 1 }
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:8: error: \"2024\" is not a month\n"
             " 7 | at = { 2024 = 1 }\n"
             "   |        ^~~~ write 2025-06 = ...");

    // a knot with a formula
    CHECK(errors_of(quantities(R"toml([quantity.a]
at = { 2024-01 = "b * 2" }
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:18: error: the value of 2024-01 cannot be a formula (knots are "
             "numbers or distributions)\n"
             " 7 | at = { 2024-01 = \"b * 2\" }\n"
             "   |                  ^~~~~~~ interpolate in a formula: if(month >= "
             "'2025-06', a, b)");

    // no knots
    CHECK(errors_of(quantities(R"toml([quantity.a]
at = {}
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:6: error: \"at\" must be a table of months, { 2025-01 = ..., "
             "... } (found a table)\n"
             " 7 | at = {}\n"
             "   |      ^~");

    // a knot correlation above 1
    CHECK(errors_of(quantities(R"toml([quantity.a]
at = { 2024-01 = 1 }
knot_correlation = 1.5
)toml",
                               R"toml("a")toml"))
          == "x.toml:8:20: error: \"knot_correlation\" must be at least 0 and at most "
             "1 (found 1.5)\n"
             " 8 | knot_correlation = 1.5\n"
             "   |                    ^~~");

    // names with the same hash
    CHECK(errors_of(quantities(R"toml([quantity.costarring]
value = 1
[quantity.liquid]
value = 1
)toml",
                               R"toml("liquid", "costarring")toml"))
          == "x.toml:8:1: error: the names \"costarring\" and \"liquid\" have the same "
             "hash (their draws would be the same); rename one of them");
}

TEST_CASE("bad input: mistakes in formulas are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // a syntax error
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "2 * (3 + 4"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:16: error: \"(\" is never closed\n"
             " 7 | formula = \"2 * (3 + 4\"\n"
             "   |                ^");

    // a syntax error in a long string
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = """
2 *
(3 + 4"""
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:11: error: \"(\" is never closed\n"
             " 7 | formula = \"\"\"\n"
             "   |           ^");

    // a column past accents
    CHECK(errors_of(quantities(R"toml([quantity.a]
note = "é"
formula = '2 × 3'
)toml",
                               R"toml("a")toml"))
          == "x.toml:8:14: error: unexpected character \"×\"\n"
             " 8 | formula = '2 × 3'\n"
             "   |              ^");

    // an unknown name
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "coutn * 2"
[quantity.count]
value = 2
)toml",
                               R"toml("a", "count")toml"))
          == "x.toml:7:12: error: unknown quantity \"coutn\"\n"
             " 7 | formula = \"coutn * 2\"\n"
             "   |            ^~~~~ did you mean \"count\"?");

    // an unknown path
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "path.us.run_flop"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:12: error: unknown path \"us\"\n"
             " 7 | formula = \"path.us.run_flop\"\n"
             "   |            ^~~~~~~~~~~~~~~~");

    // an unknown metric
    CHECK(errors_of(with(two_paths,
                         R"toml(* cards / 10")toml",
                         R"toml(* cards / 10 + 0 * previous(path.us.run_flp)")toml"))
          == "x.toml:55:70: error: path \"us\" has no metric \"run_flp\"\n"
             " 55 | supply = \"if(month >= '2025-01', 0.5, 1) * cards / 10 + 0 * "
             "previous(path.us.run_flp)\"\n"
             "    |                                                                    "
             "  ^~~~~~~~~~~~~~~ did you mean \"run_flop\"?");

    // the lag of the reference
    CHECK(errors_of(with(two_paths,
                         R"toml(* cards / 10")toml",
                         R"toml(* cards / 10 + 0 * previous(path.us.lag)")toml"))
          == "x.toml:55:70: error: path \"us\" has no metric \"lag\" (it is the "
             "reference path)\n"
             " 55 | supply = \"if(month >= '2025-01', 0.5, 1) * cards / 10 + 0 * "
             "previous(path.us.lag)\"\n"
             "    |                                                                    "
             "  ^~~~~~~~~~~");

    // a cycle
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "b + 1"
[quantity.b]
formula = "c * 2"
[quantity.c]
formula = "a"
)toml",
                               R"toml("a")toml"))
          == "x.toml:11:12: error: formulas depend on each other: a -> b -> c -> a\n"
             " 11 | formula = \"a\"\n"
             "    |            ^ break the cycle with previous(a)");

    // a cycle of one
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "a + 1"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:12: error: formulas depend on each other: a -> a\n"
             " 7 | formula = \"a + 1\"\n"
             "   |            ^ break the cycle with previous(a)");

    // a unit that depends on itself
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "previous(a) + 1"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:21: error: the unit of \"a\" depends on itself\n"
             " 7 | formula = \"previous(a) + 1\"\n"
             "   |                     ^ give it a unit = \"...\"");

    // a path that reads this month's metric
    CHECK(errors_of(with(two_paths,
                         R"toml(budget = "path.cn.budget * 2")toml",
                         R"toml(budget = "path.cn.spend_usd / 3")toml"))
          == "x.toml:69:11: error: path \"us\" cannot use this month's "
             "path.cn.spend_usd (it is known only after the path's step)\n"
             " 69 | budget = \"path.cn.spend_usd / 3\"\n"
             "    |           ^~~~~~~~~~~~~~~~~ use last month's: "
             "previous(path.cn.spend_usd)\n"
             "x.toml:69:11: error: formula gives USD, but \"budget\" needs USD/month\n"
             " 69 | budget = \"path.cn.spend_usd / 3\"\n"
             "    |           ^~~~~~~~~~~~~~~~~~~~~");

    // the same through a quantity
    CHECK(errors_of(with(with(two_paths,
                              R"toml(budget = "path.cn.budget * 2")toml",
                              R"toml(budget = "spend * 2")toml"),
                         "[milestones]",
                         R"toml([quantity.spend]
unit = "USD/month"
formula = "path.cn.cash_usd / gap"
[quantity.gap]
unit = "month"
value = 1
[milestones])toml"))
          == "x.toml:84:12: error: path \"us\" (through \"path.us.budget\") cannot use "
             "this month's path.cn.cash_usd (it is known only after the path's step)\n"
             " 84 | formula = \"path.cn.cash_usd / gap\"\n"
             "    |            ^~~~~~~~~~~~~~~~ use last month's: "
             "previous(path.cn.cash_usd)");

    // a path that reads a result
    CHECK(errors_of(with(two_paths,
                         "attrition = 0.06",
                         R"toml(attrition = "1 / crossing(cards, cards)")toml"))
          == "x.toml:32:14: error: path \"cn\" cannot use this (it is known only at "
             "the end of a run)\n"
             " 32 | attrition = \"1 / crossing(cards, cards)\"\n"
             "    |              ^~~~~~~~~~~~~~~~~~~~~~~~~~");

    // a result in a series
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "month - crossing(year, 2025)"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:12: error: a series cannot be combined with a value known only "
             "at the end of a run\n"
             " 7 | formula = \"month - crossing(year, 2025)\"\n"
             "   |            ^~~~~ pick a month with at(...)");

    // a result remembered
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "previous(crossing(year, 2025))"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:21: error: previous cannot use this (it is known only at the "
             "end of a run)\n"
             " 7 | formula = \"previous(crossing(year, 2025))\"\n"
             "   |                     ^~~~~~~~~~~~~~~~~~~~");

    // a month outside the scenario
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "at(cumsum(year), '2026-01')"
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:12: error: 2026-01 is outside the scenario (its argument has "
             "values from 2024-01 to 2025-12 only)\n"
             " 7 | formula = \"at(cumsum(year), '2026-01')\"\n"
             "   |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~");
}

TEST_CASE("bad input: mistakes in units are named at their place",
          "[estimator][scenario][bad_input][host]") {
    // a sum of unlike units
    CHECK(errors_of(quantities(R"toml([quantity.a]
formula = "usd + chips"
[quantity.usd]
unit = "USD"
value = 1
[quantity.chips]
unit = "chips"
value = 1
)toml",
                               R"toml("a")toml"))
          == "x.toml:7:18: error: cannot add chip to USD (both sides of \"+\" must "
             "have the same unit)\n"
             " 7 | formula = \"usd + chips\"\n"
             "   |                  ^~~~~");

    // a formula of another unit than stated
    CHECK(errors_of(quantities(R"toml([quantity.a]
unit = "USD"
formula = "chips * 3"
[quantity.usd]
unit = "USD"
value = 1
[quantity.chips]
unit = "chips"
value = 1
)toml",
                               R"toml("a")toml"))
          == "x.toml:8:12: error: formula gives chip, but unit says \"USD\"\n"
             " 8 | formula = \"chips * 3\"\n"
             "   |            ^~~~~~~~~");

    // a quantity in another unit than needed
    CHECK(errors_of(with(
              two_paths, R"toml(supply = "20k")toml", R"toml(supply = "cards")toml"))
          == "x.toml:80:10: error: \"supply\" needs chips, but \"cards\" is in "
             "chips/year\n"
             " 80 | supply = \"cards\"\n"
             "    |          ^~~~~~~");

    // a formula in another unit than needed
    CHECK(
        errors_of(with(
            two_paths, R"toml(supply = "20k")toml", R"toml(supply = "cards * 2")toml"))
        == "x.toml:80:11: error: formula gives chip/month, but \"supply\" needs chips\n"
           " 80 | supply = \"cards * 2\"\n"
           "    |           ^~~~~~~~~");

    // a value in another unit than needed
    CHECK(
        errors_of(with(two_paths, R"toml(unit = "MW")toml", R"toml(unit = "MWh")toml"))
        == "x.toml:38:34: error: \"power_cap\" cannot be in MWh (it needs W)\n"
           " 38 | power_cap = { value = 30, unit = \"MWh\" }\n"
           "    |                                  ^~~~~");

    // a month where a number is needed
    CHECK(
        errors_of(
            with(two_paths, "attrition = 0.06", R"toml(attrition = "2025-06")toml"))
        == "x.toml:32:13: error: \"2025-06\" is a month (\"attrition\" is in 1/year)\n"
           " 32 | attrition = \"2025-06\"\n"
           "    |             ^~~~~~~~~");
}

}  // namespace
