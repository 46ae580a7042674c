// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_path.hpp"

#include "tests/support/reference.hpp"
#include "tests/support/scenario_builder.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <string>

namespace leadtime::tests {

namespace {

using Catch::Approx;
using estimator::AcceleratorInput;
using estimator::Channel;
using estimator::ChannelKind;
using estimator::Path;

}  // namespace

TEST_CASE("reference: one channel with a lead of 1.5 months, by hand", "[support]") {
    ScenarioBuilder builder(4);
    Path path = builder.path("a");
    Channel channel = builder.channel("buy", ChannelKind::purchase);
    channel.inputs[estimator::ChannelInput::lead] = builder.fixed(1.5);
    channel.inputs[estimator::ChannelInput::loss] = builder.fixed(0.1);
    channel.inputs[estimator::ChannelInput::fee] = builder.fixed(0.25);  // 25,000 USD
    channel.inputs[estimator::ChannelInput::cap_total] = builder.fixed(75.0);
    channel.cap_from = 1;
    path.channels.push_back(channel);
    path.inputs[estimator::PathInput::attrition] = builder.fixed(0.01);
    path.inputs[estimator::PathInput::staff_cost] = builder.fixed(1e4);
    builder.scenario.paths.push_back(path);
    auto const rows = reference_sample(builder.scenario, 1, 0);
    auto const at = [&](std::string const& metric, int step) {
        return reference_value(rows, "a", metric, step);
    };
    // 1e6 a month buys 40, 40, then 35 of the cap, then none.
    CHECK(at("spend_usd", 0) == Approx(1e6));
    CHECK(at("spend_usd", 2) == Approx(35 * 25e3));
    CHECK(at("spend_usd", 3) == 0.0);
    CHECK(at("cash_usd", 3) == Approx(125e3 + 1e6));
    CHECK(at("cumulative_spend_usd", 3) == Approx(115 * 25e3));
    double const keep = std::exp(-0.01);
    double const second = 18.0 * keep + 36.0;
    CHECK(at("channel.buy", 0) == 0.0);
    CHECK(at("channel.buy", 1) == Approx(18.0));
    CHECK(at("channel.buy", 2) == Approx(second));
    CHECK(at("chips.chip", 3) == Approx(second * keep + 18.0 + 15.75));
    CHECK(at("h100e_bf16", 1) == Approx(27.0));
    CHECK(at("power_w", 1) == Approx(18.0 * 1250.0));
    double const flop = 18.0 * 1e15 * 0.5 * 0.8 * 2.0 * 730.5 * 3600.0;
    CHECK(at("run_flop", 1) == Approx(flop));
    CHECK(at("run_cost_upfront_usd", 1) == Approx(18.0 * 25e3));
    CHECK(at("run_cost_rental_usd", 1) == Approx(18.0 * 2.0 * 2.0 * 730.5));
    double const hardware = 25e3 / 48.0 * 2.0 / 0.8;
    double const energy = 1.0 * 1.25 * 0.8 * 0.05 * 2.0 * 730.5;  // kW, USD/kWh, h
    CHECK(at("run_cost_amortised_usd", 1) == Approx(18.0 * (hardware + energy) + 2e4));
    CHECK(at("run_cost_amortised_usd", 0) == 0.0);
    CHECK(at("usd_per_1e24_flop_rental", 1)
          == Approx(at("run_cost_rental_usd", 1) / flop * 1e24));
    CHECK(at("usd_per_1e24_flop_rental", 0) == 0.0);
    CHECK(at("run_mfu", 0) == 0.0);
}

TEST_CASE("reference: power is cut from the least FLOP per watt, by hand",
          "[support]") {
    ScenarioBuilder builder(2);
    Path path = builder.path("a");
    estimator::AcceleratorUse better = path.accelerators[0];
    better.profile = "better";
    better.generation = path.accelerators[0].generation = 1;
    better.inputs[AcceleratorInput::it_power] = builder.fixed(500.0);
    path.accelerators.push_back(better);
    Channel old = builder.channel("old", ChannelKind::stock);
    old.inputs[estimator::ChannelInput::initial] = builder.fixed(100.0);
    old.inputs[estimator::ChannelInput::initial_age] = builder.fixed(10.0);
    Channel fresh = old;
    fresh.name = "fresh";
    fresh.accelerator = 1;
    fresh.inputs[estimator::ChannelInput::initial_age] = {};
    Channel rent = builder.channel("rent", ChannelKind::rental);
    rent.inputs[estimator::ChannelInput::supply] = builder.fixed(60.0);
    path.channels = {old, fresh, rent};
    path.depreciation = estimator::Depreciation::exponential;
    path.inputs[estimator::PathInput::power_cap] = builder.fixed(1.25 * (50e3 + 40e3));
    path.join.emplace();
    (*path.join)[estimator::JoinInput::efficiency] = builder.fixed(0.9);
    (*path.join)[estimator::JoinInput::site_limit] = {{}, estimator::unlimited};
    builder.scenario.paths.push_back(path);
    auto const rows = reference_sample(builder.scenario, 1, 0);
    auto const at = [&](std::string const& metric) {
        return reference_value(rows, "a", metric, 1);
    };
    // The better 100 run in full (50 kW), 40 of the old on 40 kW, 60 rented elsewhere.
    CHECK(at("chips.chip") == Approx(160.0));
    CHECK(at("power_w") == Approx(1.25 * 90e3));
    CHECK(at("run_chips") == Approx(200.0));
    CHECK(at("run_flop") == Approx(0.9 * 200.0 * 4e14 * 2.0 * 730.5 * 3600.0));
    CHECK(at("run_cost_upfront_usd") == Approx(200.0 * 20e3));
    double const rent_cost = 60.0 * 2.0 * 730.5;
    CHECK(at("spend_usd") == Approx(rent_cost));
    double const fade = std::log(10.0) * 0.01;  // per month of a new chip's value
    double const hardware =
        20e3 * fade * 2.0 / 0.8
        * (40.0 * std::pow(10.0, -0.01 * 11.0) + 100.0 * std::pow(10.0, -0.01) + 60.0);
    double const watts = (40.0 + 60.0) * 1000.0 + 100.0 * 500.0;
    double const energy = watts / 1000.0 * 1.25 * 0.8 * 0.05 * 2.0 * 730.5;
    CHECK(at("run_cost_amortised_usd") == Approx(hardware + energy));
}

TEST_CASE("reference: software gates a run for the part of a step", "[support]") {
    ScenarioBuilder builder(4);
    Path path = builder.path("a");
    Channel stock = builder.channel("old", ChannelKind::stock);
    stock.inputs[estimator::ChannelInput::initial] = builder.fixed(100.0);
    stock.inputs[estimator::ChannelInput::max_cluster] = builder.fixed(80.0);
    path.channels = {stock};
    path.accelerators[0].inputs[AcceleratorInput::software_ready] = builder.fixed(0.25);
    path.accelerators[0].inputs[AcceleratorInput::port_delay] = builder.fixed(0.5);
    path.accelerators[0].inputs[AcceleratorInput::abort] = builder.fixed(0.6);
    path.accelerators[0].inputs[AcceleratorInput::retry_delay] = builder.fixed(1.0);
    builder.scenario.paths.push_back(path);
    auto const rows = reference_sample(builder.scenario, 1, 0);
    CHECK(reference_value(rows, "a", "run_chips", 0) == 0.0);
    CHECK(reference_value(rows, "a", "run_chips", 1) == Approx(20.0));
    CHECK(reference_value(rows, "a", "run_chips", 2) == Approx(80.0));
}

}  // namespace leadtime::tests
