// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/math.hpp"

#include "kernels/lanes/normal.hpp"
#include "kernels/lanes/philox.hpp"

#include "tests/support/reference_draws.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

using namespace leadtime::kernels;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Distance in units of the last place of `exact` as a float.
double ulps(float value, double exact) {
    if (static_cast<float>(exact) == value) {
        return 0.0;
    }
    float const rounded = std::abs(static_cast<float>(exact));
    double const ulp = static_cast<double>(std::nextafter(rounded, infinity))
                       - static_cast<double>(rounded);
    return std::abs(static_cast<double>(value) - exact) / ulp;
}

/// Largest error over floats between two bit patterns, every `stride`-th (a prime, so
/// that all mantissas and exponents are met).
template <class Function, class Exact>
double worst_ulps(std::uint32_t first, std::uint32_t last, Function f, Exact exact) {
    constexpr std::uint32_t stride = 251;
    double worst = 0.0;
    for (std::uint64_t bits = first; bits <= last; bits += stride) {
        float const x = real_of_bits(static_cast<std::int32_t>(bits));
        worst = std::max(worst, ulps(f(x), exact(static_cast<double>(x))));
    }
    return worst;
}

std::uint32_t bits(float x) {
    return static_cast<std::uint32_t>(bits_of(x));
}

}  // namespace

TEST_CASE("math: exponential is within 2 ulp of exp", "[kernels][math]") {
    auto const ours = [](float x) { return exponential(x); };
    auto const exact = [](double x) { return std::exp(x); };
    double const up = worst_ulps(bits(1e-30f), bits(88.7f), ours, exact);
    double const down = worst_ulps(bits(-1e-30f), bits(-87.3f), ours, exact);
    CAPTURE(up, down);
    CHECK(up < 2.0);
    CHECK(down < 2.0);
}

TEST_CASE("math: exponential at the ends of its range", "[kernels][math]") {
    CHECK(exponential(0.0f) == 1.0f);
    CHECK(exponential(89.0f) == infinity);
    CHECK(exponential(infinity) == infinity);
    CHECK(exponential(-104.0f) == 0.0f);
    CHECK(exponential(-infinity) == 0.0f);
    CHECK(std::isnan(exponential(std::numeric_limits<float>::quiet_NaN())));
    // Subnormal results round once.
    CHECK(std::abs(exponential(-100.0f) - std::exp(-100.0)) < 1.5e-45);
}

TEST_CASE("math: logarithm is within 2 ulp of log", "[kernels][math]") {
    auto const ours = [](float x) { return logarithm(x); };
    auto const exact = [](double x) { return std::log(x); };
    double const worst =
        worst_ulps(1u, bits(std::numeric_limits<float>::max()), ours, exact);
    CAPTURE(worst);
    CHECK(worst < 2.0);
}

TEST_CASE("math: logarithm at the ends of its range", "[kernels][math]") {
    CHECK(logarithm(1.0f) == 0.0f);
    CHECK(logarithm(0.0f) == -infinity);
    CHECK(logarithm(infinity) == infinity);
    CHECK(std::isnan(logarithm(-1.0f)));
    CHECK(std::isnan(logarithm(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("math: sine is within 1.2e-7 of sin", "[kernels][math]") {
    double worst = 0.0;
    for (std::uint32_t i = bits(1e-30f); i <= bits(1e5f); i += 251) {
        float const x = real_of_bits(static_cast<std::int32_t>(i));
        double const exact = std::sin(static_cast<double>(x));
        worst = std::max(worst, std::abs(static_cast<double>(sine(x)) - exact));
        worst = std::max(worst, std::abs(static_cast<double>(sine(-x)) + exact));
    }
    CAPTURE(worst);
    CHECK(worst < 1.2e-7);
}

TEST_CASE("math: sine at the ends of its range", "[kernels][math]") {
    CHECK(sine(0.0f) == 0.0f);
    CHECK(std::isnan(sine(1.1e5f)));
    CHECK(std::isnan(sine(-infinity)));
    CHECK(std::isnan(sine(std::numeric_limits<float>::quiet_NaN())));
}

TEST_CASE("math: power keeps its stated error", "[kernels][math]") {
    for (float const x : {1e-20f, 0.3f, 0.999f, 1.0f, 1.7f, 1e9f, 1e20f}) {
        for (float const y : {-1.5f, -0.2f, 0.0f, 0.37f, 1.0f, 1.9f}) {
            double const exact =
                std::pow(static_cast<double>(x), static_cast<double>(y));
            double const allowed =
                1.5e-7 * (1.0 + std::abs(y * std::log(static_cast<double>(x))));
            CAPTURE(x, y);
            CHECK(std::abs(power(x, y) - exact) <= allowed * exact);
        }
    }
    CHECK(power(0.0f, 2.0f) == 0.0f);
    CHECK(power(0.0f, 0.0f) == 1.0f);
}

TEST_CASE("math: packs have the bits of single lanes", "[kernels][math]") {
    constexpr int width = 8;
    for (std::uint32_t i = 0; i < 200'000; i += width) {
        float in[width];
        for (int lane = 0; lane < width; ++lane) {
            // Any bit pattern at all, infinities and NaNs with the rest.
            std::uint32_t const word =
                philox4x32({{i + static_cast<std::uint32_t>(lane), 0, 0, 0}}, 1, 2)
                    .word[0];
            in[lane] = real_of_bits(static_cast<std::int32_t>(word));
        }
        auto const pack = load<Pack<width>>(in);
        auto const check = [&](Pack<width> packed, auto const& single) {
            for (int lane = 0; lane < width; ++lane) {
                float const expected = single(in[lane]);
                bool const same =
                    bits_of(packed.v[lane]) == bits_of(expected)
                    || (std::isnan(packed.v[lane]) && std::isnan(expected));
                REQUIRE(same);
            }
        };
        check(exponential(pack), [](float x) { return exponential(x); });
        check(logarithm(pack), [](float x) { return logarithm(x); });
        check(sine(pack), [](float x) { return sine(x); });
        check(normal_cdf(pack), [](float x) { return normal_cdf(x); });
        check(normal_score<Pack<width>>(bits_of(pack)),
              [](float x) { return normal_score<float>(bits_of(x)); });
        check(square_root(pack), [](float x) { return square_root(x); });
    }
}

TEST_CASE("normal: scores are the double quantiles of their words",
          "[kernels][normal]") {
    double worst_relative = 0.0;
    double worst_absolute = 0.0;
    for (std::uint64_t word = 0; word <= 0xffffffffu; word += 10'007) {
        for (std::uint32_t const w : {static_cast<std::uint32_t>(word),
                                      static_cast<std::uint32_t>(word >> 16)}) {
            double const exact = leadtime::tests::reference_score_of_word(w);
            double const error = std::abs(
                static_cast<double>(normal_score<float>(static_cast<std::int32_t>(w)))
                - exact);
            worst_absolute = std::max(worst_absolute, error);
            if (std::abs(exact) > 0.5) {
                worst_relative = std::max(worst_relative, error / std::abs(exact));
            }
        }
    }
    CAPTURE(worst_relative, worst_absolute);
    CHECK(worst_relative < 6e-7);
    CHECK(worst_absolute < 2e-6);
}

TEST_CASE("normal: the distribution function keeps its stated error",
          "[kernels][normal]") {
    for (int i = -6500; i <= 6500; ++i) {
        float const z = static_cast<float>(i) * 1e-3f;
        double const exact = 0.5 * std::erfc(-static_cast<double>(z) * M_SQRT1_2);
        CAPTURE(z);
        REQUIRE(std::abs(normal_cdf(z) - exact) <= 2e-7);
        if (z < 0.0f) {
            REQUIRE(std::abs(normal_cdf(z) - exact) <= 5e-6 * exact);
        }
    }
}
