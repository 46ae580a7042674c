// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/math.hpp"
#include "kernels/lanes/normal.hpp"

#include <Kokkos_Core.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

/// Every one of the 2^32 floats (or random words) through each function, against double
/// precision: what the error bounds in kernels/lanes/math.hpp and normal.hpp state.
/// Minutes on two cores, so it is run by hand: leadtime_tests "[every_float]". Each
/// case also runs on a part of them with all tests: every 64th block of 4096, so all
/// exponents are met.
using namespace leadtime::kernels;

namespace {

using Wide = Pack<8>;

constexpr int block = 4096;
constexpr int blocks = 1 << 20;  // of 4096 floats: all of them
constexpr int every = 64;

/// Error in units of the last place of the exact value as a float.
double ulps(float value, double exact) {
    float const rounded = static_cast<float>(exact);
    if (rounded == value || (std::isnan(value) && std::isnan(exact))) {
        return 0.0;
    }
    if (!std::isfinite(value) || !std::isfinite(rounded)) {
        // A value that rounds to infinity may come out as the largest float.
        float const largest = std::numeric_limits<float>::max();
        return std::isinf(rounded) && std::abs(value) == largest
                   ? 1.0
                   : std::numeric_limits<double>::infinity();
    }
    int const exponent = std::max(std::ilogb(rounded), -126);
    return std::abs(static_cast<double>(value) - exact)
           / std::ldexp(1.0, exponent - 23);
}

/// Largest error over blocks of bit patterns, on all threads.
template <class Function, class Error>
double worst_error(int stride, Function const& ours, Error const& error) {
    double worst = 0.0;
    Kokkos::parallel_reduce(
        "leadtime::tests::worst_error",
        Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace,
                            Kokkos::Schedule<Kokkos::Dynamic>>(0, blocks / stride)
            .set_chunk_size(1),
        [&](int index, double& own) {
            std::uint32_t const first = static_cast<std::uint32_t>(index)
                                        * static_cast<std::uint32_t>(stride)
                                        * static_cast<std::uint32_t>(block);
            for (int i = 0; i < block; i += Lanes<Wide>::width) {
                std::uint32_t const bits = first + static_cast<std::uint32_t>(i);
                auto const words =
                    lane_number<Wide>() + IntPack<8>(static_cast<std::int32_t>(bits));
                Wide const values = ours(words);
                for (int lane = 0; lane < Lanes<Wide>::width; ++lane) {
                    own = std::max(own,
                                   error(static_cast<std::uint32_t>(words.v[lane]),
                                         values.v[lane]));
                }
            }
        },
        Kokkos::Max<double>(worst));
    return worst;
}

template <class Ours, class Exact>
double worst_ulps(int stride, Ours const& ours, Exact const& exact) {
    return worst_error(
        stride,
        [&](IntPack<8> words) { return ours(real_of_bits(words)); },
        [&](std::uint32_t bits, float value) {
            float const x = real_of_bits(static_cast<std::int32_t>(bits));
            return ulps(value, exact(static_cast<double>(x)));
        });
}

void check_functions(int stride) {
    double const of_exp = worst_ulps(
        stride,
        [](Wide x) { return exponential(x); },
        [](double x) { return std::exp(x); });
    double const of_log = worst_ulps(
        stride,
        [](Wide x) { return logarithm(x); },
        [](double x) { return std::log(x); });
    double const of_log10 = worst_ulps(
        stride,
        [](Wide x) { return logarithm10(x); },
        [](double x) { return std::log10(x); });
    CAPTURE(of_exp, of_log, of_log10);
    CHECK(of_exp < 1.02);
    CHECK(of_log < 0.83);
    CHECK(of_log10 < 2.1);
}

/// Error of a score, from the probability below it: Phi(z) - v = error * phi(z) but for
/// terms of the error squared.
double score_error(std::uint32_t word, double z) {
    double const v = (static_cast<double>(word >> 1) + 0.5) / 4294967296.0;
    double const lower = (word & 1) != 0 ? -z : z;
    double const density = std::exp(-0.5 * z * z) * 0.3989422804014327;
    return std::abs(0.5 * std::erfc(-lower * M_SQRT1_2) - v) / density;
}

/// Largest error over what is allowed: 6e-7 relative where |z| > 0.5, 2e-6 below.
void check_normal(int stride) {
    double const worst = worst_error(
        stride,
        [](IntPack<8> words) { return normal_score<Wide>(words); },
        [](std::uint32_t word, float value) {
            double const z = static_cast<double>(value);
            double const allowed = std::abs(z) > 0.5 ? 6e-7 * std::abs(z) : 2e-6;
            return score_error(word, z) / allowed;
        });
    CAPTURE(worst);
    CHECK(worst < 1.0);
}

}  // namespace

TEST_CASE("math: every float keeps the stated errors of exp, log and log10",
          "[kernels][math][every_float][.slow]") {
    check_functions(1);
}

TEST_CASE("math: blocks from all over the floats keep the stated errors",
          "[kernels][math]") {
    check_functions(every);
}

TEST_CASE("normal: every random word keeps the stated errors of its score",
          "[kernels][normal][every_float][.slow]") {
    check_normal(1);
}

TEST_CASE("normal: blocks from all over the words keep the stated errors",
          "[kernels][normal]") {
    check_normal(every * 4);
}
