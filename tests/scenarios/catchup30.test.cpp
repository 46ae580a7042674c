// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/estimate.hpp"
#include "hwprofiles/profile_library.hpp"

#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

using namespace leadtime;

namespace {

estimator::Result const& result() {
    static estimator::Result const result = [] {
        estimator::RunOptions options;
        options.samples = 1'000'000;
        options.seed = 1;
        return tests::estimate(
            estimator::read_scenario(
                tests::source_path("scenarios/reproduce/catchup30.toml"),
                hwprofiles::ProfileLibrary::load()),
            options);
    }();
    return result;
}

/// Quantiles of a separate program in double precision, over 4e7 samples.
struct Reference {
    std::string_view metric;
    int step = -1;  ///< -1: one value per sample
    double p05 = 0.0;
    double p50 = 0.0;
    double p95 = 0.0;
    double p99 = 0.0;
};

constexpr std::array<Reference, 8> references{
    {{"run_U", 0, 2.112e25, 8.412e25, 2.706e26, 4.219e26},
     {"run_U", 39, 3.610e27, 3.060e28, 2.391e29, 5.515e29},
     {"run_R", 39, 2.838e26, 5.074e27, 7.87e28, 2.39e29},
     {"cost_U", 39, 5.249e10, 1.937e11, 7.079e11, 1.209e12},
     {"cost_R", 39, 9.087e9, 6.21e10, 4.156e11, 9.06e11},
     {"T_U", -1, 5.845, 13.069, 25.60, 34.43},
     {"T_R", -1, 14.175, 25.573, 40.0, 40.0},
     {"lag", -1, -4.28, 12.39, 30.19, 33.98}}};

/// One quantile against the reference: the printed digits or the sampling error.
void check_quantile(estimator::Row const& row,
                    double level,
                    double expected,
                    double relative) {
    auto const& levels = estimator::quantile_levels;
    auto const* const found = std::find(levels.begin(), levels.end(), level);
    REQUIRE(found != levels.end());
    auto const q = static_cast<std::size_t>(found - levels.begin());
    double const value = row.quantiles[q];
    double const error = row.quantile_standard_errors[q];
    CAPTURE(row.metric, row.step, level, value, expected, error);
    CHECK(std::abs(value - expected)
          <= std::max(relative * std::abs(expected), 6.0 * error));
}

}  // namespace

TEST_CASE("catchup30: quantiles are those of the reference", "[scenarios]") {
    for (Reference const& reference : references) {
        auto const* const row = result().find("", reference.metric, reference.step);
        CAPTURE(reference.metric, reference.step);
        REQUIRE(row != nullptr);
        check_quantile(*row, 0.05, reference.p05, 0.01);
        check_quantile(*row, 0.50, reference.p50, 0.001);
        check_quantile(*row, 0.95, reference.p95, 0.01);
        check_quantile(*row, 0.99, reference.p99, 0.01);
    }
}

TEST_CASE("catchup30: 163 series, of finite values only", "[scenarios]") {
    CHECK(result().rows.size() == 163);
    for (estimator::Row const& row : result().rows) {
        CAPTURE(row.metric, row.step);
        CHECK(row.share_below == 0.0);
        CHECK(row.share_above == 0.0);
    }
}
