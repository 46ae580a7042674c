// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

using namespace leadtime;
using Catch::Approx;

namespace {

/// A path that starts with `chips` of each accelerator and trains on all of them.
std::string path_with(std::string const& name,
                      std::vector<std::string> const& accelerators,
                      double chips) {
    std::string text = "[path." + name
                       + "]\n"
                         "budget = 0\nrun_months = 3\nprecision = \"fp8\"\npue = 1.2\n"
                         "electricity_price = 0.07\nlife = 5\n";
    for (auto const& accelerator : accelerators) {
        text += fmt::format("[path.{}.channel.{}]\nkind = \"stock\"\n"
                            "accelerator = \"{}\"\ninitial = {}\n",
                            name,
                            accelerator,
                            accelerator,
                            chips);
    }
    return text;
}

std::string accelerator(std::string const& id, std::string const& more = {}) {
    return "[accelerator." + id + "]\nprice = 30e3\nrental_price = 2\n" + more + "\n";
}

std::string const header =
    "[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = \"2024-01\"\n";

/// The metrics of the first step of a path in the first sample.
std::map<std::string, double> metrics_of(std::string const& text,
                                         std::string const& path) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    auto const scenario =
        estimator::read_scenario_text(header + text, "x.toml", profiles);
    auto const plan = estimator::compile(scenario);
    auto const values = tests::all_outputs(plan, 1, {0, 1});
    std::map<std::string, double> result;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        if (plan.outputs[i].path == path && plan.outputs[i].step == 0) {
            result[plan.outputs[i].metric] = static_cast<double>(values[i]);
        }
    }
    return result;
}

double time_of(std::map<std::string, double> const& metrics) {
    double sum = 0;
    for (auto const& [name, value] : metrics) {
        if (name.starts_with("run_time_")) {
            CHECK(value >= 0);
            sum += value;
        }
    }
    return sum;
}

}  // namespace

TEST_CASE("cluster in paths: MFU and goodput given win; one of them may stay away",
          "[estimator][cluster][model]") {
    auto const path = path_with("a", {"h100_sxm"}, 10'000);
    auto const both =
        metrics_of(accelerator("h100_sxm", "mfu = 0.3\ngoodput = 0.8") + path, "a");
    CHECK(both.at("run_mfu") == Approx(0.3));
    CHECK(both.at("run_goodput") == Approx(0.8));
    CHECK_FALSE(both.contains("run_params"));  // no cluster model, no such metric

    auto const neither = metrics_of(accelerator("h100_sxm") + path, "a");
    auto const mfu = metrics_of(accelerator("h100_sxm", "mfu = 0.3") + path, "a");
    auto const goodput =
        metrics_of(accelerator("h100_sxm", "goodput = 0.8") + path, "a");
    CHECK(mfu.at("run_mfu") == Approx(0.3));
    CHECK(mfu.at("run_goodput") == Approx(neither.at("run_goodput")));
    CHECK(goodput.at("run_goodput") == Approx(0.8));
    CHECK(goodput.at("run_mfu") == Approx(neither.at("run_mfu")).epsilon(0.05));
    CHECK(time_of(neither) == Approx(1));
    CHECK(time_of(goodput) == Approx(1));
}

TEST_CASE("cluster in paths: the run has the size that its FLOP pay for",
          "[estimator][cluster][model]") {
    auto const job = std::string("[job]\nmoe = 0\ntokens_per_param = 40\n");
    auto const m = metrics_of(
        accelerator("h100_sxm") + job + path_with("a", {"h100_sxm"}, 16'384), "a");
    double const seconds = 3 * 730.5 * 3600;
    CHECK(
        m.at("run_flop")
        == Approx(16'384 * 1979e12 * m.at("run_mfu") * m.at("run_goodput") * seconds));
    // planned with 0.5 g q e_p and nine tenths of the time: 0.5 x 0.92 x 0.93 x 0.71
    double const planned = 16'384 * 1979e12 * 0.5 * 0.92 * 0.93 * 0.71 * 0.9 * seconds;
    double const params = std::sqrt(planned / (6 * 40));
    CHECK(m.at("run_params") == Approx(params).epsilon(1e-4));
    double const width = std::cbrt(params * 128 / 12);
    double const per_token =
        6 * (params + 128e3 * width) + 6 * width / 128 * width * 8192;
    CHECK(m.at("run_tokens") == Approx(m.at("run_flop") / per_token).epsilon(1e-4));
}

TEST_CASE("cluster in paths: a job is made to fit; where none does there is no run",
          "[estimator][cluster][model]") {
    auto const path = path_with("a", {"h100_sxm"}, 64);
    auto const roomy = metrics_of(accelerator("h100_sxm", "memory = 2000") + path, "a");
    auto const usual = metrics_of(accelerator("h100_sxm") + path, "a");
    CHECK(usual.at("run_does_not_fit") == 0);
    CHECK(usual.at("run_flop") > 0);
    CHECK(usual.at("run_params") < roomy.at("run_params"));
    // 0.1 GB hold no job at all
    auto const tiny = metrics_of(accelerator("h100_sxm", "memory = 0.1") + path, "a");
    CHECK(tiny.at("run_does_not_fit") == 1);
    CHECK(tiny.at("run_flop") == 0);
    CHECK(tiny.at("run_cost_amortised_usd") == 0);
    for (auto const& [name, value] : tiny) {
        CAPTURE(name);
        CHECK((std::isfinite(value) || name == "lag_months"));
    }
    // another pool trains: nothing to report
    auto const other =
        metrics_of(accelerator("h100_sxm", "memory = 0.1") + accelerator("b200")
                       + path_with("a", {"h100_sxm", "b200"}, 64),
                   "a");
    CHECK(other.at("run_does_not_fit") == 0);
    CHECK(other.at("run_flop") > 0);
}

TEST_CASE("cluster in paths: the run is that of the best pool, whatever is skipped",
          "[estimator][cluster][model]") {
    std::vector<std::string> const all{"h100_sxm", "gb300_nvl72", "h20", "ascend_910c"};
    std::string accelerators;
    double best = 0;
    for (auto const& id : all) {
        accelerators += accelerator(id);
    }
    for (auto const& id : all) {
        auto const alone =
            metrics_of(accelerator(id) + path_with("a", {id}, 20'000), "a");
        best = std::max(best, alone.at("run_flop"));
    }
    std::vector<std::string> const backwards(all.rbegin(), all.rend());
    for (auto const& order : {all, backwards}) {
        auto const m = metrics_of(accelerators + path_with("a", order, 20'000), "a");
        CHECK(m.at("run_flop") == best);
    }
}

TEST_CASE("cluster in paths: more accelerators do not do less, each of them does",
          "[estimator][cluster][model]") {
    for (std::string const id : {"h100_sxm", "gb300_nvl72", "ascend_910c"}) {
        for (std::string const moe : {"0", "1"}) {
            double flop = 0;
            double goodput = 1;
            for (double chips = 256; chips < 2e7; chips *= 2) {
                auto const m = metrics_of(accelerator(id) + "[job]\nmoe = " + moe + "\n"
                                              + path_with("a", {id}, chips),
                                          "a");
                CAPTURE(id, moe, chips, flop);
                // the model grows too, and layouts come in powers of two
                CHECK(m.at("run_flop") >= flop * 0.92);
                CHECK(m.at("run_goodput") <= goodput * 1.05);
                flop = std::max(flop, m.at("run_flop"));
                goodput = m.at("run_goodput");
            }
        }
    }
}

TEST_CASE(
    "cluster in paths: mfu may be left to the model though another table states it",
    "[estimator][cluster]") {
    std::string const path = path_with("a", {"h100_sxm"}, 4096);
    std::string const left = "mfu = \"cluster_model\"\ngoodput = \"cluster_model\"\n";
    auto const modelled = metrics_of(accelerator("h100_sxm") + path, "a");
    auto const stated =
        metrics_of(accelerator("h100_sxm", "mfu = 0.9\ngoodput = 1") + path, "a");
    auto const returned =
        metrics_of(accelerator("h100_sxm", "mfu = 0.9\ngoodput = 1") + path
                       + "[path.a.accelerator.h100_sxm]\n" + left,
                   "a");
    CHECK(stated.at("run_mfu") == Approx(0.9));
    CHECK(modelled.at("run_mfu") < 0.7);
    CHECK(returned == modelled);
    CHECK(metrics_of(accelerator("h100_sxm", left) + path, "a") == modelled);
}
