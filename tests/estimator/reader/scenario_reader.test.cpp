// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/dependencies.hpp"
#include "estimator/scenario/scenario.hpp"

#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace leadtime::estimator;
using Catch::Approx;

/// The value of an input in base units, of fixed ones.
double value_of(Scenario const& scenario, Input const& input) {
    if (!input.quantity) {
        return input.fallback;
    }
    auto const& quantity = scenario.quantities[*input.quantity];
    REQUIRE(quantity.kind == QuantityKind::distribution);
    REQUIRE(quantity.value.is_fixed());
    return quantity.value.quantile(0.5) * quantity.unit.scale;
}

TEST_CASE("scenario: the header gives the grid", "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    CHECK(scenario.name == "two paths");
    CHECK(scenario.file == "x.toml");
    CHECK(scenario.start_month == 2024 * 12);
    CHECK(scenario.months_per_step == 3);
    CHECK(scenario.steps == 8);
    CHECK(month_name(scenario, 0) == "2024-03");
    CHECK(month_name(scenario, 7) == "2025-12");
    CHECK(scenario.months() == 24);
    CHECK(scenario.milestones == std::vector<double>{1e25, 1e26});
    REQUIRE(scenario.outputs.size() == 1);
    CHECK(scenario.quantities[scenario.outputs[0]].name == "cards");
    CHECK(scenario.text_hash.size() == 16);
}

TEST_CASE("scenario: the last step holds the end", "[estimator][scenario][host]") {
    auto const steps = [](std::string const& step, std::string const& end) {
        auto const text = with(two_paths, "\"quarter\"", "\"" + step + "\"");
        return read_text(with(text, "2025-12", end)).steps;
    };
    CHECK(steps("month", "2024-01") == 1);
    CHECK(steps("month", "2025-12") == 24);
    CHECK(steps("quarter", "2025-09") == 7);
    CHECK(steps("quarter", "2025-10") == 8);
    CHECK(steps("year", "2025-12") == 2);
}

TEST_CASE("scenario: paths keep the order of the file, the first is the reference",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    REQUIRE(scenario.paths.size() == 2);
    CHECK(scenario.paths[0].name == "cn");
    CHECK(scenario.reference == 1);
    CHECK(read_text(with(two_paths, "reference = \"us\"\n", "")).reference == 0);
}

TEST_CASE("scenario: keys become inputs in base units", "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    auto const value = [&](Input const& input) { return value_of(scenario, input); };
    auto const& cn = scenario.paths[0];
    CHECK(value(cn.inputs[PathInput::budget]) == Approx(1e8));
    CHECK(value(cn.inputs[PathInput::initial_cash]) == 1e9);
    CHECK(value(cn.inputs[PathInput::attrition]) == Approx(0.06 / 12));
    CHECK(value(cn.inputs[PathInput::training_share]) == 1.0);
    CHECK(value(cn.inputs[PathInput::electricity_price])
          == Approx(0.06 * 730.5 / 1000));
    CHECK(value(cn.inputs[PathInput::life]) == 60.0);
    REQUIRE(cn.inputs[PathInput::power_cap].quantity);
    CHECK(value(cn.inputs[PathInput::power_cap]) == 30e6);
    CHECK_FALSE(cn.join);
    CHECK(value(cn.inputs[PathInput::value_decline]) == Approx(0.14 / 12));
    CHECK(cn.depreciation == Depreciation::exponential);
    auto const& us = scenario.paths[1];
    CHECK(us.depreciation == Depreciation::straight_line);
    REQUIRE(us.join);
    CHECK(value((*us.join)[JoinInput::efficiency]) == 0.8);
    CHECK(value((*us.join)[JoinInput::link]) == 0.0);
    CHECK(value((*us.join)[JoinInput::site_limit]) == unlimited);
}

TEST_CASE("scenario: a run of history counts when it beats those before",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    std::vector<std::pair<double, double>> const expected{{-24, 2e23}, {-7, 1e24}};
    CHECK(scenario.paths[0].history == expected);
}

TEST_CASE("scenario: channels stand in the order wished for",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    auto const& cn = scenario.paths[0];
    REQUIRE(cn.channels.size() == 3);
    CHECK(cn.channels[0].name == "stock");
    CHECK(cn.channels[1].name == "smuggled");
    CHECK(cn.channels[2].name == "domestic");
    CHECK(cn.channels[0].kind == ChannelKind::stock);
    CHECK(value_of(scenario, cn.channels[0].inputs[ChannelInput::initial]) == 5000);
    CHECK(value_of(scenario, cn.channels[0].inputs[ChannelInput::initial_age]) == 6);
    CHECK(cn.channels[1].cap_from == 2);
    CHECK(cn.channels[1].cap_to == 14);
    CHECK(value_of(scenario, cn.channels[1].inputs[ChannelInput::cap_total]) == 1e5);
    CHECK(value_of(scenario, cn.channels[2].inputs[ChannelInput::cap_total])
          == unlimited);
    CHECK(cn.channels[1].provenance.source == "channel");
    auto const& rental = scenario.paths[1].channels[0];
    CHECK(rental.kind == ChannelKind::rental);
    CHECK(value_of(scenario, rental.inputs[ChannelInput::price])
          == Approx(2.5 * 730.5));
}

TEST_CASE(
    "scenario: accelerators come in order of first use, a path's own inputs first",
    "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    auto const& cn = scenario.paths[0];
    REQUIRE(cn.accelerators.size() == 2);
    CHECK(cn.accelerators[0].profile == "h100_sxm");
    CHECK(cn.accelerators[1].profile == "ascend_910c");
    CHECK(cn.channels[2].accelerator == 1);
    CHECK(value_of(scenario, cn.accelerators[0].inputs[AcceleratorInput::mfu]) == 0.3);
    CHECK(value_of(scenario,
                   scenario.paths[1].accelerators[0].inputs[AcceleratorInput::mfu])
          == 0.4);
    // One draw for both paths.
    REQUIRE(cn.accelerators[0].inputs[AcceleratorInput::price].quantity);
    CHECK(
        cn.accelerators[0].inputs[AcceleratorInput::price].quantity
        == scenario.paths[1].accelerators[0].inputs[AcceleratorInput::price].quantity);
    CHECK(scenario
              .quantities[*cn.accelerators[0].inputs[AcceleratorInput::price].quantity]
              .name
          == "accelerator.h100.price");
    CHECK(value_of(scenario, cn.accelerators[0].inputs[AcceleratorInput::it_power])
          == 1400);
    CHECK(value_of(scenario, cn.accelerators[1].inputs[AcceleratorInput::it_power])
          == 2000);
    CHECK(
        value_of(scenario, cn.accelerators[1].inputs[AcceleratorInput::software_ready])
        == 12);
    CHECK(
        value_of(scenario, cn.accelerators[0].inputs[AcceleratorInput::software_ready])
        == always_ready);
    CHECK(value_of(scenario, cn.channels[1].inputs[ChannelInput::price]) == 45'000);
}

TEST_CASE("scenario: a precision that a chip lacks falls back and is noted",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    auto const& uses = scenario.paths[0].accelerators;
    CHECK(uses[0].precision == "fp8");
    CHECK(uses[0].peak_flop_per_s == 1979e12);
    CHECK_FALSE(uses[0].precision_fell_back);
    CHECK(uses[1].precision == "bf16");
    CHECK(uses[1].peak_flop_per_s == 780e12);
    CHECK(uses[1].precision_fell_back);
    CHECK(scenario.notes
          == std::vector<std::string>{
              "path cn: ascend_910c states no fp8 rate; its bf16 rate is used"});
}

TEST_CASE("scenario: H100-equivalents fill in missing rates",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    auto const& uses = scenario.paths[0].accelerators;
    CHECK(uses[0].h100e_bf16 == 1.0);
    CHECK(uses[0].h100e_8bit == 1.0);
    CHECK(uses[0].h100e_tpp == 1.0);
    CHECK(uses[1].h100e_bf16 == Approx(780.0 / 989));
    CHECK(uses[1].h100e_8bit == Approx(780.0 / 989));
    CHECK(uses[1].h100e_tpp == Approx(780.0 * 16 / 15832));
}

TEST_CASE("scenario: a given peak serves a chip without known rates",
          "[estimator][scenario][host]") {
    auto text =
        with(two_paths, "accelerator = \"ascend_910c\"", "accelerator = \"mystery\"");
    text =
        with(text, "[accelerator.ascend_910c]", "[accelerator.mystery]\nit_power = 1k");
    text = with(text, "it_power = 1k", "it_power = 1000\npeak = \"500T\"");
    auto const scenario = read_text(text);
    auto const& use = scenario.paths[0].accelerators[1];
    CHECK(use.peak_flop_per_s == Approx(500e12));
    CHECK(use.precision == "fp8");
    CHECK(use.h100e_8bit == Approx(500.0 / 1979));
    CHECK(use.h100e_bf16 == Approx(250.0 / 989));
    CHECK(use.h100e_tpp == Approx(500.0 * 8 / 15832));
}

TEST_CASE("scenario: knots are sorted and count from the start",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    auto const& cards = scenario.quantities[*scenario.find_quantity("cards")];
    CHECK(cards.kind == QuantityKind::series);
    REQUIRE(cards.knots.size() == 2);
    CHECK(cards.knots[0].month == 0);
    CHECK(cards.knots[0].value.is_fixed());
    CHECK(cards.knots[1].month == 12);
    CHECK(cards.interpolation == Interpolation::linear);
    CHECK(cards.knot_correlation == 1.0);
}

TEST_CASE("scenario: a value in place is a quantity named by its key path",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(two_paths);
    auto const budget = scenario.find_quantity("path.cn.budget");
    REQUIRE(budget);
    CHECK(scenario.quantities[*budget].is_inline);
    CHECK(scenario.quantities[*budget].provenance.source == "B");
    auto const supply = scenario.find_quantity("path.cn.channel.smuggled.supply");
    REQUIRE(supply);
    CHECK(scenario.quantities[*supply].kind == QuantityKind::formula);
    CHECK(scenario.quantities[*supply].provenance.source == "channel");
    // The name of a quantity is that quantity.
    CHECK(scenario.paths[0].channels[2].inputs[ChannelInput::supply].quantity
          == scenario.find_quantity("cards"));
    CHECK_FALSE(scenario.find_quantity("path.cn.channel.domestic.supply"));
    CHECK(scenario.quantities[*scenario.find_quantity("accelerator.h100.mfu")]
              .provenance.confidence
          == "high");
}

TEST_CASE("scenario: every notation of a value works", "[estimator][scenario][host]") {
    auto const scenario = read_text(quantities(R"toml(
[quantity.number]
value = 3
[quantity.text]
unit = "USD"
value = "20k to 27k"
[quantity.three]
value = "1 to 2 to 5"
[quantity.table]
value = { dist = "beta", mean = 0.3, sd = 0.1 }
[quantity.here]
dist = "normal"
mean = 10
sd = 1
[quantity.cut]
value = "1 to 2"
truncate = [1, 2]
[quantity.date]
unit = "date"
value = "2025-01 to 2026-06"
[quantity.formula]
formula = "number * 2"
[quantity.formula_as_value]
value = "text + text"
)toml",
                                               "\"formula\""));
    auto const find = [&](char const* name) -> Quantity const& {
        return scenario.quantities[*scenario.find_quantity(name)];
    };
    CHECK(find("number").value.is_fixed());
    CHECK(find("text").value.quantile(0.05) == Approx(20'000));
    CHECK(find("three").value.quantile(0.5) == Approx(2));
    CHECK(find("table").value.mean() == Approx(0.3));
    CHECK(find("here").value.quantile(0.5) == Approx(10));
    CHECK(find("cut").value.support_max() == 2);
    CHECK(find("date").value.quantile(0.05) == Approx(12));
    CHECK(find("formula").kind == QuantityKind::formula);
    CHECK(find("formula").unit.text == "1");
    CHECK(find("formula_as_value").unit.text == "USD");
}

TEST_CASE("scenario: an override replaces a value", "[estimator][scenario][host]") {
    auto const scenario = read_text(
        two_paths, {{{"path.cn.budget", "500M"}, {"quantity.cards.at.2024-01", "7"}}});
    CHECK(value_of(scenario, scenario.paths[0].inputs[PathInput::budget]) == 5e8);
    CHECK(scenario.quantities[*scenario.find_quantity("cards")].knots[0].value.quantile(
              0.5)
          == 7);
    CHECK(scenario.text_hash != read_text(two_paths).text_hash);
}

TEST_CASE("scenario: correlations", "[estimator][scenario][host]") {
    auto const scenario = read_text(quantities(R"toml(
[quantity.a]
value = "1 to 2"
[quantity.b]
value = "1 to 2"
[quantity.c]
value = "1 to 2"
[quantity.d]
value = "1 to 2"
[[correlation]]
quantities = ["a", "b"]
rank = 0.5
[[correlation]]
quantities = ["c", "d"]
rank = [[1, -0.9], [-0.9, 1]]
source = "S"
)toml",
                                               "\"a\""));
    REQUIRE(scenario.correlations.size() == 2);
    CHECK(scenario.correlations[0].quantities == std::vector<QuantityIndex>{0, 1});
    CHECK(scenario.correlations[0].rank == std::vector<double>{1, 0.5, 0.5, 1});
    CHECK(scenario.correlations[1].rank == std::vector<double>{1, -0.9, -0.9, 1});
}

TEST_CASE("scenario: warnings name what has no source or no reader",
          "[estimator][scenario][host]") {
    auto const scenario = read_text(quantities(R"toml([quantity.a]
unit = "chips/year"
value = 3
[quantity.b]
formula = "a / 12"
)toml",
                                               "\"a\""));
    std::vector<std::string> warnings;
    for (auto const& warning : scenario.warnings) {
        warnings.push_back(format_warning(warning));
    }
    CHECK(warnings
          == std::vector<std::string>{
              "x.toml:6:1: warning: quantity \"a\" has no source; add source = \"...\"",
              "x.toml:9:1: warning: quantity \"b\" is never used; report it: [output] "
              "quantities = [...]",
              "x.toml:10:16: warning: the other side of this 12 is in chip/month\n"
              " 10 | formula = \"a / 12\"\n"
              "    |                ^~ units are converted already: years need no "
              "factor 12"});
}

std::string stage_name(Stage stage) {
    return std::vector<std::string>{
        "scalar", "series", "after_paths", "result"}[static_cast<std::size_t>(stage)];
}

TEST_CASE("scenario: a word that is no file is near a built-in name",
          "[estimator][scenario][host]") {
    auto const profiles = leadtime::hwprofiles::ProfileLibrary::load();
    std::string message;
    try {
        read_scenario("baselin", profiles);
    } catch (leadtime::text::ConfigError const& error) {
        message = error.what();
    }
    auto const others = std::to_string(embedded_scenario_names().size() - 1);
    CHECK(message
          == "baselin: error: file not found (built in: baseline, and " + others
                 + " built on it, see docs/mechanisms.md); did you mean \"baseline\"?");
}

TEST_CASE("dependencies: every formula has its stage",
          "[estimator][dependencies][host]") {
    auto const scenario = read_text(two_paths + R"toml(
[quantity.one]
value = 1
[quantity.s0]
formula = "one * 2"
[quantity.s1]
formula = "at(cards, '2025-01')"
[quantity.t0]
formula = "cards * one"
[quantity.t1]
formula = "year"
[quantity.t2]
formula = "cumsum(one)"
[quantity.t3]
formula = "previous(path.us.run_flop)"
[quantity.t4]
formula = "previous(p0)"
[quantity.p0]
formula = "path.us.run_chips * one"
[quantity.p1]
formula = "cumsum(p0) + t2 * p0"
[quantity.r0]
formula = "crossing(p0, p0)"
[quantity.r1]
formula = "at(t2, '2025-01')"
[quantity.r2]
formula = "r0 * r1 + r0"
[quantity.loop]
formula = "previous(loop) * 0.5 + cards"
unit = "chips/month"
)toml");
    auto const analysis = analyse(scenario);
    for (std::string const name : {"s0",
                                   "s1",
                                   "t0",
                                   "t1",
                                   "t2",
                                   "t3",
                                   "t4",
                                   "p0",
                                   "p1",
                                   "r0",
                                   "r1",
                                   "r2",
                                   "loop",
                                   "one",
                                   "cards"}) {
        INFO(name);
        auto const found = stage_name(analysis.stage[*scenario.find_quantity(name)]);
        auto const expected = name == "one"                       ? "scalar"
                              : name == "cards" || name == "loop" ? "series"
                              : name[0] == 's'                    ? "scalar"
                              : name[0] == 't'                    ? "series"
                              : name[0] == 'p'                    ? "after_paths"
                                                                  : "result";
        CHECK(found == expected);
    }
    CHECK(analysis.has_memory[*scenario.find_quantity("t2")]);
    CHECK_FALSE(analysis.has_memory[*scenario.find_quantity("t0")]);
    CHECK(analysis.order.size() == scenario.quantities.size());
    std::vector<std::size_t> rank(analysis.order.size());
    for (std::size_t i = 0; i < analysis.order.size(); ++i) {
        rank[analysis.order[i]] = i;
    }
    CHECK(rank[*scenario.find_quantity("p0")] < rank[*scenario.find_quantity("r0")]);
    CHECK(rank[*scenario.find_quantity("r0")] < rank[*scenario.find_quantity("r2")]);
}

TEST_CASE("dependencies: names of path metrics come apart",
          "[estimator][dependencies][host]") {
    auto const scenario = read_text(two_paths);
    auto const metric = find_path_metric(scenario, "path.us.chips.h100_sxm");
    REQUIRE(metric);
    CHECK(metric->path == 1);
    CHECK(metric->metric == "chips.h100_sxm");
    CHECK_FALSE(find_path_metric(scenario, "path.eu.run_flop"));
    CHECK_FALSE(find_path_metric(scenario, "cards"));
    CHECK(describe(*metric_dimension("channel.x")) == "chip");
    CHECK(describe(*metric_dimension("h100e_tpp")) == "H100e");
    CHECK(describe(*metric_dimension("lag")) == "month");
    CHECK_FALSE(metric_dimension("lags"));
    auto const of_reference = readable_metrics(scenario, 1);
    CHECK(std::count(of_reference.begin(), of_reference.end(), "lag") == 0);
    auto const of_other = readable_metrics(scenario, 0);
    CHECK(std::count(of_other.begin(), of_other.end(), "channel.smuggled") == 1);
}

}  // namespace
