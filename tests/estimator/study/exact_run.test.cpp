// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/replicates.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/estimate.hpp"
#include "estimator/study/run_rows.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/estimator/study/sensitivity/models.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;
using Catch::Approx;
using estimator::Model;
using estimator::Result;
using estimator::Row;
using estimator::RunOptions;

namespace {

Model minimal() {
    return Model(estimator::read_scenario(source_path("scenarios/minimal.toml"),
                                          hwprofiles::ProfileLibrary::load()));
}

estimator::Scenario lognormal() {
    return scenario_of(drawn("x", "dist = \"lognormal\", p5 = 1, p95 = 9")
                       + formula("y", "x * x"));
}

RunOptions options_of(std::uint64_t samples, bool always_binned = false) {
    RunOptions options;
    options.samples = samples;
    options.always_binned = always_binned;
    return options;
}

/// The p-quantile as a textbook has it: slow, in double precision.
double slow_quantile(std::vector<double> sorted, double p) {
    double const rank = p * static_cast<double>(sorted.size() - 1);
    auto const below = static_cast<std::size_t>(rank);
    double const next = sorted[std::min(below + 1, sorted.size() - 1)];
    return sorted[below] + (rank - static_cast<double>(below)) * (next - sorted[below]);
}

}  // namespace

TEST_CASE("exact run: what is exact depends on the plan and the samples alone",
          "[estimator][run]") {
    Model const model(lognormal());
    CHECK(estimator::is_exact(model.plan(), 1));
    CHECK(estimator::is_exact(model.plan(), 65'536));
    CHECK_FALSE(estimator::is_exact(model.plan(), 65'537));
    // All outputs count, also those that are not asked for.
    Model const whole = minimal();
    std::uint64_t const most = (std::uint64_t{192} << 20) / 4 / whole.outputs().size();
    REQUIRE(most < 65'536);
    Model const few = whole.only(std::vector<int>{0});
    for (Model const& own : {whole, few}) {
        CHECK(estimator::is_exact(own.plan(), most));
        CHECK_FALSE(estimator::is_exact(own.plan(), most + 1));
    }
}

TEST_CASE("exact run: statistics are those of the sorted samples", "[estimator][run]") {
    auto options = options_of(20'000);
    options.keep = {"y"};
    Result const result = tests::estimate(lognormal(), options);
    CHECK(result.is_exact);
    Row const& row = *result.find("", "y", -1);
    REQUIRE(result.kept.size() == 1);
    std::vector<double> values(result.kept[0].values.begin(),
                               result.kept[0].values.end());
    REQUIRE(values.size() == 20'000);
    double const mean = std::accumulate(values.begin(), values.end(), 0.0) / 20'000;
    double squares = 0.0;
    for (double const x : values) {
        squares += (x - mean) * (x - mean);
    }
    std::ranges::sort(values);
    for (std::size_t q = 0; q < row.quantiles.size(); ++q) {
        CAPTURE(q);
        double const p = result.levels[q];
        CHECK(row.quantiles[q] == Approx(slow_quantile(values, p)).epsilon(1e-14));
        double const reach = std::sqrt(p * (1.0 - p) / 20'000);
        CHECK(row.quantile_standard_errors[q]
              == Approx(0.5
                        * (slow_quantile(values, p + reach)
                           - slow_quantile(values, p - reach)))
                     .epsilon(1e-9));
    }
    CHECK(row.mean == Approx(mean).epsilon(1e-12));
    CHECK(row.standard_deviation == Approx(std::sqrt(squares / 19'999)).epsilon(1e-12));
    CHECK(row.minimum == values.front());
    CHECK(row.maximum == values.back());
}

TEST_CASE("exact run: bins keep their promise to it", "[estimator][run]") {
    Model const model = minimal();
    Result const exact = estimator::estimate(model, executor(), options_of(3000));
    Result const binned =
        estimator::estimate(model, executor(), options_of(3000, true));
    CHECK(exact.is_exact);
    CHECK_FALSE(binned.is_exact);
    REQUIRE(exact.rows.size() == binned.rows.size());
    for (std::size_t i = 0; i < exact.rows.size(); ++i) {
        Row const& a = exact.rows[i];
        Row const& b = binned.rows[i];
        CAPTURE(a.path, a.metric, a.step);
        REQUIRE(a.metric == b.metric);
        REQUIRE(a.step == b.step);
        CHECK(a.path == b.path);
        CHECK(a.share_below == b.share_below);
        CHECK(a.share_above == b.share_above);
        CHECK(a.minimum == b.minimum);
        CHECK(a.maximum == b.maximum);
        CHECK(a.mean == Approx(b.mean).epsilon(1e-6));
        for (std::size_t q = 0; q < a.quantiles.size(); ++q) {
            if (std::isfinite(a.quantiles[q]) && std::isfinite(a.quantiles[1])
                && std::isfinite(a.quantiles[5])) {
                double const spread = a.quantiles[5] - a.quantiles[1];
                CHECK(std::abs(b.quantiles[q] - a.quantiles[q])
                      <= std::max(0.001 * std::abs(a.quantiles[q]), 0.002 * spread));
            }
        }
        REQUIRE(a.shares_by_step.size() == b.shares_by_step.size());
        for (std::size_t step = 0; step < a.shares_by_step.size(); ++step) {
            CHECK(a.shares_by_step[step]
                  == Approx(b.shares_by_step[step]).margin(0.01));
        }
    }
}

TEST_CASE("exact run: an output has the same bits among few and among all",
          "[estimator][run]") {
    Model const model = minimal();
    std::vector<std::string> const names{"controlled.lag_months@2027-12",
                                         "controlled.run_flop@2028-12"};
    Model const few = model.only(rows_of(model.find(names)));
    Result const all = estimator::estimate(model, executor(), options_of(1000));
    Result const some = estimator::estimate(few, executor(), options_of(1000));
    REQUIRE(some.rows.size() == 2);
    for (Row const& row : some.rows) {
        Row const* const same = all.find(row.path, row.metric, row.step);
        REQUIRE(same != nullptr);
        CHECK(same_bits(same->quantiles, row.quantiles));
        CHECK(same_bits(same->quantile_standard_errors, row.quantile_standard_errors));
        CHECK(same->mean == row.mean);
    }
}

TEST_CASE("exact run: errors of quasi-Monte Carlo are those of its replicates",
          "[estimator][run][sampler]") {
    auto options = options_of(2048);
    options.sampler = estimator::Sampler::qmc;
    options.keep = {"y"};
    Result const result = tests::estimate(lognormal(), options);
    CHECK(result.is_exact);
    Row const& row = *result.find("", "y", -1);
    std::vector<double> medians;
    auto const& kept = result.kept[0].values;
    for (std::size_t r = 0; r < estimator::qmc_replicates; ++r) {
        std::vector<double> own(kept.begin() + static_cast<std::ptrdiff_t>(r * 128),
                                kept.begin()
                                    + static_cast<std::ptrdiff_t>(r * 128 + 128));
        std::ranges::sort(own);
        medians.push_back(slow_quantile(own, 0.5));
    }
    double const mean = std::accumulate(medians.begin(), medians.end(), 0.0) / 16;
    double squares = 0.0;
    for (double const x : medians) {
        squares += (x - mean) * (x - mean);
    }
    CHECK(row.quantile_standard_errors[3]
          == Approx(std::sqrt(squares / 15 / 16)).epsilon(1e-9));
}

TEST_CASE("exact run: a value that is not a number is the one that bins find",
          "[estimator][run]") {
    auto const scenario =
        scenario_of(standard_normal("a") + formula("b", "sqrt(a + 3.2)")
                    + formula("y", "b + log(a + 3.3)"));
    auto const message = [&](bool always_binned) -> std::string {
        try {
            tests::estimate(scenario, options_of(20'000, always_binned));
        } catch (estimator::BadValueError const& error) {
            return error.what();
        }
        return "none";
    };
    CHECK(message(false).find("is not a number in sample ") != std::string::npos);
    CHECK(message(false) == message(true));
}
