// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/portable_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numbers>

namespace leadtime::estimator::portable {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// log 2 in three parts, the first of 32 bits: its product with an exponent is exact.
constexpr double ln2_high = 0x1.62e42fefp-1;
constexpr double ln2_middle = 0x1.473de6af278edp-34;
constexpr double ln2_low = -0x1.9ff0342542fc3p-90;

/// A sum of two doubles, the second below half an ulp of the first.
struct Pair {
    double high = 0;
    double low = 0;
};

/// a + b exactly, for |a| >= |b| or a = 0.
Pair ordered_sum(double a, double b) {
    double const sum = a + b;
    return {sum, b - (sum - a)};
}

/// a + b exactly.
Pair exact_sum(double a, double b) {
    double const sum = a + b;
    double const part = sum - a;
    return {sum, (a - (sum - part)) + (b - part)};
}

/// a * b exactly, where nothing underflows.
Pair exact_product(double a, double b) {
    double const product = a * b;
    return {product, std::fma(a, b, -product)};
}

Pair sum(Pair a, Pair b) {
    Pair const s = exact_sum(a.high, b.high);
    return ordered_sum(s.high, s.low + a.low + b.low);
}

/// exp(r) - 1 for |r| <= 0.35: Taylor's series, its first two terms as pairs.
Pair small_expm1(Pair r) {
    double const x = r.high;
    static constexpr double terms[] = {1.0 / 87178291200.0,
                                       1.0 / 6227020800.0,
                                       1.0 / 479001600.0,
                                       1.0 / 39916800.0,
                                       1.0 / 3628800.0,
                                       1.0 / 362880.0,
                                       1.0 / 40320.0,
                                       1.0 / 5040.0,
                                       1.0 / 720.0,
                                       1.0 / 120.0,
                                       1.0 / 24.0,
                                       1.0 / 6.0};
    double tail = 1.0 / 1307674368000.0;
    for (double const term : terms) {
        tail = std::fma(tail, x, term);
    }
    Pair const square = exact_product(x, x);
    double const rest =
        std::fma(square.high * x, tail, 0.5 * square.low) + std::fma(x, r.low, r.low);
    Pair const leading = ordered_sum(x, 0.5 * square.high);
    return ordered_sum(leading.high, leading.low + rest);
}

/// 2^k for |k| <= 1022.
double power_of_two(int k) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52U);
}

/// exp(x.high + x.low) for |x| <= 745.
double exp_of(Pair x) {
    double const k = std::floor(std::fma(x.high, std::numbers::log2e, 0.5));
    Pair r = exact_sum(x.high - k * ln2_high, -k * ln2_middle);
    r = ordered_sum(r.high, r.low + x.low);
    Pair const minus_one = small_expm1(r);
    Pair const result = ordered_sum(1.0, minus_one.high);
    double const mantissa = result.high + (result.low + minus_one.low);
    int const exponent = static_cast<int>(k);
    int const half = exponent / 2;
    return mantissa * power_of_two(half) * power_of_two(exponent - half);
}

/// log(x.high + x.low) for normal x.high > 0.
Pair log_of(Pair x) {
    int exponent = 0;
    double m = std::frexp(x.high, &exponent);
    double low = std::ldexp(x.low, -exponent);
    if (m < std::numbers::sqrt2 / 2) {
        m *= 2;
        low *= 2;
        --exponent;
    }
    // log m = 2 atanh(s), s = (m - 1) / (m + 1)
    Pair const above = exact_sum(m - 1.0, low);
    Pair below = exact_sum(m, 1.0);
    below.low += low;
    double const s = above.high / below.high;
    double const s_low =
        (std::fma(-s, below.high, above.high) + above.low - s * below.low) / below.high;
    double const square = s * s;
    static constexpr double terms[] = {1.0 / 23.0,
                                       1.0 / 21.0,
                                       1.0 / 19.0,
                                       1.0 / 17.0,
                                       1.0 / 15.0,
                                       1.0 / 13.0,
                                       1.0 / 11.0,
                                       1.0 / 9.0,
                                       1.0 / 7.0,
                                       1.0 / 5.0};
    double series = 1.0 / 25.0;
    for (double const term : terms) {
        series = std::fma(series, square, term);
    }
    // s^3 / 3 as a pair, the rest is below 1e-4 of the sum
    Pair const exact_square = exact_product(s, s);
    Pair const cube = exact_product(s, exact_square.high);
    double const cube_low =
        cube.low + s * exact_square.low + 3.0 * exact_square.high * s_low;
    double const third = cube.high / 3.0;
    double const third_low = (std::fma(-3.0, third, cube.high) + cube_low) / 3.0;
    Pair const head = exact_sum(2.0 * s, 2.0 * third);
    double const rest =
        head.low + 2.0 * (s_low + third_low + cube.high * square * series);
    double const e = exponent;
    Pair const from_exponent = exact_sum(e * ln2_high, e * ln2_middle);
    Pair const from_mantissa = ordered_sum(head.high, rest);
    return sum({from_exponent.high, from_exponent.low + e * ln2_low}, from_mantissa);
}

/// log of a positive finite number, subnormal ones too.
Pair log_of(double x) {
    constexpr int shift = 64;
    if (x >= std::numeric_limits<double>::min()) {
        return log_of(Pair{x, 0});
    }
    Pair const shifted = log_of(Pair{x * 0x1p64, 0});
    return sum(shifted,
               sum({-shift * ln2_high, 0}, {-shift * ln2_middle, -shift * ln2_low}));
}

bool is_integer(double x) {
    return std::floor(x) == x;
}
bool is_odd(double x) {
    return is_integer(x) && std::fmod(x, 2.0) != 0;
}

/// x less the nearest multiple of pi / 2, and which quarter that is.
Pair reduce_angle(double x, unsigned& quarter) {
    // pi / 2 in three parts; the first two of 33 bits.
    constexpr double first = 0x1.921fb544p+0;
    constexpr double second = 0x1.0b4611a6p-34;
    constexpr double third = 0x1.3198a2e037073p-69;
    double const k = std::floor(std::fma(x, std::numbers::inv_pi * 2, 0.5));
    quarter = static_cast<unsigned>(static_cast<std::int64_t>(k)) & 3U;
    Pair const rest = exact_sum(x - k * first, -k * second);
    return ordered_sum(rest.high, rest.low - k * third);
}

double small_sin(Pair r) {
    double const x = r.high;
    double const square = x * x;
    double tail = -1.0 / 1307674368000.0;
    for (double const term : {1.0 / 6227020800.0,
                              -1.0 / 39916800.0,
                              1.0 / 362880.0,
                              -1.0 / 5040.0,
                              1.0 / 120.0,
                              -1.0 / 6.0}) {
        tail = std::fma(tail, square, term);
    }
    return x + std::fma(x * square, tail, r.low * (1.0 - 0.5 * square));
}

double small_cos(Pair r) {
    double const x = r.high;
    double const square = x * x;
    double tail = 1.0 / 20922789888000.0;
    for (double const term : {-1.0 / 87178291200.0,
                              1.0 / 479001600.0,
                              -1.0 / 3628800.0,
                              1.0 / 40320.0,
                              -1.0 / 720.0,
                              1.0 / 24.0}) {
        tail = std::fma(tail, square, term);
    }
    double const half = 0.5 * square;
    double const leading = 1.0 - half;
    return leading
           + (((1.0 - leading) - half) + std::fma(square * square, tail, -x * r.low));
}

}  // namespace

double exp(double x) {
    if (std::isnan(x)) {
        return x;
    }
    if (x > 709.782712893384) {
        return infinity;
    }
    return x < -745.2 ? 0.0 : exp_of({x, 0});
}

double expm1(double x) {
    if (std::abs(x) < 0.35) {
        Pair const result = small_expm1({x, 0});
        return x == 0 ? x : result.high + result.low;
    }
    return x < -40 ? -1.0 : exp(x) - 1.0;
}

double log(double x) {
    if (!(x > 0) || x == infinity) {
        return x == 0 ? -infinity : x > 0 ? x : not_a_number;
    }
    Pair const result = log_of(x);
    return result.high + result.low;
}

double log1p(double x) {
    if (!(x > -1) || x == infinity) {
        return x == -1 ? -infinity : x > -1 ? x : not_a_number;
    }
    if (std::abs(x) < 1e-17) {
        return x;
    }
    Pair const result = log_of(exact_sum(1.0, x));
    return result.high + result.low;
}

double log10(double x) {
    if (!(x > 0) || x == infinity) {
        return log(x);
    }
    // 1 / log 10 as a pair
    constexpr double high = 0x1.bcb7b1526e50ep-2;
    constexpr double low = 0x1.95355baaafad3p-57;
    Pair const natural = log_of(x);
    Pair const product = exact_product(natural.high, high);
    return product.high
           + (product.low + std::fma(natural.high, low, natural.low * high));
}

double pow(double x, double y) {
    if (y == 0 || x == 1) {
        return 1.0;
    }
    if (std::isnan(x) || std::isnan(y)) {
        return not_a_number;
    }
    double const size = std::abs(x);
    double const sign = std::signbit(x) && is_odd(y) ? -1.0 : 1.0;
    if (std::isinf(y)) {
        return size == 1 ? 1.0 : (size > 1) == (y > 0) ? infinity : 0.0;
    }
    if (size == 0 || size == infinity) {
        return sign * ((size == 0) == (y > 0) ? 0.0 : infinity);
    }
    if (x < 0 && !is_integer(y)) {
        return not_a_number;
    }
    Pair const logarithm = log_of(size);
    Pair const product = exact_product(y, logarithm.high);
    if (!(product.high < 709.8)) {
        return sign * infinity;
    }
    if (product.high < -745.2) {
        return sign * 0.0;
    }
    return sign
           * exp_of(ordered_sum(product.high, std::fma(y, logarithm.low, product.low)));
}

double sin(double x) {
    if (!std::isfinite(x)) {
        return not_a_number;
    }
    unsigned quarter = 0;
    Pair const r = reduce_angle(x, quarter);
    double const result = (quarter & 1U) != 0 ? small_cos(r) : small_sin(r);
    return (quarter & 2U) != 0 ? -result : result;
}

double cos(double x) {
    if (!std::isfinite(x)) {
        return not_a_number;
    }
    unsigned quarter = 0;
    Pair const r = reduce_angle(x, quarter);
    double const result = (quarter & 1U) != 0 ? small_sin(r) : small_cos(r);
    return quarter == 1 || quarter == 2 ? -result : result;
}

double tan(double x) {
    return sin(x) / cos(x);
}

double atan(double x) {
    double const size = std::abs(x);
    if (!(size <= 1)) {
        return std::isnan(x) ? x
                             : std::copysign(std::numbers::pi / 2 - atan(1 / size), x);
    }
    if (size > 0.0625) {  // twice the angle of half the tangent
        return 2 * atan(x / (1 + std::sqrt(std::fma(x, x, 1.0))));
    }
    double const square = x * x;
    double series = 1.0 / 17.0;
    for (double const n : {15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0}) {
        series = std::fma(-series, square, 1.0 / n);
    }
    return std::fma(-x * square, series, x);
}

double asin(double x) {
    return atan2(x, std::sqrt((1 - x) * (1 + x)));
}

double acos(double x) {
    return 2 * atan2(std::sqrt(1 - x), std::sqrt(1 + x));
}

double atan2(double y, double x) {
    if (std::isnan(x) || std::isnan(y)) {
        return not_a_number;
    }
    if (y == 0) {
        return std::signbit(x) ? std::copysign(std::numbers::pi, y) : y;
    }
    double const size = std::abs(y) > std::abs(x)
                            ? std::numbers::pi / 2 - atan(std::abs(x) / std::abs(y))
                            : atan(std::isinf(y) ? 1.0 : std::abs(y) / std::abs(x));
    return std::copysign(std::signbit(x) ? std::numbers::pi - size : size, y);
}

double sinh(double x) {
    double const e = expm1(std::abs(x));
    return std::isinf(e) ? std::copysign(e, x)
                         : std::copysign(0.5 * (e + e / (e + 1)), x);
}

double cosh(double x) {
    double const e = exp(std::abs(x));
    return 0.5 * (e + 1 / e);
}

double tanh(double x) {
    double const e = expm1(2 * std::abs(x));
    return std::copysign(std::isinf(e) ? 1.0 : e / (e + 2), x);
}

}  // namespace leadtime::estimator::portable
