// SPDX-License-Identifier: Apache-2.0
#include "kernels/model/formula_operations.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace leadtime::kernels;

namespace {

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::array<float, 9> values{
    -infinity, -2.0f, -0.0f, 0.0f, 0.4f, 1.0f, 3.0f, infinity, nan_value};

bool is_same(float a, float b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

/// f as single samples and in every lane of a pack.
template <class Function>
float both_ways(Function const& f, float a, float b) {
    float const one = f(a, b);
    float lanes[8];
    store(lanes, f(Pack<8>(a), Pack<8>(b)));
    for (float const lane : lanes) {
        CHECK(is_same(lane, one));
    }
    return one;
}

}  // namespace

TEST_CASE("formula operations: what is not a number stays so, all else is as before",
          "[kernels][bad_number]") {
    for (float const a : values) {
        for (float const b : values) {
            CAPTURE(a, b);
            bool const is_none = std::isnan(a) || std::isnan(b);
            float const smaller =
                both_ways([](auto x, auto y) { return strict_minimum(x, y); }, a, b);
            float const larger =
                both_ways([](auto x, auto y) { return strict_maximum(x, y); }, a, b);
            float const less =
                both_ways([](auto x, auto y) { return truth_of(x < y, x, y); }, a, b);
            float const raised =
                both_ways([](auto x, auto y) { return strict_power(x, y); }, a, b);
            CHECK(is_same(smaller, is_none ? nan_value : std::min(a, b)));
            CHECK(is_same(larger, is_none ? nan_value : std::max(a, b)));
            CHECK(is_same(less, is_none ? nan_value : a < b ? 1.0f : 0.0f));
            CHECK(is_same(raised, is_none ? nan_value : power(a, b)));
        }
    }
}

TEST_CASE("formula operations: the side that does not decide does not count",
          "[kernels][bad_number]") {
    for (float const a : values) {
        for (float const b : values) {
            CAPTURE(a, b);
            float const all =
                both_ways([](auto x, auto y) { return both(x, y); }, a, b);
            float const any =
                both_ways([](auto x, auto y) { return either(x, y); }, a, b);
            float const chosen =
                both_ways([](auto x, auto y) { return choose(x, y, x + x); }, a, b);
            float const right = std::isnan(b) ? nan_value : b > 0.5f ? 1.0f : 0.0f;
            CHECK(is_same(all, std::isnan(a) ? nan_value : a > 0.5f ? right : 0.0f));
            CHECK(is_same(any, std::isnan(a) ? nan_value : a > 0.5f ? 1.0f : right));
            CHECK(is_same(chosen, std::isnan(a) ? nan_value : a > 0.5f ? b : a + a));
        }
    }
}
