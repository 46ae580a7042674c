// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_lag.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace leadtime::tests {

namespace {

using Catch::Approx;
using estimator::Path;

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("reference: lag, by hand", "[support]") {
    ReferenceRuns const leader{{{-10, 1e24}, {0, 1e25}, {1, 1e26}, {2, 1e26}}};
    CHECK(reference_lag(leader, 1e25, 2) == Approx(2.0));
    CHECK(reference_lag(leader, std::pow(10.0, 25.5), 2) == Approx(1.5));
    CHECK(reference_lag(leader, std::pow(10.0, 24.5), 2) == Approx(7.0));
    CHECK(reference_lag(leader, 1e24, 2) == infinity);
    CHECK(reference_lag(leader, 0.0, 2) == infinity);
    CHECK(reference_lag(leader, 2e26, 2) == -infinity);
    CHECK(reference_causal_lag(leader, 1e24, 2) == 12.0);
    CHECK(reference_causal_lag(leader, 2e26, 2) == 0.0);
    ReferenceRuns const late{{{0, 0.0}, {1, 1e26}}};
    CHECK(reference_lag(late, 1e25, 1) == 0.0);
    CHECK(reference_parity_month({1, 2, 8}, {4, 4, 4}) == Approx(1.5));
    CHECK(reference_parity_month({4, 2, 8}, {4, 4, 4}) == 0.0);
    CHECK(reference_parity_month({1, 2, 2}, {4, 4, 4}) == infinity);
    CHECK(reference_parity_month({0, 0, 8}, {0, 4, 4}) == 2.0);
}

TEST_CASE("reference: milestones, by hand", "[support]") {
    Path path;
    std::vector<double> const runs{1e25, 1e25, 1e27};
    auto const month = [&](double level) {
        return reference_milestone_month(path, runs, level);
    };
    CHECK(month(1e25) == 0.0);
    CHECK(month(1e26) == Approx(1.5));
    CHECK(month(1e28) == infinity);
    path.history = {{-4, 1e23}};
    CHECK(month(1e24) == Approx(-2.0));
    CHECK(month(1e22) == -infinity);
    CHECK(reference_spend_at({5, 7, 11}, 1.5) == Approx(9.0));
    CHECK(reference_spend_at({5, 7, 11}, 2.0) == Approx(11.0));
    CHECK(reference_spend_at({5, 7, 11}, -infinity) == 0.0);
    CHECK(reference_spend_at({5, 7, 11}, infinity) == infinity);
    CHECK(reference_milestone_lag(infinity, infinity) == infinity);
    CHECK(reference_milestone_lag(2.0, infinity) == -infinity);
    CHECK(reference_milestone_lag(-infinity, -infinity) == 0.0);
    CHECK(reference_milestone_lag(5.0, 2.0) == 3.0);
}

}  // namespace leadtime::tests
