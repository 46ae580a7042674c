// SPDX-License-Identifier: Apache-2.0
#include "tests/support/same_bits.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <limits>

using namespace leadtime;
using tests::difference_between;
using tests::same_bits;

TEST_CASE("same_bits: 0 is not -0, and NaN is itself", "[support]") {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(same_bits(nan, nan));
    CHECK_FALSE(same_bits(0.0, -0.0));
    std::vector<float> const values{1.0f, nan};
    CHECK(same_bits(values, {1.0f, nan}));
    CHECK_FALSE(same_bits(values, {1.0f, 2.0f}));
    CHECK_FALSE(same_bits(values, {1.0f}));
    CHECK(same_bits(std::vector<float>{}, {}));
}

TEST_CASE("same_bits: statistics differ wherever they do", "[support]") {
    estimator::Statistics const whole(
        std::vector{estimator::make_axis(std::vector{1.0f, 2.0f, 3.0f})});
    CHECK(difference_between(whole, whole).empty());
    auto const changed =
        [&](std::function<void(estimator::Statistics&)> const& change) {
            auto other = whole;
            change(other);
            return difference_between(whole, other);
        };
    CHECK(changed([](auto& s) { ++s.samples; }) == "the samples");
    CHECK(changed([](auto& s) { ++s.squared_multiplicities; }) == "the samples");
    CHECK(changed([](auto& s) { ++s.counts.back(); }) == "the counts of bins");
    CHECK(changed([](auto& s) { ++s.moments[0].sum; }) == "the sum of output 0");
    CHECK(changed([](auto& s) { s.moments[0].squares.add(1); })
          == "the sum of squares of output 0");
    CHECK(changed([](auto& s) { ++s.moments[0].count; }) == "the count of output 0");
    CHECK(changed([](auto& s) { s.moments[0].minimum = 0; })
          == "the bounds of output 0");
    CHECK(changed([](auto& s) { s.moments[0].maximum = 0; })
          == "the bounds of output 0");
    CHECK(changed([](auto& s) { s.moments.clear(); }) == "the number of outputs");
}
