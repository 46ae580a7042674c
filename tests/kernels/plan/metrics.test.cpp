// SPDX-License-Identifier: Apache-2.0
#include "kernels/plan/metrics.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/quantities/unit.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/dependencies.hpp"

#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace leadtime;

namespace {

/// Two paths that buy 9,000 and `own_supply` chips a month, run under the cluster model
/// and make progress.
std::string two_paths(std::string const& memory = "80",
                      std::string const& own_supply = "3000") {
    std::string text =
        "[scenario]\nname = \"x\"\nstart = \"2024-01\"\nend = \"2024-06\"\n"
        "reference = \"first\"\n[accelerator.h100_sxm]\nprice = 30e3\n"
        "rental_price = 2\nmemory = "
        + memory + "\n";
    for (std::string const path : {"first", "own"}) {
        std::string const supply = path == "first" ? "9000" : own_supply;
        text += "[path." + path
                + "]\nbudget = 1e9\nrun_months = 3\nprecision = \"fp8\"\npue = 1.2\n"
                  "electricity_price = 0.07\nlife = 5\nprogress.doubling_time = 9\n"
                  "channel.buy = { kind = \"purchase\", accelerator = \"h100_sxm\", "
                  "supply = "
                + supply + " }\n";
    }
    return text;
}

estimator::Scenario read(std::string const& text) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    return estimator::read_scenario_text(text, "x.toml", profiles);
}

/// Calls f with each row of the three tables.
template <class Function>
void for_each_metric(Function const& f) {
    std::ranges::for_each(kernels::path_metrics, f);
    std::ranges::for_each(kernels::cluster_metrics, f);
    std::ranges::for_each(kernels::progress_metrics, f);
}

}  // namespace

TEST_CASE("metrics: results and formulas have all of the tables, in their order",
          "[kernels][metrics]") {
    auto const scenario = read(two_paths());
    auto const plan = estimator::compile(scenario);
    std::vector<std::string> columns;
    std::vector<std::string> of_reference;
    for (auto const& output : plan.outputs) {
        if (output.step == 0) {
            (output.path == "own" ? columns : of_reference).push_back(output.metric);
        }
    }
    std::vector<std::string> wanted;
    std::vector<std::string> wanted_of_reference;
    for (auto const& metric : kernels::path_metrics) {
        wanted.emplace_back(metric.name);
        if (metric.stage < kernels::MetricStage::compared) {
            wanted_of_reference.emplace_back(metric.name);
        }
    }
    REQUIRE(columns.size() >= wanted.size());
    CHECK(std::equal(wanted.begin(), wanted.end(), columns.begin()));
    CHECK(std::equal(
        wanted_of_reference.begin(), wanted_of_reference.end(), of_reference.begin()));
    auto const readable = estimator::readable_metrics(scenario, 1);
    for_each_metric([&](auto const& metric) {
        std::string const name(metric.name);
        CAPTURE(name);
        CHECK(std::ranges::count(columns, name) == 1);
        CHECK(std::ranges::count(readable, name) == 1);
        std::string problem;
        std::string suggestion;
        auto const unit = estimator::parse_unit(metric.unit, {}, problem, suggestion);
        REQUIRE(unit);
        CHECK(estimator::metric_dimension(name) == unit->dimension);
        CHECK(unit->scale == 1.0);  // rows and outputs are in base units
    });
}

TEST_CASE("metrics: the kernels give each of the tables", "[kernels][metrics]") {
    std::set<std::string> given;  // rows begin as 0: what nobody writes stays so
    for (auto const& text : {two_paths("80", "3000"),      // behind: a lag
                             two_paths("80", "30000"),     // ahead: parity
                             two_paths("0.1", "3000")}) {  // no job fits
        auto const plan = estimator::compile(read(text));
        auto const values = tests::all_outputs(plan, 1, {0, 1});
        for (std::size_t row = 0; row < plan.outputs.size(); ++row) {
            if (values[row] != 0.0f) {
                given.insert(plan.outputs[row].metric);
            }
        }
    }
    for_each_metric([&](auto const& metric) {
        CAPTURE(metric.name);
        // Latency decides no run of these; that shares of time sum to 1 is tested in
        // cluster_paths.test.cpp.
        CHECK((given.contains(std::string(metric.name))
               || metric.name == "run_time_latency"));
    });
}

TEST_CASE("metrics: docs/model.md tells of each", "[kernels][metrics]") {
    std::ifstream file(tests::source_path("docs/model.md"));
    std::stringstream text;
    text << file.rdbuf();
    for_each_metric([&](auto const& metric) {
        CAPTURE(metric.name);
        CHECK(text.str().find("`" + std::string(metric.name) + "`")
              != std::string::npos);
    });
}
