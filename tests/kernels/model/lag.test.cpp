// SPDX-License-Identifier: Apache-2.0
#include "kernels/model/lag.hpp"

#include "tests/support/reference_lag.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstddef>
#include <limits>
#include <vector>

using namespace leadtime;
using Catch::Approx;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// A reference without history that does `flop` month by month, in a workspace of one
/// lane.
class Leader {
  public:
    explicit Leader(std::vector<float> const& flop)
        : steps_(static_cast<int>(flop.size()))
        , workspace_(2 * flop.size()) {
        path_.search_flop = 0;
        path_.search_best = steps_;
        kernels::Plan plan;
        plan.steps = steps_;
        kernels::start_record<float>(plan, path_, rows());
        for (int step = 0; step < steps_; ++step) {
            auto const value = flop[static_cast<std::size_t>(step)];
            kernels::extend_record<float>(path_, rows(), step, value);
            runs_.points.emplace_back(step, value);
        }
    }

    float lag(float flop, int step) {
        return kernels::lag_months(record(), rows(), flop, step, steps_);
    }
    float lag_so_far(float flop, int step) {
        return kernels::lag_so_far(record(), rows(), flop, step);
    }
    tests::ReferenceRuns const& runs() const { return runs_; }

  private:
    kernels::Record record() const { return {0, steps_, 0, nullptr}; }
    kernels::Rows rows() { return {workspace_.data(), 1}; }

    int steps_;
    std::vector<float> workspace_;
    kernels::PathPlan path_;
    tests::ReferenceRuns runs_;
};

float constexpr ulp = 1.2e-7f;

}  // namespace

TEST_CASE("lag: a run that differs by rounding from the reference's is equal to it",
          "[kernels][lag]") {
    // up to 4e26 in month 2, then less: what is above that is never reached
    std::vector<float> const flop{1e26f, 2e26f, 4e26f, 3e26f};
    Leader leader(flop);
    for (float const by : {1.0f - 2 * ulp, 1.0f, 1.0f + 2 * ulp, 1.0f + 4e-6f}) {
        CAPTURE(by);
        CHECK(leader.lag(4e26f * by, 3) == Approx(1.0f).margin(1e-4));
        CHECK(tests::reference_lag(leader.runs(), 4e26 * by, 3)
              == Approx(1.0).margin(1e-4));
        // in the reference's first month: before its record
        CHECK(leader.lag(1e26f * by, 3) == infinity);
        CHECK(tests::reference_lag(leader.runs(), 1e26 * by, 3) == infinity);
        // seen from month 2, when nothing lies ahead yet
        CHECK(leader.lag_so_far(4e26f * by, 2) == Approx(0.0f).margin(1e-4));
    }
    CHECK(leader.lag(4e26f * 1.0001f, 3) == -infinity);
    CHECK(tests::reference_lag(leader.runs(), 4e26 * 1.0001, 3) == -infinity);
    CHECK(leader.lag(4e26f * 0.9f, 3) > 1.0f);
}

TEST_CASE("lag: a larger run is never further behind", "[kernels][lag]") {
    Leader leader({1e26f, 1.1e26f, 1.1e26f, 1.1e26f * (1 + 3e-6f), 2e26f, 2e26f});
    float before = infinity;
    for (int i = 0; i < 4000; ++i) {
        float const near = 1.1e26f * (1.0f + static_cast<float>(i - 2000) * 2e-8f);
        float const lag = leader.lag(near, 5);
        CAPTURE(i, near);
        CHECK(lag <= before);
        CHECK(
            lag
            == Approx(tests::reference_lag(leader.runs(), static_cast<double>(near), 5))
                   .margin(2e-3));
        before = lag;
    }
}

TEST_CASE("parity: a run that differs by rounding from the reference's has as much",
          "[kernels][lag]") {
    CHECK(kernels::has_as_much(4e26f * (1 - 2 * ulp), 4e26f));
    CHECK(kernels::has_as_much(4e26f, 4e26f));
    CHECK_FALSE(kernels::has_as_much(4e26f * 0.9999f, 4e26f));
    CHECK_FALSE(kernels::has_as_much(0.0f, 0.0f));
    std::vector<double> const own{1e26, 4e26 * (1 - 1e-7), 1e26};
    std::vector<double> const leader{4e26, 4e26, 4e26};
    CHECK(tests::reference_parity_month(own, leader) == Approx(1.0).margin(1e-4));
}
