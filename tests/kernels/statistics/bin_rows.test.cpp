// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/statistics.hpp"
#include "kernels/statistics/bins.hpp"

#include "tests/support/random_values.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace leadtime;
using estimator::Statistics;
using tests::normal_values;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// What bin_rows promises, value by value and without its tables of cells.
struct SlowBins {
    kernels::Axis axis;
    std::vector<std::uint32_t> counts;
    kernels::Moments moments;
    long double tail = 0.0;
    long double tail_squares = 0.0;

    explicit SlowBins(kernels::Axis const& a)
        : axis(a)
        , counts(static_cast<std::size_t>(a.bin_count)) {}

    int bin_of(float value) const {
        if (std::isnan(value)) {
            return kernels::bin_not_a_number;
        }
        if (std::isinf(value)) {
            return value > 0.0f ? kernels::bin_plus_infinity
                                : kernels::bin_minus_infinity;
        }
        for (int i = 0; i < axis.atom_count; ++i) {
            if (value == axis.atoms[i]) {
                return kernels::bin_first_atom + i;
            }
        }
        if (value == 0.0f) {
            return kernels::bin_zero;
        }
        if (std::abs(value) < kernels::smallest_magnitude) {
            return kernels::bin_tiny;
        }
        std::int64_t const place = key_of(value);
        if (place < 0 || place >= axis.key_span) {
            for (int bin = 0;; ++bin) {
                if (value < kernels::value_of_coarse_bin(bin + 1)) {
                    return (place < 0 ? kernels::bin_first_below
                                      : kernels::bin_first_above)
                           + bin;
                }
            }
        }
        auto const key = static_cast<int>(place);
        int bin = kernels::special_bins;
        for (int cell = 0;; ++cell) {
            int const first = cell << axis.cell_shift;
            int const size = 1 << axis.cell_shift;
            int const width = 1 << axis.shift_of_cell(cell);
            if (key < first + size) {
                return bin + (key - first) / width;
            }
            bin += size / width;
        }
    }

    /// A float's place among all, from the origin; halves of it around a fold.
    std::int64_t key_of(float value) const {
        std::int64_t size = kernels::bits_of(std::abs(value));
        if (axis.is_signed) {
            size = std::max<std::int64_t>(size - axis.fold, 0);
        }
        std::int64_t const key = value < 0.0f ? -size : size;
        return (axis.is_signed ? static_cast<std::int64_t>(
                    std::floor(static_cast<double>(key) / 2.0))
                               : key)
               - axis.key_origin;
    }

    void add(float value) {
        ++counts[static_cast<std::size_t>(bin_of(value))];
        if (!std::isfinite(value)) {
            return;
        }
        float const deviation = (value - axis.centre) * axis.sum_scale;
        if (std::abs(deviation) <= kernels::largest_deviation) {
            double const whole = std::trunc(static_cast<double>(deviation));
            double const coarse = std::floor(whole / (1 << kernels::square_shift));
            moments.sum += static_cast<std::int64_t>(whole);
            moments.squares.add(static_cast<std::uint64_t>(coarse * coarse));
        } else {
            long double const far = static_cast<long double>(value) - axis.centre;
            tail += far;
            tail_squares += far * far;
        }
        ++moments.count;
        moments.minimum = std::min(moments.minimum, value);
        moments.maximum = std::max(moments.maximum, value);
    }
};

template <class Real>
void check_against_slow(kernels::Axis const& axis,
                        std::vector<float> const& values,
                        int rows,
                        int stride,
                        int count) {
    SlowBins slow(axis);
    for (int row = 0; row < rows; ++row) {
        for (int i = 0; i < count; ++i) {
            slow.add(values[static_cast<std::size_t>(row * stride + i)]);
        }
    }
    Statistics fast({axis});
    kernels::bin_rows<Real>(fast.axes[0],
                            values.data(),
                            rows,
                            stride,
                            count,
                            fast.counts.data(),
                            fast.moments[0]);
    CAPTURE(kernels::Lanes<Real>::width, axis.is_signed, rows, stride, count);
    CHECK(fast.counts == slow.counts);
    CHECK(fast.moments[0].sum == slow.moments.sum);
    CHECK(fast.moments[0].squares == slow.moments.squares);
    CHECK(std::abs(fast.moments[0].tail.sum() - static_cast<double>(slow.tail))
          <= 1e-7 * std::sqrt(static_cast<double>(slow.tail_squares) * rows * count));
    CHECK(std::abs(fast.moments[0].tail.sum_of_squares()
                   - static_cast<double>(slow.tail_squares))
          <= 1e-6 * static_cast<double>(slow.tail_squares));
    CHECK(fast.moments[0].count == slow.moments.count);
    CHECK(fast.moments[0].minimum == slow.moments.minimum);
    CHECK(fast.moments[0].maximum == slow.moments.maximum);
}

void check_against_slow(kernels::Axis const& axis,
                        std::vector<float> const& values,
                        int rows,
                        int stride,
                        int count) {
    check_against_slow<float>(axis, values, rows, stride, count);
    check_against_slow<kernels::Pack<8>>(axis, values, rows, stride, count);
    check_against_slow<kernels::Pack<16>>(axis, values, rows, stride, count);
}

/// Axes of a lognormal and of a normal output, with an atom each, and of one with
/// nothing but atoms.
std::vector<kernels::Axis> some_axes() {
    auto const logarithmic =
        normal_values(1024, [](float z) { return std::min(std::exp(z), 4.0f); });
    auto const linear =
        normal_values(1024, [](float z) { return std::min(3.0f * z - 1.0f, 3.0f); });
    auto const discrete =
        normal_values(1024, [](float z) { return std::round(3.0f * z) * 17.0f; });
    return {estimator::make_axis(logarithmic),
            estimator::make_axis(linear),
            estimator::make_axis(discrete)};
}

}  // namespace

TEST_CASE("bins: counts and sums are those of the slow definition",
          "[kernels][statistics]") {
    for (kernels::Axis const& axis : some_axes()) {
        auto const values = normal_values(
            8192, [](float z) { return z < -1.0f ? 4.0f : std::exp(2.0f * z) - 0.2f; });
        for (int const count : {0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130}) {
            check_against_slow(axis, values, 5, 200, count);
        }
        check_against_slow(axis, values, 1, 0, 8192);
        check_against_slow(axis, values, 128, 64, 64);
    }
}

TEST_CASE("bins: one special value in a row of 64 gets its bin, wherever it is",
          "[kernels][statistics]") {
    for (kernels::Axis const& axis : some_axes()) {
        REQUIRE(axis.atom_count > 0);
        float const end = kernels::value_of_key(axis, axis.key_span);
        std::vector<float> const specials{0.0f,
                                          -0.0f,
                                          axis.atoms[0],
                                          infinity,
                                          -infinity,
                                          std::numeric_limits<float>::quiet_NaN(),
                                          -std::numeric_limits<float>::quiet_NaN(),
                                          axis.origin,
                                          std::nextafter(axis.origin, infinity),
                                          std::nextafter(axis.origin, -infinity),
                                          end,
                                          std::nextafter(end, infinity),
                                          std::nextafter(end, -infinity),
                                          std::numeric_limits<float>::max(),
                                          std::numeric_limits<float>::lowest(),
                                          kernels::smallest_magnitude,
                                          -kernels::smallest_magnitude,
                                          9.9e-38f,
                                          -9.9e-38f,
                                          std::numeric_limits<float>::denorm_min(),
                                          -std::numeric_limits<float>::denorm_min()};
        for (float const special : specials) {
            for (std::size_t const place : {0u, 7u, 8u, 20u, 63u}) {
                auto values =
                    normal_values(64, [](float z) { return std::exp(0.3f * z); });
                values[place] = special;
                CAPTURE(special, place);
                check_against_slow(axis, values, 1, 0, 64);
            }
            check_against_slow(axis, std::vector<float>(64, special), 1, 0, 64);
            check_against_slow(axis, std::vector<float>(61, special), 1, 0, 61);
        }
    }
}

TEST_CASE("bins: sums of the largest deviations do not overflow",
          "[kernels][statistics]") {
    std::vector<float> values(std::size_t{64} * 1024, 1e30f);
    for (std::size_t i = 0; i < values.size(); i += 64) {
        values[i] = 1.0f;  // else a row were one addition
    }
    std::vector<float> const below = [&] {
        std::vector<float> negative = values;
        for (float& value : negative) {
            value = -value;
        }
        return negative;
    }();
    for (kernels::Axis const& axis : some_axes()) {
        check_against_slow(axis, values, 1024, 64, 64);
        check_against_slow(axis, below, 1, 0, 64 * 1024);
    }
}
