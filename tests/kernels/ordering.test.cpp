// SPDX-License-Identifier: Apache-2.0
#include "kernels/ordering.hpp"

#include "kernels/philox.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

using namespace leadtime::kernels;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Values with many ties, zeros of both signs and infinities.
std::vector<float> values_with_ties(std::size_t n) {
    std::vector<float> values(n);
    for (std::size_t i = 0; i < n; ++i) {
        std::uint32_t const word = random_word(5, i, 7, 0);
        float const value = static_cast<float>(word % 1000) - 500.0f;
        values[i] = word % 97 == 0   ? infinity
                    : word % 89 == 0 ? -infinity
                    : word % 83 == 0 ? -0.0f
                                     : value;
    }
    return values;
}

}  // namespace

TEST_CASE("ordering: sorts as the standard library does", "[kernels][ordering]") {
    for (std::size_t const n : {0u, 1u, 2u, 31u, 32u, 33u, 1000u, 100'003u}) {
        auto const values = values_with_ties(n);
        auto expected = values;
        std::stable_sort(expected.begin(), expected.end());
        auto sorted = values;
        sort_values(sorted);
        CAPTURE(n);
        CHECK(sorted == expected);
    }
}

TEST_CASE("ordering: equal values keep their order", "[kernels][ordering]") {
    for (std::size_t const n : {0u, 1u, 33u, 1000u, 100'003u}) {
        auto const values = values_with_ties(n);
        std::vector<std::uint32_t> expected(n);
        std::iota(expected.begin(), expected.end(), 0u);
        std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) {
            return values[a] < values[b];
        });
        std::vector<std::uint32_t> order(n);
        sort_order(values, order);
        CAPTURE(n);
        CHECK(order == expected);
    }
}

TEST_CASE("ordering: ranks count the values at most and below", "[kernels][ordering]") {
    auto const values = values_with_ties(2000);
    std::vector<std::uint32_t> at_most(values.size());
    std::vector<std::uint32_t> below(values.size());
    rank_values(values, at_most, below);
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto const count = [&](auto const& is_counted) {
            return static_cast<std::uint32_t>(
                std::count_if(values.begin(), values.end(), is_counted));
        };
        REQUIRE(at_most[i] == count([&](float x) { return x <= values[i]; }));
        REQUIRE(below[i] == count([&](float x) { return x < values[i]; }));
    }
}

TEST_CASE("ordering: names its back end", "[kernels][ordering]") {
    std::string const name = ordering_backend();
    CHECK((name == "OpenMP" || name == "CUDA"));
}
