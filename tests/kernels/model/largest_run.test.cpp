// SPDX-License-Identifier: Apache-2.0
#include "kernels/model/largest_run.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace leadtime::kernels;

TEST_CASE("largest run: each value of a contest has its row", "[kernels][model]") {
    RunContest<float> contest{};
    std::set<float const*> places;
    int row = 0;
    each_value(contest, [&](float& value) {
        if (row == contest_best_flop) {
            CHECK(&value == &contest.best.flop);
        }
        places.insert(&value);
        ++row;
    });
    CHECK(row == contest_values);
    CHECK(static_cast<int>(places.size()) == contest_values);
}
