// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/exact_row.hpp"

#include "estimator/study/estimate.hpp"

#include "tests/estimator/study/sensitivity/models.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;
using Catch::Approx;

TEST_CASE("exact row: order statistics of known values", "[estimator][run]") {
    estimator::OutputInfo info{"", "y", "k", 1000.0, true, -1};
    std::vector<float> values;
    for (int i = 100; i >= 0; --i) {
        values.push_back(static_cast<float>(i) * 1000.0f);
    }
    auto const row = estimator::exact_row(info, values);
    CHECK(row.quantiles[0] == Approx(1.0));
    CHECK(row.quantiles[3] == Approx(50.0));
    CHECK(row.quantiles[6] == Approx(99.0));
    CHECK(row.mean == Approx(50.0));
    CHECK(row.standard_deviation == Approx(std::sqrt(101.0 * 102.0 / 12.0)));
    CHECK(row.minimum == 0.0);
    CHECK(row.maximum == 100.0);
    // sqrt(p (1 - p) / n) of the rank, which here is the value / 100
    CHECK(row.quantile_standard_errors[3] == Approx(100.0 * 0.5 / std::sqrt(101.0)));
}

TEST_CASE("exact row: censored samples are counted, and are no number",
          "[estimator][run]") {
    float const infinity = std::numeric_limits<float>::infinity();
    estimator::OutputInfo info{"", "y", "month", 1.0, true, -1};
    auto const row = estimator::exact_row(
        info, std::vector<float>{infinity, 3.0f, -infinity, 5.0f, infinity});
    CHECK(row.share_below == Approx(0.2));
    CHECK(row.share_above == Approx(0.4));
    CHECK(row.mean == Approx(4.0));
    CHECK(row.quantiles[3] == Approx(5.0));
    CHECK(row.quantiles[6] == std::numeric_limits<double>::infinity());
}

TEST_CASE("kept samples: exact quantiles, within 0.1 % of the binned ones",
          "[estimator][run]") {
    auto const scenario = scenario_of(
        drawn("x", "dist = \"lognormal\", p5 = 1, p95 = 9") + formula("y", "x + 0"));
    estimator::RunOptions options;
    options.samples = 20'000;
    options.always_binned = true;
    auto const binned = tests::estimate(scenario, options);
    options.keep = {"y", "x"};
    auto const kept = tests::estimate(scenario, options);
    REQUIRE(kept.kept.size() == 2);
    CHECK(kept.kept[0].name == "y");
    CHECK(kept.kept[0].values.size() == 20'000);
    CHECK(kept.kept[0].values == kept.kept[1].values);
    auto const* const a = binned.find("", "y", -1);
    auto const* const b = kept.find("", "y", -1);
    for (std::size_t q = 0; q < a->quantiles.size(); ++q) {
        CHECK(b->quantiles[q] == Approx(a->quantiles[q]).epsilon(1.1e-3));
    }
    auto values = kept.kept[0].values;
    std::sort(values.begin(), values.end());
    CHECK(b->quantiles[3]
          == Approx(0.5 * (values[9999] + values[10'000])).epsilon(1e-7));
}
