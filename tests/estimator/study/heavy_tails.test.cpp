// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/json.hpp"
#include "estimator/output/estimate/table.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/compare.hpp"
#include "estimator/study/estimate.hpp"
#include "estimator/study/until.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Scenario scenario_of(std::string const& quantities) {
    return read_scenario_text("[scenario]\nstart = \"2024-01\"\nend = \"2024-02\"\n"
                                  + quantities + "[output]\nquantities = [\"y\"]\n",
                              "x.toml",
                              hwprofiles::ProfileLibrary::load());
}

std::string quantity(std::string const& name, std::string const& value) {
    return "[quantity." + name + "]\nvalue = " + value + "\n";
}

std::string formula_y(std::string const& text) {
    return "[quantity.y]\nformula = \"" + text + "\"\n";
}

Result run(std::string const& quantities,
           std::uint64_t samples = 100'000,
           std::vector<std::string> keep = {},
           Sampler sampler = Sampler::philox) {
    RunOptions options;
    options.samples = samples;
    options.keep = std::move(keep);
    options.sampler = sampler;
    options.always_binned = true;
    return tests::estimate(scenario_of(quantities), options);
}

Row row_of(Result const& result) {
    return *result.find("", "y", -1);
}

/// The binned quantiles are those of the sorted samples; `right[i]` is the true p5, p50
/// and p95, where one is known, within six of the standard errors that are printed.
void check(std::string const& quantities,
           std::vector<double> const& right,
           Sampler sampler = Sampler::philox) {
    Row const binned = row_of(run(quantities, 100'000, {}, sampler));
    Row const exact = row_of(run(quantities, 100'000, {"y"}, sampler));
    CAPTURE(quantities);
    double before = -infinity;
    for (std::size_t q = 0; q < quantile_levels.size(); ++q) {
        double const got = binned.quantiles[q];
        double const error = binned.quantile_standard_errors[q];
        CAPTURE(q, got, exact.quantiles[q], error);
        double const middle = exact.quantiles[4] - exact.quantiles[2];
        CHECK(std::abs(got - exact.quantiles[q]) <= std::max(
                  {1e-3 * std::abs(exact.quantiles[q]), error / 2, 2.1e-4 * middle}));
        CHECK(got >= before);
        CHECK(got >= binned.minimum);
        CHECK(got <= binned.maximum);
        before = got;
    }
    std::size_t const levels[] = {1, 3, 5};
    for (std::size_t i = 0; i < right.size(); ++i) {
        double const got = binned.quantiles[levels[i]];
        double const error = binned.quantile_standard_errors[levels[i]];
        CAPTURE(i, got, right[i], error);
        CHECK(std::abs(got - right[i]) <= 6.0 * error + 2e-3 * std::abs(right[i]));
        CHECK(error <= 0.2 * std::abs(right[i]));
    }
    CHECK(binned.mean == Approx(exact.mean).epsilon(1e-5));
    CHECK(binned.standard_deviation == Approx(exact.standard_deviation).epsilon(1e-3));
    if (binned.tail_index != exact.tail_index) {
        CHECK(binned.tail_index == Approx(exact.tail_index).epsilon(0.08));
    }
}

std::string const profit = quantity("revenue", "\"1k to 1G\"")
                           + quantity("cost", "\"10k to 100k\"")
                           + formula_y("revenue - cost");

}  // namespace

TEST_CASE("heavy tails: a profit's quantiles are right on both sides of 0",
          "[estimator][statistics]") {
    check(profit, {-47'100.0, 965'000.0, 1e9});
    check(profit, {-47'100.0, 965'000.0, 1e9}, Sampler::qmc);
}

TEST_CASE("heavy tails: formulas of lognormals have the quantiles of their inputs",
          "[estimator][statistics]") {
    check(quantity("s", "\".0001 to .1\"") + formula_y("1 - (1 - s)^10"),
          {1.0 - std::pow(1.0 - 1e-4, 10.0),
           1.0 - std::pow(1.0 - std::sqrt(1e-5), 10.0),
           1.0 - std::pow(0.9, 10.0)});
    double const spread = std::exp(6.0 * 1.6448536);
    check(quantity("x", "{ dist = \"lognormal\", median = 0.01, sigma = 6 }")
              + formula_y("1 - x"),
          {1.0 - 0.01 * spread, 0.99, 1.0 - 0.01 / spread});
}

TEST_CASE("heavy tails: discrete values ascend and are exact",
          "[estimator][statistics]") {
    std::string const values = quantity("x",
                                        "{ dist = \"discrete\", values = [-60, -55, "
                                        "-50, 50000], weights = [10, 15, 30, 45] }")
                               + formula_y("x + 0");
    check(values, {-60.0, -50.0, 50'000.0});
    Row const row = row_of(run(values));
    std::vector<double> const right{-60, -60, -55, -50, 50'000, 50'000, 50'000};
    CHECK(row.quantiles == right);
    CHECK(row.quantile_standard_errors == std::vector<double>(7));
}

TEST_CASE("heavy tails: what is below single precision is 0, and said so",
          "[estimator][statistics]") {
    std::string const gamma =
        quantity("x", "{ dist = \"gamma\", shape = 0.001, scale = 1 }")
        + formula_y("x + 0");
    for (std::vector<std::string> const& keep :
         {std::vector<std::string>{}, std::vector<std::string>{"y"}}) {
        Result const result = run(gamma, 20'000, keep);
        Row const row = row_of(result);
        CHECK(row.quantiles[3] == 0.0);
        CHECK(row.quantiles[5] == Approx(0.0).margin(1e-10));
        // 1 - F(x) is nearly 0.001 E1(x).
        CHECK(row.quantiles[6] > 1e-6);
        CHECK(std::count(result.notes.begin(),
                         result.notes.end(),
                         "y: p1, p5, p25, p50, p75 below single precision (1e-37), "
                         "printed as 0")
              <= 1);
    }
    check(gamma, {});
    check(quantity("x", "{ dist = \"beta\", alpha = 0.001, beta = 0.001 }")
              + formula_y("x + 0"),
          {});
    std::string const tiny = quantity("x",
                                      "{ dist = \"lognormal\", median = 1e-30, "
                                      "sigma = 0.1 }")
                             + formula_y("x * 1e-9");
    Result const result = run(tiny, 20'000);
    CHECK(row_of(result).quantiles == std::vector<double>(7));
    CHECK(std::count(result.notes.begin(),
                     result.notes.end(),
                     "y: p1, p5, p25, p50, p75, p95, p99 below single precision "
                     "(1e-37), printed as 0")
          == 1);
}

TEST_CASE("heavy tails: a mean is that of the sample, with its verdict",
          "[estimator][statistics]") {
    std::string const wide = quantity("x", "\"0.001 to 1k\"") + formula_y("x + 0");
    Result const result = run(wide, 1'000'000);
    Row const row = row_of(result);
    Row const exact = row_of(run(wide, 1'000'000, {"y"}));
    CHECK(row.mean == Approx(exact.mean).epsilon(1e-6));
    CHECK(row.mean_standard_error == Approx(exact.mean_standard_error).epsilon(1e-4));
    CHECK(mean_verdict(row.tail_index) == MeanVerdict::not_estimable);
    std::string const note = "y: the mean is not estimable (Hill index ";
    CHECK(std::any_of(result.notes.begin(), result.notes.end(), [&](auto const& own) {
        return own.starts_with(note) && own.ends_with(" of the top 0.5 %)");
    }));
    auto const json = nlohmann::json::parse(run_json(result));
    CHECK(json["outputs"]["y"]["mean_verdict"] == "not estimable");
    CHECK(json["outputs"]["y"]["tail_index"] == row.tail_index);
    TableOptions table;
    CHECK(terminal_table(result, table).find("not estimable") != std::string::npos);
}

TEST_CASE("heavy tails: the verdict follows the exponent", "[estimator][statistics]") {
    auto const of_sigma = [&](char const* sigma, std::vector<std::string> keep = {}) {
        return row_of(run(quantity("x",
                                   std::string("{ dist = \"lognormal\", median = 1, "
                                               "sigma = ")
                                       + sigma + " }")
                              + formula_y("3 - x"),
                          200'000,
                          std::move(keep)));
    };
    // Above the 99.5 % quantile the mean of log x grows by 0.316 sigma: the index is
    // 3.16 / sigma.
    CHECK(of_sigma("1.2").tail_index == Approx(2.63).epsilon(0.15));
    CHECK(mean_verdict(of_sigma("1.2").tail_index) == MeanVerdict::sound);
    CHECK(of_sigma("2").tail_index == Approx(1.58).epsilon(0.15));
    CHECK(mean_verdict(of_sigma("2").tail_index) == MeanVerdict::error_not_reliable);
    CHECK(mean_verdict(of_sigma("4").tail_index) == MeanVerdict::not_estimable);
    CHECK(of_sigma("4", {"y"}).tail_index
          == Approx(of_sigma("4").tail_index).epsilon(0.03));
    Row const normal = row_of(
        run(quantity("x", "{ dist = \"normal\", mean = 5, sd = 1 }") + formula_y("x")));
    CHECK(normal.tail_index == infinity);
}

TEST_CASE("heavy tails: --until takes no mean whose error is not reliable",
          "[estimator][until]") {
    RunOptions options;
    options.samples = 8192;
    auto const until = estimate_until(
        Model(scenario_of(quantity("x", "\"0.001 to 1k\"") + formula_y("x + 0"))),
        tests::executor(),
        options,
        {read_goal("y:mean:1000%")});
    CHECK(!until.is_reached);
    CHECK(until.explanation.front().ends_with(
        "; the standard error of this mean is not reliable"));
}

TEST_CASE("heavy tails: a comparison of wide lognormals has the right sign",
          "[estimator][compare]") {
    auto const side = [&](char const* median) {
        return scenario_of(
            quantity("x",
                     std::string("{ dist = \"lognormal\", median = ") + median
                         + ", sigma = 5 }")
            + quantity("z", "{ dist = \"lognormal\", median = 1, sigma = 4 }")
            + formula_y("x * z"));
    };
    RunOptions options;
    options.samples = 50'000;
    auto const results = tests::compare_scenarios(
        {side("1"), side("2")}, options, [](std::string_view, std::string_view, int) {
            return true;
        });
    PairedRow const& row = results.front().rows.front();
    // The same draws, twice as large: the difference is the base.
    for (std::size_t q = 0; q < quantile_levels.size(); ++q) {
        CAPTURE(q);
        CHECK(row.difference.quantiles[q]
              == Approx(row.base.quantiles[q]).epsilon(2e-3));
    }
    CHECK(mean_verdict(row.difference.tail_index) == MeanVerdict::not_estimable);
}
