// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/statistics.hpp"

#include "estimator/engine/result.hpp"
#include "kernels/lanes/normal.hpp"

#include "tests/support/random_values.hpp"
#include "tests/support/same_bits.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace leadtime;
using estimator::quantile_levels;
using estimator::Statistics;
using tests::normal_values;

namespace {

constexpr float plus_infinity = std::numeric_limits<float>::infinity();

void add(Statistics& statistics,
         std::vector<float> const& values,
         std::size_t begin,
         std::size_t end) {
    kernels::bin_values<kernels::Pack<8>>(statistics.axes[0],
                                          values.data() + begin,
                                          static_cast<int>(end - begin),
                                          statistics.counts.data(),
                                          statistics.moments[0]);
    statistics.samples += end - begin;
}

/// Statistics of values [begin, end), on axes laid out by the two pilots of a real run.
Statistics
collect(std::vector<float> const& values, std::size_t begin, std::size_t end) {
    std::size_t const first = std::min<std::size_t>(values.size(), 1024);
    Statistics pilot({estimator::make_axis({values.data(), first})});
    add(pilot, values, 0, std::min<std::size_t>(values.size(), 8192));
    Statistics statistics({estimator::refine_axis(pilot, 0, values.size())});
    add(statistics, values, begin, end);
    return statistics;
}

double quantile(Statistics const& statistics, double p) {
    return statistics.distribution(0).quantile(p);
}

double standard_error(Statistics const& statistics, double p) {
    return statistics.distribution(0).standard_error(p);
}

double exact_quantile(std::vector<float> sorted, double p) {
    std::sort(sorted.begin(), sorted.end());
    double const rank = p * static_cast<double>(sorted.size() - 1);
    auto const low = static_cast<std::size_t>(rank);
    std::size_t const high = std::min(low + 1, sorted.size() - 1);
    double const weight = rank - static_cast<double>(low);
    return (1.0 - weight) * sorted[low] + weight * sorted[high];
}

struct SampledShape {
    char const* name;
    float (*transform)(float);
};

// From narrow to many decades, signed, with atoms: the kinds of outputs there are.
SampledShape const shapes[] = {
    {"normal around 10", [](float z) { return 10.0f + z; }},
    {"lognormal, sigma 0.1", [](float z) { return std::exp(0.1f * z) * 1e9f; }},
    {"lognormal, sigma 1", [](float z) { return std::exp(z) * 1e26f; }},
    {"lognormal, sigma 2.5", [](float z) { return std::exp(2.5f * z); }},
    {"half zeros", [](float z) { return z < 0.0f ? 0.0f : std::exp(z); }},
    {"capped", [](float z) { return std::min(std::exp(z), 1.5f); }},
    {"fraction", [](float z) { return kernels::normal_cdf(z); }}};

}  // namespace

TEST_CASE("statistics: quantiles are within 0.1 % of a sort, or 0.2 % of p5 to p95",
          "[kernels][statistics]") {
    for (SampledShape const& shape : shapes) {
        for (std::size_t const count : {1024u, 20'000u, 300'000u}) {
            std::vector<float> const values = normal_values(count, shape.transform);
            Statistics const statistics = collect(values, 0, values.size());
            double const spread =
                exact_quantile(values, 0.95) - exact_quantile(values, 0.05);
            for (double const p : quantile_levels) {
                double const exact = exact_quantile(values, p);
                CAPTURE(shape.name, count, p, exact);
                CHECK(std::abs(quantile(statistics, p) - exact)
                      <= std::max(1e-3 * std::abs(exact), 2e-3 * spread));
                CHECK(std::abs(quantile(statistics, p) - exact)
                      <= 1e-3 * std::abs(exact) + standard_error(statistics, p));
            }
        }
    }
}

TEST_CASE("statistics: signed values are within 0.1 % of their spread",
          "[kernels][statistics]") {
    for (std::size_t const count : {1024u, 300'000u}) {
        std::vector<float> const values =
            normal_values(count, [](float z) { return 20.0f * z + 3.0f; });
        Statistics const statistics = collect(values, 0, values.size());
        double const spread =
            exact_quantile(values, 0.95) - exact_quantile(values, 0.05);
        for (double const p : quantile_levels) {
            CAPTURE(count, p);
            CHECK(std::abs(quantile(statistics, p) - exact_quantile(values, p))
                  <= 1e-3 * spread);
        }
    }
}

TEST_CASE("statistics: shares below a value are those of the sample",
          "[kernels][statistics]") {
    for (std::size_t const count : {1024u, 100'000u}) {
        for (float const censored : {0.0f, 0.9f}) {
            std::vector<float> values =
                normal_values(count, [](float z) { return 30.0f * z + 50.0f; });
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (static_cast<float>(i % 100) < 100.0f * censored) {
                    values[i] = plus_infinity;
                } else if (values[i] < 0.0f) {
                    values[i] = i % 2 == 0 ? 0.0f : -plus_infinity;
                }
            }
            Statistics const statistics = collect(values, 0, values.size());
            auto const distribution = statistics.distribution(0);
            for (float const x : {-5.0f, 0.0f, 3.0f, 24.0f, 50.0f, 80.0f, 160.0f}) {
                double const exact =
                    static_cast<double>(std::count_if(
                        values.begin(), values.end(), [&](float y) { return y <= x; }))
                    / static_cast<double>(count);
                CAPTURE(count, censored, x, exact);
                CHECK(std::abs(distribution.share_at_most(x) - exact) <= 5e-3);
            }
            CHECK(distribution.share_at_most(plus_infinity) == 1.0);
        }
    }
}

TEST_CASE("statistics: merging parts gives the bits of the whole",
          "[kernels][statistics]") {
    std::vector<float> const values =
        normal_values(10'000, [](float z) { return std::exp(z); });
    Statistics const whole = collect(values, 0, 10'000);
    for (std::size_t const cut : {0u, 1u, 31u, 32u, 33u, 1023u, 1024u, 1025u, 9'999u}) {
        Statistics parts = collect(values, cut, 10'000);
        parts.merge(collect(values, 0, cut));
        CHECK(tests::difference_between(parts, whole) == "");
    }
}

TEST_CASE("statistics: mean and deviation are those of the sample",
          "[kernels][statistics]") {
    for (SampledShape const& shape : shapes) {
        std::vector<float> const values = normal_values(50'000, shape.transform);
        Statistics const statistics = collect(values, 0, values.size());
        double sum = 0.0;
        for (float const x : values) {
            sum += x;
        }
        double const mean = sum / 50'000;
        double squares = 0.0;
        for (float const x : values) {
            squares += (x - mean) * (x - mean);
        }
        double const deviation = std::sqrt(squares / 49'999);
        CAPTURE(shape.name);
        CHECK(std::abs(statistics.mean(0) - mean) <= 1e-4 * deviation);
        CHECK(std::abs(statistics.standard_deviation(0) - deviation)
              <= 1e-3 * deviation);
    }
}

TEST_CASE("statistics: the standard error of a quantile is that of its estimator",
          "[kernels][statistics]") {
    // For N(0,1) it is sqrt(p q / n) / phi(z_p).
    constexpr std::size_t count = 100'000;
    std::vector<float> const values =
        normal_values(count, [](float z) { return z + 100.0f; });
    Statistics const statistics = collect(values, 0, count);
    struct Known {
        double p;
        double density;
    };
    for (Known const known :
         {Known{0.5, 0.39894}, Known{0.05, 0.10314}, Known{0.95, 0.10314}}) {
        double const exact =
            std::sqrt(known.p * (1.0 - known.p) / count) / known.density;
        CAPTURE(known.p);
        CHECK(std::abs(standard_error(statistics, known.p) - exact) < 0.2 * exact);
    }
}

TEST_CASE("statistics: censored values count and are never dropped",
          "[kernels][statistics]") {
    std::vector<float> values = normal_values(1000, [](float z) { return z; });
    for (std::size_t i = 0; i < 300; ++i) {
        values[i] = plus_infinity;
    }
    for (std::size_t i = 300; i < 400; ++i) {
        values[i] = -plus_infinity;
    }
    Statistics const statistics = collect(values, 0, values.size());
    CHECK(statistics.special(0, kernels::bin_plus_infinity) == 300);
    CHECK(statistics.special(0, kernels::bin_minus_infinity) == 100);
    CHECK(statistics.moments[0].count == 600);
    CHECK(quantile(statistics, 0.05) == -plus_infinity);
    CHECK(quantile(statistics, 0.75) == plus_infinity);
    CHECK(std::abs(quantile(statistics, 0.4)) < 0.2);
}

TEST_CASE("statistics: zeros among signed values are exactly 0",
          "[kernels][statistics]") {
    std::vector<float> const values = normal_values(
        20'000, [](float z) { return std::abs(z) < 0.5f ? 0.0f : 10.0f * z; });
    Statistics const statistics = collect(values, 0, values.size());
    CHECK(quantile(statistics, 0.5) == 0.0);
    CHECK(quantile(statistics, 0.35) == 0.0);
    CHECK(quantile(statistics, 0.65) == 0.0);
    CHECK(quantile(statistics, 0.25) < -5.0);
    CHECK(quantile(statistics, 0.75) > 5.0);
}

TEST_CASE("statistics: a value that comes often is exact, and sure",
          "[kernels][statistics]") {
    std::vector<float> const values = normal_values(
        20'000, [](float z) { return std::min(40.0f, 30.0f + 10.0f * z); });
    Statistics const statistics = collect(values, 0, values.size());
    CHECK(quantile(statistics, 0.95) == 40.0);
    CHECK(standard_error(statistics, 0.95) == 0.0);
    CHECK(quantile(statistics, 0.5) < 30.5);
    CHECK(standard_error(statistics, 0.5) > 0.01);
}

TEST_CASE("statistics: packs fill the bins of single values", "[kernels][statistics]") {
    std::vector<float> values = normal_values(
        5'000, [](float z) { return z < -1.0f ? 0.0f : std::exp(3.0f * z); });
    values[7] = plus_infinity;
    values[8] = -plus_infinity;
    values[9] = std::numeric_limits<float>::quiet_NaN();
    values[10] = -1.0f;
    Statistics const packed = collect(values, 3, values.size());
    Statistics single(packed.axes);
    kernels::bin_values<float>(single.axes[0],
                               values.data() + 3,
                               static_cast<int>(values.size()) - 3,
                               single.counts.data(),
                               single.moments[0]);
    CHECK(single.counts == packed.counts);
    CHECK(single.moments[0].sum == packed.moments[0].sum);
}

TEST_CASE("statistics: values far outside the pilot are kept",
          "[kernels][statistics]") {
    std::vector<float> values(2048, 5.0f);
    values[1500] = 1e30f;
    values[1600] = 1e-30f;
    values[1700] = std::numeric_limits<float>::quiet_NaN();
    Statistics const statistics = collect(values, 0, values.size());
    CHECK(statistics.special(0, kernels::bin_not_a_number) == 1);
    CHECK(statistics.moments[0].maximum == 1e30f);
    CHECK(statistics.moments[0].minimum == 1e-30f);
    CHECK(std::abs(quantile(statistics, 0.5) - 5.0) < 5e-3);
}
