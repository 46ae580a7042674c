// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/lane_stack.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <vector>

using namespace leadtime::kernels;

namespace {

/// As what kernels keep: numbers, whole numbers and truths.
template <class Real>
struct Lane {
    Real number;
    typename Lanes<Real>::Int whole;
    typename Lanes<Real>::Mask truth;
};

template <int W>
Lane<Pack<W>> lanes_from(int first) {
    Lane<Pack<W>> lanes;
    for (int i = 0; i < W; ++i) {
        lanes.number.v[i] = 0.5f * static_cast<float>(first + i);
        lanes.whole.v[i] = first + i;
        lanes.truth.v[i] = (first + i) % 3 == 0 ? -1 : 0;
    }
    return lanes;
}

template <int W>
IntPack<W> mask_of(std::uint32_t bits) {
    IntPack<W> mask;
    for (int i = 0; i < W; ++i) {
        mask.v[i] = (bits >> i & 1) != 0 ? -1 : 0;
    }
    return mask;
}

}  // namespace

TEMPLATE_TEST_CASE("lane stack: whatever lanes go in come out, the newest first",
                   "[kernels][lanes]",
                   Pack<8>,
                   Pack<16>) {
    constexpr int width = Lanes<TestType>::width;
    LaneStack<TestType, Lane<TestType>> stack;
    std::vector<int> expected;
    auto const pop = [&] {
        Lane<TestType> lanes;
        int const count = stack.pop(lanes);
        REQUIRE(count <= static_cast<int>(expected.size()));
        for (int i = 0; i < width; ++i) {
            int const from = i < count ? i : count - 1;  // the last one fills the pack
            int const own = expected[expected.size() - static_cast<std::size_t>(count)
                                     + static_cast<std::size_t>(from)];
            REQUIRE(lanes.whole.v[i] == own);
            REQUIRE(lanes.number.v[i] == 0.5f * static_cast<float>(own));
            REQUIRE(lanes.truth.v[i] == (own % 3 == 0 ? -1 : 0));
        }
        expected.resize(expected.size() - static_cast<std::size_t>(count));
        REQUIRE(stack.size() == static_cast<int>(expected.size()));
    };
    int first = 0;
    for (std::uint32_t bits = 0; bits < (1u << width); bits += width == 8 ? 1 : 37) {
        auto const taken = taken_lanes(mask_of<width>(bits));
        REQUIRE(taken.bits == bits);
        REQUIRE(taken.count == __builtin_popcount(bits));
        stack.push(lanes_from<width>(first), taken);
        for (int i = 0; i < width; ++i) {
            if ((bits >> i & 1) != 0) {
                expected.push_back(first + i);
            }
        }
        first += width;
        while (stack.size() >= width) {
            pop();
        }
    }
    while (stack.size() > 0) {
        pop();
    }
    CHECK(expected.empty());
}
