// SPDX-License-Identifier: Apache-2.0
#include "estimator/scenario/quantile_levels.hpp"

#include "estimator/output/comparison/csv.hpp"
#include "estimator/output/comparison/json.hpp"
#include "estimator/output/estimate/csv.hpp"
#include "estimator/output/estimate/json.hpp"
#include "estimator/output/estimate/level_table.hpp"
#include "estimator/output/estimate/netcdf_reader.hpp"
#include "estimator/output/estimate/netcdf_writer.hpp"
#include "estimator/output/report_json.hpp"
#include "estimator/output/sweep/folder.hpp"
#include "estimator/output/sweep/report.hpp"
#include "estimator/output/write_error.hpp"
#include "estimator/study/until.hpp"

#include "tests/estimator/output/sweep/sweep_fixture.hpp"
#include "tests/estimator/reader/scenario_texts.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;
using Catch::Matchers::Message;
using nlohmann::json;
using Levels = std::vector<double>;
using Places = std::vector<std::size_t>;

Scenario swept_with(Levels const& levels) {
    auto scenario = tests::read_swept({});
    scenario.levels = QuantileLevels(levels);
    return scenario;
}

Result run_with(Levels const& levels, std::vector<std::string> keep = {}) {
    RunOptions options;
    options.samples = 20'000;
    options.always_binned = true;
    options.keep = std::move(keep);
    return tests::estimate(swept_with(levels), options);
}

/// The errors of a scenario with this list.
std::string errors_with(std::string const& list) {
    return errors_of(test_header
                     + "[quantity.a]\nvalue = 1\n[output]\nquantities = [\"a\"]\n"
                     + "quantiles = " + list + "\n");
}

}  // namespace

TEST_CASE("quantile levels: those of every run come first, the others ascend",
          "[estimator][scenario][levels]") {
    QuantileLevels const standard;
    CHECK(standard.are_standard());
    CHECK(standard.all() == Levels{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99});
    CHECK(standard.reported() == Places{0, 1, 2, 3, 4, 5, 6});
    QuantileLevels const levels({0.999, 0.5, 0.001, 0.37});
    CHECK_FALSE(levels.are_standard());
    CHECK(levels.size() == 10);
    CHECK(Levels(levels.all().begin() + 7, levels.all().end())
          == Levels{0.001, 0.37, 0.999});
    CHECK(levels.reported_levels() == Levels{0.001, 0.37, 0.5, 0.999});
    CHECK(levels.reported() == Places{7, 8, 3, 9});
    CHECK(levels.ascending() == Places{7, 0, 1, 2, 8, 3, 4, 5, 6, 9});
    CHECK(levels.is_reported(3));
    CHECK_FALSE(levels.is_reported(0));
    CHECK_FALSE(QuantileLevels({0.5}).are_standard());
    CHECK(QuantileLevels({0.99, 0.01, 0.05, 0.25, 0.95, 0.75, 0.5}).are_standard());
    CHECK(quantile_name(0.05) == "p5");
    CHECK(quantile_name(0.29) == "p29");
    CHECK(quantile_name(0.999) == "p99.9");
    CHECK(quantile_name(1.0 - 1e-9) == "p99.9999999");
}

TEST_CASE("quantile levels: each wrong list of a scenario is refused at its place",
          "[estimator][scenario][levels][bad_input]") {
    auto const refused = [](std::string const& list, std::string const& what) {
        CAPTURE(list);
        auto const errors = errors_with(list);
        CHECK(errors.substr(0, errors.find('\n')) == what);
    };
    CHECK(errors_with("[0.05, 0.5, 0.95]") == "ok");
    CHECK(errors_with("[0.95, 0.05]") == "ok");
    refused("[0.05, 1.5]",
            "x.toml:15:20: error: 1.5 is no quantile level (a level lies between 0 and "
            "1, 1e-9 away from both)");
    refused("[0, 0.5]",
            "x.toml:15:14: error: 0 is no quantile level (a level lies between 0 and "
            "1, 1e-9 away from both)");
    refused("[0.05, 0.5, 0.05]",
            "x.toml:15:25: error: the quantile level 0.05 is there twice");
    refused("[]",
            "x.toml:15:13: error: there are no quantile levels (leave the list out)");
    refused("[0.5, \"p5\"]",
            "x.toml:15:19: error: \"quantiles\" must be a number (found the string "
            "\"p5\")");
    refused("0.5", "x.toml:15:13: error: \"quantiles\" must be an array (found 0.5)");
    std::string many = "[0.5";
    for (int i = 1; i <= 32; ++i) {
        many += ", 0." + std::to_string(100 + i);
    }
    refused(many + "]",
            "x.toml:15:13: error: there are 33 quantile levels (at most 32)");
}

TEST_CASE("quantile levels: unusual ones of a run are those of the sorted samples",
          "[estimator][scenario][levels]") {
    Levels const asked{0.001, 0.37, 0.999};
    auto const binned = run_with(asked);
    auto const kept = run_with(asked, {"y"});
    REQUIRE(kept.kept.size() == 1);
    auto sorted = kept.kept[0].values;
    std::sort(sorted.begin(), sorted.end());
    auto const& row = binned.rows[0];
    auto const& exact = kept.rows[0];
    REQUIRE(row.quantiles.size() == 10);
    double const spread = exact.quantiles[5] - exact.quantiles[1];
    for (std::size_t i = 0; i < row.quantiles.size(); ++i) {
        double const p = binned.levels[i];
        double const rank = p * (static_cast<double>(sorted.size()) - 1.0);
        auto const low = static_cast<std::size_t>(rank);
        double const weight = rank - std::floor(rank);
        double const value = sorted[low]
                             + weight
                                   * (static_cast<double>(sorted[low + 1])
                                      - static_cast<double>(sorted[low]));
        CAPTURE(p, value);
        CHECK(exact.quantiles[i] == Approx(value).epsilon(1e-6));
        CHECK(std::abs(row.quantiles[i] - value)
              <= std::max(0.001 * std::abs(value), 0.002 * spread));
        CHECK(row.quantile_standard_errors[i] > 0.0);
        CHECK(row.quantile_standard_errors[i]
              == Approx(exact.quantile_standard_errors[i]).epsilon(0.2));
    }
}

TEST_CASE("quantile levels: qmc has an error from its replicates for each",
          "[estimator][scenario][levels]") {
    RunOptions options;
    options.samples = 16'384;
    options.sampler = Sampler::qmc;
    auto const result = tests::estimate(swept_with({0.001, 0.37, 0.999}), options);
    REQUIRE(result.rows[0].quantile_standard_errors.size() == 10);
    for (double const error : result.rows[0].quantile_standard_errors) {
        CHECK(error > 0.0);
        CHECK(error < 0.5);
    }
}

TEST_CASE("quantile levels: the list is that of the table, JSON, CSV and netCDF",
          "[estimator][scenario][levels][output]") {
    auto result = run_with({0.999, 0.025, 0.5});
    result.origin.program = "leadtime 0.1.0 (test)";
    auto const document = json::parse(run_json(result));
    CHECK(document["quantile_levels"] == json{0.025, 0.5, 0.999});
    auto const& y = document["outputs"]["y"];
    CHECK(y["p2.5"] == result.rows[0].quantiles[7]);
    CHECK(y["p50"] == result.rows[0].quantiles[3]);
    CHECK(y["p99.9"] == result.rows[0].quantiles[8]);
    CHECK(y.contains("p99.9_se"));
    CHECK_FALSE(y.contains("p05"));
    auto const csv = summary_csv(result);
    CHECK(csv.find(",p2.5,") != std::string::npos);
    CHECK(csv.find(",p2.5_se,") < csv.find(",p50_se,"));
    CHECK(csv.find(",p05,") == std::string::npos);
    auto const table = level_table(result, false);
    CHECK(table.find("p2.5") < table.find("p50"));
    CHECK(table.find("p50") < table.find("p99.9"));
    CHECK(level_table(run_with({0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}), false)
          == "");

    tests::SweepFolder const folder;
    std::filesystem::create_directory(folder.path());
    folder.write("result.nc", netcdf_bytes(result));
    auto const back = read_result(folder.name() + "/result.nc");
    CHECK(back.levels.all() == result.levels.all());
    CHECK(back.levels.reported() == result.levels.reported());
    CHECK(summary_csv(back) == csv);
    // the page has its own levels, whatever was asked for
    CHECK(report_json(back) == report_json(result));
    CHECK(report_json(back).find("\"p05\":") != std::string::npos);
    CHECK(report_json(back).find("\"p2.5\":") == std::string::npos);
}

TEST_CASE("quantile levels: a comparison has those of its base",
          "[estimator][scenario][levels][compare]") {
    auto other = tests::read_swept({"quantity.a.value=2"});
    RunOptions options;
    options.samples = 5000;
    ComparisonReport report;
    report.scenarios = {{"a.toml", "a", "1"}, {"b.toml", "b", "2"}};
    report.levels = QuantileLevels({0.37, 0.999});
    report.results = tests::compare_scenarios(
        {swept_with({0.37, 0.999}), other},
        options,
        [](std::string_view, std::string_view, int) { return true; });
    auto const& row = report.results[0].rows[0];
    REQUIRE(row.difference.quantiles.size() == 9);
    // y = 10 a + b + z: ten apart in every sample, but for single precision
    CHECK(row.difference.quantiles[7] == Approx(10.0).epsilon(1e-6));
    CHECK(row.other.quantiles[8] - row.base.quantiles[8] == Approx(10.0).epsilon(2e-3));
    auto const csv = comparison_csv(report);
    CHECK(csv.find(",base,p37,") != std::string::npos);
    CHECK(csv.find(",difference,p99.9_se,") != std::string::npos);
    CHECK(csv.find(",p05,") == std::string::npos);
    auto const document = json::parse(comparison_json(report));
    CHECK(document["quantile_levels"] == json{0.37, 0.999});
    CHECK(document["scenarios"][0]["rows"][0]["ratio"].is_null());
    CHECK(document["scenarios"][0]["rows"][0]["base"].contains("p37"));
}

TEST_CASE("quantile levels: a sweep has them beside those of its page",
          "[estimator][scenario][levels][sweep]") {
    tests::SweepFolder const folder;
    SweepOptions options;
    options.vary = {"quantity.a.value=1,2"};
    options.outputs = {"y"};
    RunOptions run;
    run.samples = 1000;
    auto const read = [](std::vector<std::string> const& overrides) {
        auto scenario = tests::read_swept(overrides);
        scenario.levels = QuantileLevels({0.999});
        return scenario;
    };
    write_sweep(tests::executor(), read, options, run, folder.name());
    CHECK(json::parse(folder.read("sweep.json"))["quantile_levels"] == json{0.999});
    auto const csv = folder.read("sweep.csv");
    CHECK(csv.find(",p99.9,") != std::string::npos);
    CHECK(csv.find(",p05,") != std::string::npos);
    CHECK(write_sweep(tests::executor(), read, options, run, folder.name()).found == 2);
    CHECK(sweep_report_json(folder.path()).find("\"p95\":") != std::string::npos);
    // other levels are another sweep
    CHECK_THROWS_MATCHES(
        write_sweep(
            tests::executor(),
            [](auto const& overrides) { return tests::read_swept(overrides); },
            options,
            run,
            folder.name()),
        OutputError,
        Message(
            "\"" + folder.name()
            + "\" holds another sweep (differs in: quantile_levels); choose another --out, "
              "or remove it"));
}

TEST_CASE("quantile levels: --until takes one of the list",
          "[estimator][scenario][levels][until]") {
    QuantileLevels const levels({0.999, 0.05});
    CHECK(read_goal("y:p99.9:1%", levels).level == 0.999);
    CHECK(read_goal("y:p05:1%", levels).level == 0.05);
    CHECK_THROWS_MATCHES(
        read_goal("y:p50:1%", levels),
        RunError,
        Message("--until \"y:p50:1%\": \"p50\" is no statistic that is reported (mean, "
                "p5, p99.9) (write OUTPUT:STATISTIC:PRECISION, such as "
                "lag@2030-12:p50:0.5%)"));
    RunOptions options;
    options.samples = 262'144;
    auto const until = estimate_until(Model(swept_with({0.999, 0.05})),
                                      tests::executor(),
                                      options,
                                      {read_goal("y:p99.9:0.05", levels)});
    CHECK(until.is_reached);
    CHECK(until.explanation[0].starts_with("y p99.9 is "));
    CHECK(until.result.rows[0].quantile_standard_errors[7] <= 0.05);
    CHECK(until.result.samples > 4096);
}
