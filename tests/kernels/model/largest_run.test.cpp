// SPDX-License-Identifier: Apache-2.0
#include "kernels/model/largest_run.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace leadtime::kernels;

TEST_CASE("largest run: each value of a contest has its row", "[kernels][model]") {
    RunContest<float> contest{};
    for (bool const with_all : {false, true}) {
        std::set<float const*> places;
        int row = 0;
        each_value(contest, with_all, [&](float& value) {
            if (row == contest_best_flop) {
                CHECK(&value == &contest.best.flop);
            }
            places.insert(&value);
            ++row;
        });
        int const wanted = with_all ? contest_values : contest_values_of_one_pool;
        CHECK(row == wanted);
        CHECK(static_cast<int>(places.size()) == wanted);
    }
}
