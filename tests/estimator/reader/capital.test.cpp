// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"
#include "tests/support/reference.hpp"
#include "tests/support/scenario_builder.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;

namespace {

std::string const path_text = R"toml(
[path.cn]
run_months = 3
precision = "fp8"
pue = 1.2
electricity_price = 0.05
life = 5
channel.buy = { kind = "purchase", accelerator = "h100_sxm", supply = 0 }
)toml";

std::string const flows = R"toml(
[path.cn.capital.private]
amount = { value = 24, unit = "MUSD/year" }
efficiency = 0.5

[path.cn.capital.foreign]
amount = "if(month >= 2, 1, 0) * million"
access = 0.25
delay = 3

[quantity.million]
unit = "USD/month"
value = 4e6
)toml";

double cash(std::string const& text, int step) {
    auto const scenario = read_text(text);
    auto const rows = tests::reference_sample(scenario, 1, 0);
    double const expected = tests::reference_value(rows, "cn", "cash_usd", step);
    auto const plan = compile(scenario);
    auto const values = tests::all_outputs(plan, 1, {0, 1});
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        if (plan.outputs[i].metric == "cash_usd" && plan.outputs[i].step == step) {
            CHECK(static_cast<double>(values[i]) == Approx(expected).epsilon(1e-5));
        }
    }
    return expected;
}

}  // namespace

TEST_CASE("capital: flows add up, each with its access, delay and efficiency",
          "[estimator][capital]") {
    // 1 M a month at once; 1 M a month more from month 5 on.
    CHECK(cash(test_header + path_text + flows, 4) == Approx(5e6));
    CHECK(cash(test_header + path_text + flows, 6) == Approx(7e6 + 2e6));
    CHECK(cash(test_header + with(path_text, "run_months", "budget = 1e6\nrun_months")
                   + flows,
               6)
          == Approx(7e6 + 9e6));
}

TEST_CASE("capital: flows and their sum can be reported", "[estimator][capital]") {
    auto const scenario =
        read_text(test_header + path_text + flows
                  + "[output]\nquantities = [\"path.cn.capital.foreign\", "
                    "\"path.cn.capital\"]\n");
    CHECK(scenario.outputs.size() == 2);
    auto const& foreign = scenario.quantities[scenario.outputs[0]];
    CHECK(foreign.formula_text
          == "delay(path.cn.capital.foreign.amount * path.cn.capital.foreign.access, "
             "path.cn.capital.foreign.delay)");
}

TEST_CASE("formulas read values that are written at a path's keys",
          "[estimator][capital]") {
    auto const scenario =
        read_text(test_header + path_text + flows
                  + "[quantity.twice]\nformula = \"2 * path.cn.pue\"\n"
                    "[output]\nquantities = [\"twice\"]\n");
    auto const plan = compile(scenario);
    auto const values = tests::all_outputs(plan, 1, {0, 1});
    auto const twice = std::ranges::find(plan.outputs, "twice", &OutputInfo::metric);
    REQUIRE(twice != plan.outputs.end());
    CHECK(values[static_cast<std::size_t>(twice - plan.outputs.begin())] == 2.4f);
}

TEST_CASE("capital: errors", "[estimator][capital]") {
    auto const errors = [](std::string const& text) {
        std::string const all = errors_of(test_header + path_text + text);
        return all.substr(0, all.find('\n'));
    };
    CHECK(errors("")
          == "x.toml:12:1: error: missing key \"budget\" (required in \"path.cn\")");
    CHECK(errors("[path.cn.capital.state]\nacess = 1\n")
          == "x.toml:19:1: error: missing key \"amount\" (required in "
             "\"path.cn.capital.state\")");
    CHECK(errors("[path.cn.capital]\n")
          == "x.toml:19:1: error: there is no flow of capital");
    CHECK(errors("[path.cn.capital.state]\namount = { value = 3, unit = \"chips\" }\n")
              .starts_with("x.toml:20:"));
}
