// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/value_sorter.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

using namespace leadtime;

namespace {

/// Values of both signs over all magnitudes, infinities, zeros, and some that come
/// often.
std::vector<float> random_values(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<float> values;
    while (values.size() < count) {
        std::uint32_t const choice = random() % 8;
        auto const value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        float const infinity = std::numeric_limits<float>::infinity();
        values.push_back(choice == 0         ? 0.0f
                         : choice == 1       ? -0.0f
                         : choice == 2       ? 3.5f
                         : choice == 3       ? std::copysign(infinity, value)
                         : std::isnan(value) ? 1e-45f
                                             : value);
    }
    return values;
}

}  // namespace

TEST_CASE("value sorter: the order of std::sort, zeros without a sign",
          "[estimator][statistics]") {
    estimator::ValueSorter sorter;
    for (std::size_t const count :
         {0u, 1u, 2u, 63u, 511u, 512u, 513u, 5000u, 70'000u}) {
        for (unsigned seed = 0; seed < 4; ++seed) {
            CAPTURE(count, seed);
            auto const values = random_values(count, seed);
            auto expected = values;
            for (float& value : expected) {
                value = value == 0.0f ? 0.0f : value;
            }
            std::ranges::sort(expected);
            auto const sorted = sorter.sort(values);
            CHECK(std::ranges::equal(sorted, expected, [](float a, float b) {
                return std::bit_cast<std::uint32_t>(a)
                       == std::bit_cast<std::uint32_t>(b);
            }));
        }
    }
}

TEST_CASE("value sorter: keys that differ in a few bits alone",
          "[estimator][statistics]") {
    estimator::ValueSorter sorter;
    for (float const size : {1.0f, -1.0f, 1e-38f, 3e38f}) {
        std::vector<float> values;
        for (int i = 0; i < 600; ++i) {
            values.push_back(size
                             * (1.0f - static_cast<float>(i * 7919 % 600) * 1e-7f));
        }
        auto const sorted = sorter.sort(values);
        CHECK(std::ranges::is_sorted(sorted));
        CHECK(std::ranges::is_permutation(sorted, values));
    }
    std::vector<float> const same(1000, 2.5f);
    CHECK(std::ranges::equal(sorter.sort(same), same));
}
