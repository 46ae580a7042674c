// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/portable_math.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace {

namespace portable = leadtime::estimator::portable;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

using Function = double (*)(double);
using Reference = long double (*)(long double);

/// The largest distance in ulp over points spread evenly in [low, high].
double worst_ulp(Function f, Reference exact, double low, double high) {
    double worst = 0;
    for (int i = 0; i <= 100'000; ++i) {
        double const x = low + (high - low) * (i / 100'000.0);
        long double const right = exact(static_cast<long double>(x));
        auto const nearest = static_cast<double>(right);
        double const ulp =
            std::nextafter(std::abs(nearest), infinity) - std::abs(nearest);
        worst = std::max(worst, static_cast<double>(std::abs(f(x) - right) / ulp));
    }
    return worst;
}

}  // namespace

TEST_CASE("portable_math: agrees with long double", "[estimator][portable_math]") {
    CHECK(worst_ulp(portable::exp, std::exp, -700, 700) < 0.53);
    CHECK(worst_ulp(portable::exp, std::exp, -1, 1) < 0.53);
    CHECK(worst_ulp(portable::log, std::log, 1e-3, 1e3) < 0.51);
    CHECK(worst_ulp(portable::log, std::log, 0.5, 2) < 0.51);
    CHECK(worst_ulp(portable::log, std::log, 1e-300, 1e-295) < 0.51);
    CHECK(worst_ulp(portable::log10, std::log10, 1e-3, 1e3) < 0.51);
    CHECK(worst_ulp(portable::log1p, std::log1p, -0.9, 3) < 0.51);
    CHECK(worst_ulp(portable::log1p, std::log1p, -1e-5, 1e-5) < 0.51);
    CHECK(worst_ulp(portable::expm1, std::expm1, -1e-5, 1e-5) < 0.53);
    CHECK(worst_ulp(portable::expm1, std::expm1, -20, 20) < 3);
    CHECK(worst_ulp(portable::sin, std::sin, -20, 20) < 3);
    CHECK(worst_ulp(portable::cos, std::cos, -20, 20) < 3);
    CHECK(worst_ulp(portable::tan, std::tan, -1.5, 1.5) < 3);
    CHECK(worst_ulp(portable::asin, std::asin, -1, 1) < 8);
    CHECK(worst_ulp(portable::acos, std::acos, -1, 1) < 8);
    CHECK(worst_ulp(portable::atan, std::atan, -50, 50) < 8);
    CHECK(worst_ulp(portable::sinh, std::sinh, -20, 20) < 8);
    CHECK(worst_ulp(portable::cosh, std::cosh, -20, 20) < 8);
    CHECK(worst_ulp(portable::tanh, std::tanh, -20, 20) < 8);
    for (double const y : {-17.3, -2.0, -0.5, 1.0 / 3.0, 3.0, 25.7}) {
        double worst = 0;
        for (int i = 1; i <= 20'000; ++i) {
            double const x = i * 3e-4;
            long double const right =
                std::pow(static_cast<long double>(x), static_cast<long double>(y));
            worst = std::max(
                worst, static_cast<double>(std::abs(portable::pow(x, y) / right - 1)));
        }
        CAPTURE(y);
        CHECK(worst < 0.53 * 2.3e-16);
    }
}

TEST_CASE("portable_math: special values are those of the C library",
          "[estimator][portable_math]") {
    auto const same = [](double a, double b) {
        return (std::isnan(a) && std::isnan(b))
               || (a == b && std::signbit(a) == std::signbit(b));
    };
    // The last bit may differ, which is what this is about.
    auto const close = [&](double a, double b) {
        return same(a, b) || std::abs(a - b) <= 2.3e-16 * std::abs(b);
    };
    double const special[] = {0.0,
                              -0.0,
                              1.0,
                              -1.0,
                              infinity,
                              -infinity,
                              not_a_number,
                              5e-324,
                              1e-300,
                              -3.0,
                              2.0,
                              0.5};
    for (double const x : special) {
        CAPTURE(x);
        CHECK(close(portable::exp(x), std::exp(x)));
        CHECK(close(portable::log(x), std::log(x)));
        CHECK(close(portable::log1p(x), std::log1p(x)));
        CHECK(std::isnan(portable::expm1(x)) == std::isnan(std::expm1(x)));
        CHECK(std::isnan(portable::sin(x)) == std::isnan(std::sin(x)));
        CHECK(std::isnan(portable::acos(x)) == std::isnan(std::acos(x)));
        for (double const y : special) {
            CAPTURE(y);
            CHECK(close(portable::pow(x, y), std::pow(x, y)));
        }
    }
    CHECK(portable::exp(709.782712893384) < infinity);
    CHECK(portable::exp(709.7827128933841) == infinity);
    CHECK(portable::exp(-745.0) == 5e-324);
    CHECK(portable::exp(-746.0) == 0.0);
}
