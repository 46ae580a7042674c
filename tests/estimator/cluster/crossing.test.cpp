// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/crossing.hpp"

#include "kernels/lanes/math.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace leadtime;
using Catch::Approx;
using estimator::detail::crossing;

namespace {

constexpr float infinity = __builtin_inff();
constexpr float slack = 4e-4f;  // the promise is 3e-4 in u or in the excess

}  // namespace

TEST_CASE("crossing: finds where a falling excess is met, wherever it begins",
          "[estimator][cluster]") {
    for (float const target : {0.5f, 3.0f, 9.99f}) {
        for (float const guess : {0.0f, 0.1f, 5.0f, 12.0f}) {
            for (float const slope : {0.3f, 1.0f, 4.0f, -4.0f}) {
                bool const is_likely = slope < 0;
                CAPTURE(target, guess, slope);
                auto const found =
                    crossing<float>(0, 10, guess, is_likely, [&](float u) {
                        return std::fabs(slope) * (target - u);
                    });
                CHECK(found.is_met);
                CHECK(found.u >= target - 1e-6f);
                CHECK((found.u - target < slack
                       || std::fabs(slope) * (found.u - target) < slack));
            }
        }
    }
}

TEST_CASE("crossing: jumps, flats and infinities end at the first number that does it",
          "[estimator][cluster]") {
    int calls = 0;
    auto const step = [&](float u) {
        ++calls;
        return u < 2.5f ? infinity : u < 7.25f ? 0.4f : -0.3f;
    };
    auto const found = crossing<float>(0, 10, 1, false, step);
    CHECK(found.is_met);
    CHECK(found.u >= 7.25f);
    CHECK(found.u < 7.25f + slack);
    CHECK(calls < 35);
}

TEST_CASE("crossing: what is met nowhere, or everywhere, says so",
          "[estimator][cluster]") {
    for (bool const is_likely : {false, true}) {
        auto const at = [&](float value) {
            return crossing<float>(
                0, 10, 5, is_likely, [value](float) { return value; });
        };
        CHECK_FALSE(at(0.1f).is_met);
        CHECK(at(0.1f).u == 10);
        CHECK(at(-1).is_met);
        CHECK(at(-1).u < slack);
        CHECK_FALSE(at(infinity).is_met);
    }
}

#ifdef LEADTIME_HAVE_PACKS
TEST_CASE("crossing: a lane of a pack has the bits that it has alone",
          "[estimator][cluster]") {
    using Real = kernels::Pack<8>;
    float targets[8] = {0.1f, 1, 2, 3, 5, 8, 9.5f, 20};
    auto const target = kernels::load<Real>(targets);
    auto const excess = [](auto u, auto wanted) {
        return kernels::exponential((wanted - u) * 0.7f) - 1.0f;
    };
    auto const found = crossing<Real>(kernels::broadcast<Real>(0.0f),
                                      kernels::broadcast<Real>(10.0f),
                                      kernels::broadcast<Real>(4.0f),
                                      false,
                                      [&](Real u) { return excess(u, target); });
    float lanes[8];
    kernels::store(lanes, found.u);
    for (int i = 0; i < 8; ++i) {
        CAPTURE(i);
        auto const alone = crossing<float>(
            0, 10, 4, false, [&](float u) { return excess(u, targets[i]); });
        CHECK(lanes[i] == alone.u);
        CHECK(alone.is_met == (targets[i] < 10));
    }
}
#endif
