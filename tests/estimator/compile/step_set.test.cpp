// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/step_set.hpp"

#include <catch2/catch_test_macros.hpp>

using leadtime::estimator::detail::StepSet;

TEST_CASE("step_set: ranges, their past and the steps before", "[estimator][compile]") {
    StepSet const none;
    CHECK(none.empty());
    CHECK(none.end() == 0);
    CHECK(none.with_past().empty());
    CHECK(none.shifted_back().empty());
    CHECK(StepSet::range(3, 3).empty());

    // 64 steps are a word: 62 to 129 lie in three.
    StepSet set = StepSet::range(62, 130);
    CHECK(set.end() == 130);
    for (int step = 0; step < 200; ++step) {
        CHECK(set.contains(step) == (step >= 62 && step < 130));
        CHECK(set.with_past().contains(step) == (step < 130));
        CHECK(set.shifted_back().contains(step) == (step >= 61 && step < 129));
    }
    CHECK(StepSet::range(0, 1).shifted_back().empty());  // nothing before the first

    CHECK_FALSE(set.add(StepSet::range(64, 128)));
    CHECK(set.add(StepSet::range(5, 6)));
    CHECK_FALSE(set.add(StepSet::range(5, 6)));
    CHECK(set.contains(5));
    CHECK_FALSE(set.contains(6));
    CHECK(set.end() == 130);
    CHECK(set.add(StepSet::range(1199, 1200)));
    CHECK(set.end() == 1200);
}
