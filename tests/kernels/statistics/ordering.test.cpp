// SPDX-License-Identifier: Apache-2.0
// Runs with each back end of Thrust: OpenMP in leadtime_tests, CUDA in
// leadtime_cuda_tests and where those are interpreted from PTX, which leaves out
// [large].
#include "kernels/statistics/ordering.hpp"

#include "kernels/lanes/philox.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

using namespace leadtime::kernels;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Many ties, zeros of both signs and infinities.
float tied(std::size_t i, std::size_t) {
    std::uint32_t const word = random_word(5, i, 7, 0);
    return word % 97 == 0   ? infinity
           : word % 89 == 0 ? -infinity
           : word % 83 == 0 ? -0.0f
                            : static_cast<float>(word % 1000) - 500.0f;
}

/// Any bits, denormals' too; those of a NaN become an infinity's.
float any_bits(std::size_t i, std::size_t) {
    float const value = std::bit_cast<float>(random_word(6, i, 7, 0));
    return std::isnan(value) ? std::copysign(infinity, value) : value;
}

float sorted_already(std::size_t i, std::size_t n) {
    std::size_t const middle = n / 2;
    return (static_cast<float>(i) - static_cast<float>(middle)) * 0.25f;
}

float reversed(std::size_t i, std::size_t n) {
    std::size_t const pair = (n - i) / 2;
    return static_cast<float>(pair) - 100.0f;
}

float all_equal(std::size_t, std::size_t) {
    return 3.0f;
}

float all_zero(std::size_t i, std::size_t) {
    return i % 3 == 0 ? -0.0f : 0.0f;
}

struct Input {
    std::string name;
    std::vector<float> values;
};

Input input(std::string const& name,
            float (*value)(std::size_t, std::size_t),
            std::size_t n) {
    std::vector<float> values(n);
    for (std::size_t i = 0; i < n; ++i) {
        values[i] = value(i, n);
    }
    return {name + ", " + std::to_string(n), std::move(values)};
}

/// CUDA sorts up to some 4,900 values in one block, 5,003 in several passes of one
/// block, and 20,011 in blocks that look back at each other's counts.
std::vector<Input> inputs() {
    std::vector<Input> all;
    for (std::size_t const n : {0u, 1u, 2u, 31u, 32u, 33u, 20'011u}) {
        all.push_back(input("tied", tied, n));
    }
    for (std::size_t const n : {1000u, 5003u}) {
        all.push_back(input("tied", tied, n));
        all.push_back(input("any bits", any_bits, n));
        all.push_back(input("sorted already", sorted_already, n));
        all.push_back(input("reversed", reversed, n));
        all.push_back(input("all equal", all_equal, n));
        all.push_back(input("all zero", all_zero, n));
    }
    return all;
}

std::vector<std::uint32_t> bits(std::vector<float> const& values) {
    std::vector<std::uint32_t> all;
    for (float const value : values) {
        all.push_back(std::bit_cast<std::uint32_t>(value));
    }
    return all;
}

void check_sorted(Input const& input) {
    auto expected = input.values;
    std::replace(expected.begin(), expected.end(), -0.0f, 0.0f);  // either zero
    std::stable_sort(expected.begin(), expected.end());
    auto sorted = input.values;
    sort_values(sorted);
    CAPTURE(input.name);
    CHECK(bits(sorted) == bits(expected));
}

void check_order(Input const& input) {
    auto const& values = input.values;
    std::vector<std::uint32_t> expected(values.size());
    std::iota(expected.begin(), expected.end(), 0u);
    std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) {
        return values[a] < values[b];
    });
    std::vector<std::uint32_t> order(values.size());
    sort_order(values, order);
    CAPTURE(input.name);
    CHECK(order == expected);
}

void check_ranks(Input const& input) {
    auto const& values = input.values;
    std::vector<std::uint32_t> at_most(values.size());
    std::vector<std::uint32_t> below(values.size());
    rank_values(values, at_most, below);
    CAPTURE(input.name);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint32_t expected_at_most = 0;
        std::uint32_t expected_below = 0;
        for (float const x : values) {
            expected_at_most += x <= values[i] ? 1 : 0;
            expected_below += x < values[i] ? 1 : 0;
        }
        wrong += at_most[i] != expected_at_most || below[i] != expected_below;
    }
    CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("ordering: sorts as the standard library does", "[kernels][ordering]") {
    for (Input const& input : inputs()) {
        check_sorted(input);
    }
}

TEST_CASE("ordering: equal values keep their order", "[kernels][ordering]") {
    for (Input const& input : inputs()) {
        check_order(input);
    }
}

TEST_CASE("ordering: ranks count the values at most and below", "[kernels][ordering]") {
    for (Input const& input : inputs()) {
        if (input.values.size() < 10'000) {  // counting is quadratic
            check_ranks(input);
        }
    }
}

TEST_CASE("ordering: many values are sorted and ordered",
          "[kernels][ordering][large]") {
    for (auto const& many :
         {input("tied", tied, 100'003), input("any bits", any_bits, 100'003)}) {
        check_sorted(many);
        check_order(many);
    }
}

TEST_CASE("ordering: names its back end", "[kernels][ordering]") {
    std::string const name = ordering_backend();
    CHECK((name == "OpenMP" || name == "CUDA"));
}
