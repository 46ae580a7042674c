// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fmt/format.h>
#include <string>

// Scenarios of a size that no model has: each is read, or refused with a sentence, in a
// time that grows with the text and within a stack of usual size.

using namespace leadtime;
using namespace leadtime::estimator;

namespace {

/// `count` quantities q0, q1, ...; `line` has the number of the next one, `last` is the
/// line of the last.
std::string chain(int count, std::string const& line, std::string const& last) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += fmt::format("[quantity.q{}]\n", i);
        text += i + 1 < count ? fmt::format(fmt::runtime(line), i + 1) : last;
        text += "\n";
    }
    return quantities(text, "\"q0\"");
}

}  // namespace

TEST_CASE("large input: chains of formulas", "[estimator][scenario][large]") {
    auto const previous = read_text(
        chain(20'000, "formula = \"previous(q{}) + 1\"", "value = \"1 to 2\""));
    CHECK(compile(previous).end_of_step.size() == 19'999);
    // The units of a chain come from its end.
    CHECK(read_text(
              chain(4'000, "formula = \"previous(q{})\"", "value = 1\nunit = \"USD\""))
              .quantities.front()
              .unit.text
          == "USD");
    CHECK(
        compile(read_text(chain(1'000, "formula = \"q{} + 1\"", "value = \"1 to 2\"")))
            .workspace_rows
        > 1'000);
    CHECK(
        errors_of(chain(20'000, "formula = \"q{} + 1\"", "value = \"1 to 2\""))
        == "x.toml:36671:12: error: this formula stands on too long a chain of others "
           "(at most 5000 operations lie inside each other)\n"
           " 36671 | formula = \"q18333 + 1\"\n"
           "       |            ^~~~~~~~~~ break the chain with previous(...), or "
           "shorten "
           "it");
    // A cycle of thousands names its ends.
    CHECK(
        errors_of(chain(4'000, "formula = \"q{}\"", "formula = \"q0\""))
        == "x.toml:8005:12: error: formulas depend on each other: q0 -> q1 -> q2 -> q3 "
           "-> q4 -> q5 -> q6 -> q7 -> q8 -> q9 -> ... -> q3990 -> q3991 -> q3992 -> "
           "q3993 -> q3994 -> q3995 -> q3996 -> q3997 -> q3998 -> q3999 -> q0\n"
           " 8005 | formula = \"q0\"\n"
           "      |            ^~ break the cycle with previous(q0)");
    CHECK(errors_of(
              chain(4'000, "formula = \"previous(q{})\"", "formula = \"previous(q0)\""))
          == "x.toml:8005:21: error: the unit of \"q0\" depends on itself\n"
             " 8005 | formula = \"previous(q0)\"\n"
             "      |                     ^~ give it a unit = \"...\"");
}

TEST_CASE("large input: nobody reads more than a hundred errors",
          "[estimator][scenario][large]") {
    std::string text;
    for (int i = 0; i < 10'000; ++i) {
        text +=
            fmt::format("[quantity.a_quantity_{}]\nformula = \"a_quantty_{}\"\n", i, i);
    }
    auto const errors = errors_of(quantities(text, "\"a_quantity_1\""));
    CHECK(errors.starts_with(
        "x.toml:7:12: error: unknown quantity \"a_quantty_0\"\n"
        " 7 | formula = \"a_quantty_0\"\n"
        "   |            ^~~~~~~~~~~ did you mean \"a_quantity_0\"?\n"));
    CHECK(errors.ends_with("\nx.toml: error: reading ends here, after 100 errors"));
}

TEST_CASE("large input: thousands of formulas in one line",
          "[estimator][scenario][large]") {
    std::string text = "quantity = { z = { value = 1 }";
    for (int i = 0; i < 20'000; ++i) {
        text += fmt::format(", q{} = {{ formula = \"z + {}\" }}", i, i);
    }
    text += ", bad = { formula = \"z + zz\" } }\n";
    std::string const piece = "...+ 19997\" }, q19998 = { formula = \"z + 19998\" }, "
                              "q19999 = { formula = \"z + "
                              "19999\" }, bad = { formula = \"z + zz\" } }";
    CHECK(errors_of(text
                    + "[scenario]\nstart = \"2024-01\"\nend = \"2025-12\"\n"
                      "[output]\nquantities = [\"q0\"]\n")
          == "x.toml:1:697836: error: unknown quantity \"zz\"\n 1 | " + piece
                 + "\n   | " + std::string(piece.find("zz"), ' ') + "^~");
}

TEST_CASE("large input: more than a scenario may hold",
          "[estimator][scenario][large]") {
    std::string text = "quantity = {z={value=1}";
    for (int i = 0; i < 100'000; ++i) {
        text += fmt::format(",q{}={{value=1}}", i);
    }
    std::string const head = "}\n[scenario]\nstart = \"2024-01\"\nend = \"2025-12\"\n";
    CHECK(errors_of(text + head)
          == "x.toml: error: the scenario has too many quantities (at most 100000, "
             "values "
             "at keys included)");
    std::string draws;
    for (int i = 0; i < 1'000; ++i) {
        draws += fmt::format("[quantity.q{}]\neach_step = \"1 to 2\"\n", i);
    }
    CHECK(errors_of(with(quantities(draws, "\"q0\""), "2025-12", "2120-12"))
          == "x.toml: error: the scenario draws too many values anew in each step (at "
             "most 1000000 for all its steps)");
    // A month of delay is a value of each sample.
    std::string delays = "[quantity.z]\nvalue = 1\n";
    for (int i = 0; i < 900; ++i) {
        delays += fmt::format("[quantity.q{}]\nformula = \"delay(z + {}, 3)\"\n", i, i);
    }
    std::string all = "\"q0\"";
    for (int i = 1; i < 900; ++i) {
        all += fmt::format(", \"q{}\"", i);
    }
    auto const scenario =
        read_text(with(quantities(delays, all), "2025-12", "2120-12"));
    try {
        compile(scenario);
        FAIL("the plan was made");
    } catch (text::ConfigError const& error) {
        CHECK(
            std::string(error.what()).starts_with("error: the scenario has too many "));
    }
}
