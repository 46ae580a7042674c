// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace leadtime::estimator;

namespace {

std::string with_formula(std::string const& formula) {
    return "[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = \"2025-12\"\n"
           "[quantity.x]\nvalue = \"1 to 2\"\n[quantity.y]\nformula = \""
           + formula + "\"\n[output]\nquantities = [\"y\"]\n";
}

std::vector<std::string> notes_of(std::string const& quantities,
                                  ScenarioOptions const& options = {}) {
    return read_text("[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = "
                     "\"2025-12\"\n[output]\nquantities = [\"a\"]\n[quantity.a]\n"
                         + quantities,
                     options)
        .notes;
}

}  // namespace

TEST_CASE("precision: constant parts of formulas without a value are refused",
          "[estimator][scenario][bad_number][host]") {
    CHECK(errors_of(with_formula("x + 10 ^ 300"))
          == "x.toml:8:16: error: \"10 ^ 300\" is too large to compute with (numbers "
             "above 3.4e38 overflow)\n"
             " 8 | formula = \"x + 10 ^ 300\"\n"
             "   |                ^~~~~~~~");
    CHECK(errors_of(with_formula("x / (3 - 3)"))
          == "x.toml:8:12: error: \"x / (3 - 3)\" divides by 0 (the divisor is 0 in "
             "every sample)\n"
             " 8 | formula = \"x / (3 - 3)\"\n"
             "   |            ^~~~~~~~~~~");
    CHECK(errors_of(with_formula("if(x > 1, x, 0 / 0)"))
          == "x.toml:8:25: error: \"0 / 0\" divides by 0 (the divisor is 0 in every "
             "sample)\n"
             " 8 | formula = \"if(x > 1, x, 0 / 0)\"\n"
             "   |                         ^~~~~");
    CHECK(errors_of(with_formula("x * log(0 - 1)"))
          == "x.toml:8:16: error: \"log(0 - 1)\" is not a number\n"
             " 8 | formula = \"x * log(0 - 1)\"\n"
             "   |                ^~~~~~~~~~");
    CHECK(errors_of(with_formula("x * exp(100)"))
          == "x.toml:8:16: error: \"exp(100)\" is too large to compute with (numbers "
             "above 3.4e38 overflow)\n"
             " 8 | formula = \"x * exp(100)\"\n"
             "   |                ^~~~~~~~");
    CHECK(errors_of(with_formula("x * 10 ^ (0 - 50)"))
          == "x.toml:8:16: error: \"10 ^ (0 - 50)\" is too small to compute with "
             "(numbers below 1.2e-38 count as 0)\n"
             " 8 | formula = \"x * 10 ^ (0 - 50)\"\n"
             "   |                ^~~~~~~~~~~~~");
    CHECK(errors_of(with_formula("x * 1e-50"))
          == "x.toml:8:16: error: the number \"1e-50\" is out of range (numbers below "
             "1.2e-38 count as 0)\n"
             " 8 | formula = \"x * 1e-50\"\n"
             "   |                ^~~~~");
    CHECK(errors_of(with_formula("x * 1e-400"))
          == "x.toml:8:16: error: the number \"1e-400\" is out of range (numbers below "
             "1.2e-38 count as 0)\n"
             " 8 | formula = \"x * 1e-400\"\n"
             "   |                ^~~~~~");
    CHECK(errors_of(with_formula("x * 4e38"))
          == "x.toml:8:16: error: the number \"4e38\" is out of range\n"
             " 8 | formula = \"x * 4e38\"\n"
             "   |                ^~~~");
    for (char const* const good : {"x + 10 ^ 38",
                                   "x * 0",
                                   "x / 1e-37",
                                   "x * sqrt(0)",
                                   "x + 1 / 3",
                                   "x * 0e-99",
                                   "if(x > 1, 0, x / 0.5)"}) {
        CAPTURE(good);
        CHECK(errors_of(with_formula(good)) == "ok");
    }
}

TEST_CASE("precision: values out of range are refused wherever they stand",
          "[estimator][scenario][bad_number][host]") {
    auto const starts = [](std::string const& quantity, std::string const& problem) {
        std::string const said = errors_of(
            "[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = \"2025-12\"\n"
            "[output]\nquantities = [\"a\"]\n[quantity.a]\n"
            + quantity);
        CAPTURE(quantity, said);
        CHECK(said.find(problem) != std::string::npos);
    };
    starts("value = 1e39\n", "\"a\" is too large to compute with");
    starts("value = 1e-39\n", "\"a\" is too small to compute with");
    starts("at = { 2024-01 = 1, 2025-01 = 1e39 }\n", "is too large to compute with");
    starts("value = { dist = \"discrete\", values = [1, 1e39], weights = [1, 1] }\n",
           "\"a\" is too large to compute with");
}

TEST_CASE("precision: whole numbers that lose digits are noted",
          "[estimator][scenario][bad_number][host]") {
    CHECK(notes_of("value = 16777217\n")
          == std::vector<std::string>{"x.toml:7:1: \"a\": 16777217 becomes 16777216 in "
                                      "single precision"});
    CHECK(notes_of("at = { 2024-01 = 1, 2025-01 = 123456789 }\n")
              .at(0)
              .ends_with("123456789 becomes 123456792 in single precision"));
    CHECK(notes_of("value = { dist = \"discrete\", values = [1, 16777217], weights = "
                   "[1, 1] }\n")
              .at(0)
              .ends_with("16777217 becomes 16777216 in single precision"));
    CHECK(notes_of("formula = \"1 + 16777217\"\n")
              .at(0)
              .ends_with("16777217 becomes 16777216 in single precision"));
    CHECK(notes_of("value = 1\n", {{{"quantity.a.value", "16777217"}}})
              .at(0)
              .ends_with("16777217 becomes 16777216 in single precision"));
    for (char const* const kept : {"value = 16777216\n",
                                   "value = 16777218\n",
                                   "value = 1e11\n",
                                   "value = 12345.678901\n",
                                   "value = 3e25\n",
                                   "value = 0.1\n",
                                   "value = -1234567\n"}) {
        CAPTURE(kept);
        CHECK(notes_of(kept).empty());
    }
}

TEST_CASE("precision: spreads that single precision does not resolve are noted",
          "[estimator][scenario][bad_number][host]") {
    CHECK(
        notes_of("value = { dist = \"uniform\", min = 1e8, max = 100000001 }\n")
        == std::vector<std::string>{
            "x.toml:7:1: \"a\": its 5 % and 95 % points, 0.9 apart, are less than one "
            "step of single precision apart; draw the difference from a fixed value "
            "instead"});
    CHECK(notes_of("value = { dist = \"uniform\", min = 1e8, max = 100000100 }\n")
              .at(0)
              .ends_with("90 apart, are 11 steps of single precision apart; draw the "
                         "difference from a fixed value instead"));
    for (char const* const fine :
         {"value = { dist = \"uniform\", min = 1e8, max = 100100000 }\n",
          "value = { dist = \"bernoulli\", p = 0.01 }\n",
          "value = \"1 to 2\"\n",
          "value = 100000000\n"}) {
        CAPTURE(fine);
        CHECK(notes_of(fine).empty());
    }
}
