// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/quantities/read_value.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <string>
#include <utility>

// What a suffix means beside a unit that has a factor of its own.

namespace {

using namespace leadtime;
using namespace leadtime::estimator;

/// The median of `x = VALUE`, in its unit, or what is wrong with it.
std::string read(std::string const& value, std::string const& unit) {
    auto const [distribution, errors] = read_value(value, unit);
    return distribution ? fmt::format("{:.9g}", distribution->quantile(0.5))
                        : fmt::format("{}\n", fmt::join(errors, "\n"));
}

bool is_refused(std::string const& text) {
    return text.starts_with("s.toml:1:");
}

}  // namespace

TEST_CASE("suffixes: every suffix beside every kind of unit", "[estimator][number]") {
    struct Case {
        std::string unit;
        std::optional<std::string> percent;  ///< of "5%"; nothing: refused
        bool takes_letters;
    };
    std::array<Case, 16> const cases{{
        {"1", "0.05", true},
        {"%", "5", true},
        {"percent", "5", true},
        {"%/year", "5", true},
        {"1/year", "0.05", true},
        {"USD", std::nullopt, true},
        {"chips/month", std::nullopt, true},
        {"USD/kWh", std::nullopt, true},
        {"kUSD", std::nullopt, false},
        {"MUSD", std::nullopt, false},
        {"GW", std::nullopt, false},
        {"1e24 FLOP", std::nullopt, false},
        {"GUSD/year", std::nullopt, false},
        {"TFLOP/s", std::nullopt, false},
        {"W/kUSD", std::nullopt, true},
        {"month", std::nullopt, true},
    }};
    std::array<std::pair<std::string, std::string>, 6> const letters{{{"k", "5000"},
                                                                      {"K", "5000"},
                                                                      {"M", "5000000"},
                                                                      {"G", "5e+09"},
                                                                      {"B", "5e+09"},
                                                                      {"T", "5e+12"}}};
    for (auto const& [unit, percent, takes_letters] : cases) {
        CAPTURE(unit);
        CHECK(read("\"5\"", unit) == "5");
        CHECK(read("\"5e3\"", unit) == "5000");
        auto const share = read("\"5%\"", unit);
        CHECK((percent ? share == *percent : is_refused(share)));
        for (auto const& [letter, value] : letters) {
            auto const found = read(fmt::format("\"5{}\"", letter), unit);
            CAPTURE(letter, found);
            CHECK((takes_letters ? found == value : is_refused(found)));
        }
    }
}

TEST_CASE("suffixes: mean the same in ranges, tables, lists and truncation",
          "[estimator][number]") {
    CHECK(read("\"5% to 20%\"", "%") == "10");
    CHECK(read("\"5% to 20%\"", "1") == "0.1");
    CHECK(read("\"5 to 20%\"", "%") == "10");
    CHECK(read("{ p5 = \"5%\", p95 = \"20%\" }", "%") == "10");
    CHECK(read("{ value = \"5%\" }", "%") == "5");
    CHECK(read("{ dist = \"uniform\", min = \"5%\", max = 15 }", "%") == "10");
    CHECK(read("{ dist = \"normal\", mean = \"5%\", sd = \"2%\" }", "%") == "5");
    CHECK(read("{ dist = \"gamma\", shape = 1e6, scale = \"1%\" }", "%")
          == "999999.667");
    CHECK(read("{ dist = \"empirical\", values = [\"5%\", \"6%\", 7] }", "%") == "6");
    CHECK(
        read(
            "{ dist = \"uniform\", min = 0, max = 100, truncate = [\"10%\", \"20%\"] }",
            "%")
        == "15");
    CHECK(
        read("{ dist = \"mixture\", components = [\"5%\", 5], weights = [1, 1] }", "%")
        == "5");
    // What has no unit keeps its meaning: sigma is of the logarithm.
    CHECK(read("{ dist = \"lognormal\", median = \"5%\", sigma = \"10%\" }", "%")
          == "5");
    CHECK(read("{ dist = \"discrete\", values = [1, 2], weights = [\"90%\", \"10%\"] }",
               "kUSD")
          == "1");
    for (auto const* value : {"\"1k to 2k\"",
                              "{ p5 = \"1k\", p95 = \"2k\" }",
                              "{ dist = \"normal\", mean = 1, sd = \"1k\" }",
                              "{ dist = \"empirical\", values = [\"1k\", 2] }",
                              "{ value = \"1 to 2\", truncate = [0, \"1k\"] }"}) {
        CAPTURE(value);
        CHECK(is_refused(read(value, "kUSD")));
    }
}

TEST_CASE("suffixes: what is refused says what to write", "[estimator][number]") {
    CHECK(read("\"10k to 20k\"", "kUSD")
          == "s.toml:1:6: error: \"10k\" has a suffix, and its unit has a factor too: "
             "kUSD (it may be meant as 10 or as 10,000 of these)\n"
             " 1 | x = \"10k to 20k\"\n"
             "   |      ^~~ write \"10\" or 10000\n");
    CHECK(read("\"5%\"", "MUSD")
          == "s.toml:1:6: error: \"5%\" is a share (the unit is MUSD)\n"
             " 1 | x = \"5%\"\n"
             "   |      ^~ write 0.05, or multiply in a formula\n");
}
