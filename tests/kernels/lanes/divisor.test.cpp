// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/divisor.hpp"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <random>

using namespace leadtime::kernels;

namespace {

/// Magnitudes of 2^-50 to 2^50 whose digits are any, or few from a power of two: where
/// roundings are hard.
float random_number(std::mt19937& random) {
    auto const exponent = static_cast<std::int32_t>(random() % 100) + 77;
    auto mantissa = static_cast<std::int32_t>(random() & 0x7fffff);
    switch (random() % 4) {
    case 0:
        mantissa &= 7;
        break;
    case 1:
        mantissa |= 0x7ffff8;
        break;
    default:
        break;
    }
    return real_of_bits(exponent << 23 | mantissa);
}

}  // namespace

TEMPLATE_TEST_CASE("divisor: a quotient has the bits of a division",
                   "[kernels][lanes]",
                   Pack<8>,
                   Pack<16>) {
    constexpr int width = Lanes<TestType>::width;
    std::mt19937 random(1);
    int differing = 0;
    for (int i = 0; i < 400'000; ++i) {
        TestType a;
        TestType b;
        for (int lane = 0; lane < width; ++lane) {
            a.v[lane] = random_number(random);
            b.v[lane] = random_number(random);
        }
        a.v[0] = 0.0f;
        TestType const quotient = a / Divisor<TestType>(b);
        for (int lane = 0; lane < width; ++lane) {
            differing += quotient.v[lane] != a.v[lane] / b.v[lane];
        }
    }
    CHECK(differing == 0);
}

TEST_CASE("divisor: every reciprocal of an octave serves every hard quotient",
          "[kernels][lanes]") {
    int differing = 0;
    for (std::int32_t mantissa = 0; mantissa < 1 << 23; mantissa += 16) {
        Pack<16> b;
        for (int lane = 0; lane < 16; ++lane) {
            b.v[lane] = real_of_bits(0x3f800000 + mantissa + lane);
        }
        Divisor<Pack<16>> const by(b);
        for (float const size :
             {1.0f, 0x1.fffffep0f, 0x1.000002p0f, 3.0f, 0x1.555556p0f}) {
            Pack<16> const a(size);
            differing += any_lane(a / by != a / b) ? 1 : 0;
            differing += any_lane(b / Divisor<Pack<16>>(a) != b / a) ? 1 : 0;
        }
    }
    CHECK(differing == 0);
}
