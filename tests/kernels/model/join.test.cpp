// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/reader/read_scenario.hpp"

#include "tests/support/random_values.hpp"
#include "tests/support/sampled.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

// Pools that do a run together (docs/model.md 3), against results worked out by hand and
// against runs of single pools.

using namespace leadtime;
using Catch::Approx;
using Metrics = std::map<std::string, double>;

namespace {

/// Chips that are there, by accelerator; a name that ends in `@PLACE` is elsewhere.
using Fleet = std::vector<std::pair<std::string, double>>;

std::string scenario_of(Fleet const& fleet, std::string const& more) {
    std::string text =
        "[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = \"2024-01\"\n"
        "[path.a]\nbudget = 0\nrun_months = 3\nprecision = \"fp8\"\n"
        "pue = 1.2\nelectricity_price = 0.07\nlife = 5\n";
    int number = 0;
    for (auto const& [name, chips] : fleet) {
        auto const at = name.find('@');
        text +=
            fmt::format("[path.a.channel.c{}]\nkind = \"stock\"\naccelerator = \"{}\"\n"
                        "initial = {}\n",
                        number++,
                        name.substr(0, at),
                        chips);
        if (at != std::string::npos) {
            text += "place = \"" + name.substr(at + 1) + "\"\n";
        }
    }
    return text + more;
}

/// Price, rent and, where it is not modelled, MFU of each accelerator.
std::string accelerators(std::vector<std::pair<std::string, double>> const& mfus) {
    std::string text;
    for (auto const& [id, mfu] : mfus) {
        text += "[accelerator." + id + "]\nprice = 30e3\nrental_price = 2\n";
        if (mfu > 0) {
            text += fmt::format("mfu = {}\ngoodput = 0.9\n", mfu);
        }
    }
    return text;
}

std::string const given = accelerators(
    {{"h100_sxm", 0.4}, {"h200_sxm", 0.4}, {"b200", 0.3}, {"ascend_910c", 0.5}});
std::string const modelled =
    accelerators({{"h100_sxm", 0}, {"h200_sxm", 0}, {"b200", 0}, {"h20", 0}});

/// The metrics of the first step in the first sample.
Metrics metrics_of(std::string const& text) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    auto const scenario = estimator::read_scenario_text(text, "x.toml", profiles);
    auto const plan = estimator::compile(scenario);
    auto const values = tests::all_outputs(plan, 1, {0, 1});
    Metrics result;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        if (plan.outputs[i].step == 0) {
            result[plan.outputs[i].metric] =
                static_cast<double>(values[i]) / plan.outputs[i].scale;
        }
    }
    return result;
}

Metrics metrics_of(Fleet const& fleet, std::string const& more) {
    return metrics_of(scenario_of(fleet, more));
}

constexpr double h100_flop_per_s = 1979e12 * 0.4;  // planned, FP8
constexpr double b200_flop_per_s = 4500e12 * 0.3;
constexpr double run_s = 3 * 730.5 * 3600;

}  // namespace

TEST_CASE("join: two generations do a run together, by hand", "[model][join]") {
    auto const alone = metrics_of({{"h100_sxm", 10e3}, {"b200", 4e3}}, given);
    CHECK(alone.at("run_flop") == Approx(10e3 * h100_flop_per_s * 0.9 * run_s));
    CHECK(alone.at("run_pools") == 1);
    CHECK(alone.at("carried_by.h100_sxm") == 1);
    CHECK(alone.at("carried_by.b200") == 0);

    auto const joined =
        metrics_of({{"h100_sxm", 10e3}, {"b200", 4e3}},
                   given + "[join]\nefficiency = 0.9\none_generation_apart = 0.8\n");
    // carried by the H100: 10,000 of them and 0.8 of what 4,000 B200 do
    double const others = 0.8 * 4e3 * b200_flop_per_s;
    double const rate = 0.9 * (10e3 * h100_flop_per_s + others);
    CHECK(joined.at("run_flop") == Approx(rate * 0.9 * run_s));
    CHECK(joined.at("run_pools") == 2);
    CHECK(joined.at("run_chips") == Approx(14e3));
    CHECK(joined.at("run_chips_used") == Approx(14e3));
    CHECK(joined.at("run_fleet_share") == Approx(1));
    CHECK(joined.at("run_cost_upfront_usd") == Approx(14e3 * 30e3));
    // MFU of all that is there
    double const peak = 10e3 * 1979e12 + 4e3 * 4500e12;
    CHECK(joined.at("run_mfu") == Approx(rate / peak));
    double const part = others / (10e3 * h100_flop_per_s + others);
    CHECK(joined.at("carried_by.b200") == Approx(part));
    CHECK(joined.at("carried_by.h100_sxm") == Approx(1 - part));
    CHECK(joined.at("carried_by.channel.c1") == Approx(part));
}

TEST_CASE("join: other places and ecosystems need a link", "[model][join]") {
    Fleet const fleet{
        {"h100_sxm", 10e3}, {"h200_sxm@abroad", 8e3}, {"ascend_910c", 20e3}};
    auto const flop = [&](std::string const& join) {
        return metrics_of(fleet, given + "[join]\nefficiency = 1\n" + join)
                   .at("run_flop")
               / (0.9 * run_s);
    };
    double const h = 10e3 * h100_flop_per_s;
    double const abroad = 8e3 * h100_flop_per_s;  // an H200 has the peak of an H100
    double const ascend = 20e3 * 0.5 * 752e12;    // BF16: it has no FP8
    CHECK(flop("") == Approx(h));
    CHECK(flop("link = 0.5\n") == Approx(h + 0.5 * abroad));
    CHECK(flop("mixed = 0.7\n") == Approx(h + 0.7 * ascend));
    CHECK(flop("link = 0.5\nmixed = 0.7\n") == Approx(h + 0.5 * abroad + 0.7 * ascend));
    auto const all =
        metrics_of(fleet, given + "[join]\nefficiency = 1\nlink = 1\nmixed = 1\n");
    CHECK(all.at("run_pools") == 3);
    CHECK(all.at("run_flop") == Approx((h + abroad + ascend) * 0.9 * run_s));
}

TEST_CASE("join: a run beyond a campus does what a campus does, or all at a loss",
          "[model][join]") {
    auto const run = [&](double limit, double efficiency) {
        return metrics_of(
            {{"h100_sxm", 10e3}},
            given
                + fmt::format("[join]\nsite_limit = {}\nsite_efficiency = {}\n",
                              limit,
                              efficiency));
    };
    double const each = h100_flop_per_s * 0.9 * run_s;
    CHECK(run(20e3, 0.5).at("run_flop") == Approx(10e3 * each));
    CHECK(run(6e3, 0.5).at("run_flop") == Approx(6e3 * each));
    CHECK(run(6e3, 0.5).at("run_chips") == Approx(6e3));
    CHECK(run(6e3, 0.8).at("run_flop") == Approx(8e3 * each));
    CHECK(run(6e3, 0.8).at("run_chips") == Approx(10e3));
}

TEST_CASE("join: one pool is what it is without, and halves are what the whole is",
          "[model][join][cluster]") {
    for (auto const* id : {"h100_sxm", "b200", "h20"}) {
        CAPTURE(id);
        auto const alone = metrics_of({{id, 6144}}, modelled);
        auto joined = metrics_of({{id, 6144}}, modelled + "[join]\n");
        // the MFU of joined pools is worked out from their rate: a last bit may differ
        CHECK(joined.at("run_mfu") == Approx(alone.at("run_mfu")).epsilon(1e-6));
        joined["run_mfu"] = alone.at("run_mfu");
        CHECK(alone == joined);
        auto const halves =
            metrics_of({{id, 3072}, {std::string(id) + "@abroad", 3072}},
                       modelled + "[join]\nefficiency = 1\nlink = 1\n");
        for (auto const* metric :
             {"run_flop", "run_mfu", "run_goodput", "run_params", "run_chips"}) {
            CAPTURE(metric);
            CHECK(halves.at(metric) == Approx(alone.at(metric)).epsilon(1e-5));
        }
        CHECK(halves.at("run_pools") == 2);
    }
}

TEST_CASE("join: what would cost more by its failures than it does stays out",
          "[model][join][cluster]") {
    // 400,000 H20 have a seventh of the rate of as many H100
    std::string const failing = "[cluster]\nmtbf = 40000\nrestart_time = 600\n";
    std::string const join = "[join]\nefficiency = 1\n";
    auto const alone = metrics_of({{"h100_sxm", 200e3}}, modelled + failing);
    auto const joined =
        metrics_of({{"h100_sxm", 200e3}, {"h20", 400e3}}, modelled + failing + join);
    CHECK(joined.at("run_pools") == 1);
    CHECK(joined.at("run_flop") == alone.at("run_flop"));
    auto const few =
        metrics_of({{"h100_sxm", 5e3}, {"h20", 5e3}}, modelled + failing + join);
    CHECK(few.at("run_pools") == 2);
}

TEST_CASE("join: more accelerators never leave a smaller run",
          "[model][join][cluster]") {
    tests::RandomChoice choice(17);
    std::vector<std::string> const ids{"h100_sxm", "h200_sxm", "b200", "h20"};
    int fewer = 0;
    double worst = 1.0;
    for (int trial = 0; trial < 300; ++trial) {
        Fleet fleet;
        for (auto const& id : ids) {
            if (choice.chance(0.6) || fleet.empty()) {
                fleet.emplace_back(id, std::round(choice.around(2e4, 6.0)));
            }
        }
        auto const join = fmt::format("[join]\nefficiency = {}\n[job]\nmoe = {}\n",
                                      choice.uniform(0.8, 1.0),
                                      choice.chance(0.5) ? 1 : 0);
        auto const before = metrics_of(fleet, modelled + join).at("run_flop");
        auto& [id, chips] = fleet[static_cast<std::size_t>(
            choice.integer(0, static_cast<int>(fleet.size()) - 1))];
        chips = std::round(chips * choice.uniform(1.1, 2.0));
        double const ratio = metrics_of(fleet, modelled + join).at("run_flop") / before;
        fewer += ratio < 0.98 ? 1 : 0;
        worst = std::min(worst, ratio);
    }
    CAPTURE(worst);
    CHECK(fewer
          <= 12);  // 4 %: layouts come in whole numbers, and split experts in steps
    CHECK(worst > 0.85);
}
