// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/refine.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/statistics.hpp"

#include "tests/support/random_outputs.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace leadtime;
using estimator::quantile_levels;
using estimator::QuantileLevels;
using estimator::Statistics;

namespace {

template <class Real>
void add(Statistics& statistics, std::span<float const> values) {
    for (std::size_t i = 0; i < statistics.axes.size(); ++i) {
        kernels::bin_values<Real>(statistics.axes[i],
                                  values.data(),
                                  static_cast<int>(values.size()),
                                  statistics.counts.data(),
                                  statistics.moments[i]);
    }
    statistics.samples += values.size();
}

/// All values, in parts that are merged in another order.
void add_in_parts(Statistics& statistics, std::span<float const> values, int parts) {
    if (parts == 1) {
        add<kernels::Pack<8>>(statistics, values);
        return;
    }
    std::size_t const size = values.size() / static_cast<std::size_t>(parts) + 1;
    for (int part = parts; part-- > 0;) {
        std::size_t const begin =
            std::min(static_cast<std::size_t>(part) * size, values.size());
        auto const own = values.subspan(begin, std::min(size, values.size() - begin));
        Statistics other(statistics.axes, statistics.rows);
        part % 2 == 0 ? add<float>(other, own) : add<kernels::Pack<16>>(other, own);
        statistics.merge(other);
    }
}

/// As a run does it: two pilots, all values, and again where bins are too wide.
Statistics collect(std::span<float const> values,
                   int parts,
                   int* passes = nullptr,
                   QuantileLevels const& levels = QuantileLevels()) {
    auto const head = [&](std::size_t n) {
        return values.subspan(0, std::min(n, values.size()));
    };
    Statistics pilot({estimator::make_axis(head(1024), levels)});
    pilot.levels = levels;
    add<kernels::Pack<8>>(pilot, head(8192));
    Statistics statistics({estimator::refine_axis(pilot, 0, values.size())});
    statistics.levels = levels;
    add_in_parts(statistics, values, parts);
    estimator::refine_quantiles(
        statistics,
        values.size(),
        [&](Statistics& part, std::span<estimator::QuantileOf const>) {
            add_in_parts(part, values, parts);
            if (passes != nullptr) {
                ++*passes;
            }
        });
    return statistics;
}

double quantile(Statistics const& statistics, std::size_t level) {
    auto const* const refined = statistics.find_refined(0, level);
    return refined != nullptr
               ? refined->distribution.quantile(statistics.levels[level])
               : statistics.distribution(0).quantile(statistics.levels[level]);
}

double at_rank(std::vector<float> const& sorted, double rank) {
    double const last = static_cast<double>(sorted.size() - 1);
    double const within = std::clamp(rank, 0.0, last);
    auto const low = static_cast<std::size_t>(within);
    double const weight = within - static_cast<double>(low);
    double const a = sorted[low];
    double const b = sorted[std::min(low + 1, sorted.size() - 1)];
    if (weight == 0.0 || a == b) {
        return a;
    }
    if (std::isinf(a) || std::isinf(b)) {
        return weight < 0.5 ? a : b;
    }
    return a + weight * (b - a);
}

/// How far a quantile is from that of the sorted values, in what is promised: 0.1 % of
/// the value or 0.2 % of p5..p95, of which the larger only where the error is within
/// a standard error's ranks.
double broken_by(std::vector<float> const& sorted, double p, double got) {
    double const n = static_cast<double>(sorted.size());
    double const rank = p * (n - 1.0);
    double const exact = at_rank(sorted, rank);
    if (got == exact || std::abs(exact) < 1.1e-37) {
        return std::abs(got) < 1.2e-37 || got == exact ? 0.0 : 2.0;
    }
    std::vector<float> finite;
    std::copy_if(sorted.begin(), sorted.end(), std::back_inserter(finite), [](float x) {
        return std::isfinite(x);
    });
    double const last = static_cast<double>(finite.size() - 1);
    double const spread = at_rank(finite, 0.95 * last) - at_rank(finite, 0.05 * last);
    double const of_value = 0.001 * std::abs(exact);
    double const of_spread = 0.002 * spread;
    double const error = std::abs(got - exact);
    // One float, or the rounding of two, is all that can be told apart.
    double const middle = at_rank(finite, 0.75 * last) - at_rank(finite, 0.25 * last);
    double const narrow = std::max(
        {std::min(of_value, of_spread), 1.2e-7 * std::abs(exact), 2.1e-4 * middle});
    if (error <= narrow) {
        return error / narrow;
    }
    double const reach = std::sqrt(n * p * (1.0 - p)) + 1.0;
    bool const is_within =
        got >= at_rank(sorted, rank - reach) && got <= at_rank(sorted, rank + reach);
    double const wide = std::max(of_value, of_spread);
    return is_within && error <= wide ? error / wide : 2.0 + error / wide;
}

}  // namespace

TEST_CASE("quantiles: those of 600 random outputs keep the promise",
          "[kernels][statistics]") {
    int again = 0;
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        std::size_t const sizes[] = {1000, 5000, 20'000, 60'000};
        auto const output = tests::random_output(seed, sizes[seed % std::size(sizes)]);
        int passes = 0;
        Statistics const statistics = collect(output.values, 1, &passes);
        again += passes > 0 ? 1 : 0;
        std::vector<float> sorted = output.values;
        std::sort(sorted.begin(), sorted.end());
        double before = -std::numeric_limits<double>::infinity();
        auto const& moments = statistics.moments[0];
        for (std::size_t level = 0; level < quantile_levels.size(); ++level) {
            double const got = quantile(statistics, level);
            CAPTURE(
                seed, output.kind, output.values.size(), level, got, before, passes);
            CAPTURE(at_rank(sorted,
                            quantile_levels[level]
                                * static_cast<double>(sorted.size() - 1)));
            CHECK(broken_by(sorted, quantile_levels[level], got) <= 1.0);
            // Bins of two axes may overlap: rows take the larger.
            CHECK((got >= before || before - got <= 0.002 * std::abs(before)));
            if (std::isfinite(got)) {
                CHECK(got >= std::min(moments.minimum, 0.0f));
                CHECK(got <= std::max(moments.maximum, 0.0f));
            }
            before = got;
        }
    }
    // A second pass is for the odd ones.
    CHECK(again <= 150);
}

TEST_CASE("quantiles: unusual levels keep the promise, and so do the others",
          "[kernels][statistics]") {
    QuantileLevels const levels({0.001, 0.37, 0.999, 1e-9, 0.5, 1.0 - 1e-9});
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::size_t const sizes[] = {1, 3, 64, 1000, 5000, 20'000, 60'000};
        auto const output = tests::random_output(seed, sizes[seed % std::size(sizes)]);
        Statistics const statistics = collect(output.values, 1, nullptr, levels);
        Statistics const split = collect(output.values, 3, nullptr, levels);
        std::vector<float> sorted = output.values;
        std::sort(sorted.begin(), sorted.end());
        std::vector<float> finite;
        std::copy_if(sorted.begin(),
                     sorted.end(),
                     std::back_inserter(finite),
                     [](float x) { return std::isfinite(x); });
        double const last = static_cast<double>(finite.size()) - 1.0;
        double const spread = finite.empty() ? 0.0
                                             : at_rank(finite, 0.95 * last)
                                                   - at_rank(finite, 0.05 * last);
        for (std::size_t level = 0; level < levels.size(); ++level) {
            double const p = levels[level];
            double const got = quantile(statistics, level);
            double const exact =
                at_rank(sorted, p * (static_cast<double>(sorted.size()) - 1.0));
            CAPTURE(seed, output.kind, sorted.size(), p, got, exact, spread);
            CHECK(got == quantile(split, level));
            if (sorted.size() >= 1000) {
                CHECK(broken_by(sorted, p, got) <= 1.0);
            } else {
                CHECK((got == exact
                       || std::abs(got - exact) <= std::max(
                              {1e-3 * std::abs(exact), 2e-3 * spread, 1.2e-37})));
            }
        }
    }
}

TEST_CASE("quantiles: few samples end with the promise too", "[kernels][statistics]") {
    for (std::uint64_t seed = 1; seed <= 700; ++seed) {
        std::size_t const sizes[] = {1, 2, 3, 10, 64, 100, 300};
        auto const output = tests::random_output(seed, sizes[seed % std::size(sizes)]);
        Statistics const statistics = collect(output.values, 1);
        std::vector<float> sorted = output.values;
        std::sort(sorted.begin(), sorted.end());
        std::vector<float> finite;
        std::copy_if(sorted.begin(),
                     sorted.end(),
                     std::back_inserter(finite),
                     [](float x) { return std::isfinite(x); });
        double const last = static_cast<double>(finite.size()) - 1.0;
        double const spread = finite.empty() ? 0.0
                                             : at_rank(finite, 0.95 * last)
                                                   - at_rank(finite, 0.05 * last);
        for (std::size_t level = 0; level < quantile_levels.size(); ++level) {
            double const got = quantile(statistics, level);
            double const exact = at_rank(
                sorted,
                quantile_levels[level] * (static_cast<double>(sorted.size()) - 1.0));
            CAPTURE(seed, output.kind, sorted.size(), level, got, exact, spread);
            CHECK((got == exact
                   || std::abs(got - exact) <= std::max(
                          {1e-3 * std::abs(exact), 2e-3 * spread, 1.2e-37})));
        }
    }
}

TEST_CASE("quantiles: any split of the samples ends with the same bits",
          "[kernels][statistics]") {
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
        auto const output = tests::random_output(seed, 20'000);
        Statistics const whole = collect(output.values, 1);
        for (int const parts : {2, 7}) {
            Statistics const split = collect(output.values, parts);
            CAPTURE(seed, output.kind, parts);
            CHECK(whole.counts == split.counts);
            REQUIRE(whole.refined.size() == split.refined.size());
            CHECK(whole.mean(0) == split.mean(0));
            CHECK(whole.standard_deviation(0) == split.standard_deviation(0));
            CHECK(whole.distribution(0).tail_index()
                  == split.distribution(0).tail_index());
            for (std::size_t level = 0; level < quantile_levels.size(); ++level) {
                CHECK(quantile(whole, level) == quantile(split, level));
            }
        }
    }
}

TEST_CASE("means: those of random outputs are those of the sample",
          "[kernels][statistics]") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        auto const output = tests::random_output(seed, 20'000);
        Statistics const statistics = collect(output.values, 1);
        long double sum = 0.0;
        long double n = 0.0;
        for (float const x : output.values) {
            sum += std::isfinite(x) ? x : 0.0f;
            n += std::isfinite(x) ? 1 : 0;
        }
        long double const mean = sum / n;
        long double squares = 0.0;
        for (float const x : output.values) {
            squares += std::isfinite(x) ? (x - mean) * (x - mean) : 0.0L;
        }
        auto const deviation = static_cast<double>(std::sqrt(squares / (n - 1.0L)));
        CAPTURE(seed, output.kind, static_cast<double>(mean), deviation);
        CHECK(std::abs(statistics.mean(0) - static_cast<double>(mean))
              <= 1e-6 * deviation + 1e-7 * std::abs(static_cast<double>(mean)) + 1e-37);
        CHECK(std::abs(statistics.standard_deviation(0) - deviation)
              <= 1e-4 * deviation + 1e-7 * std::abs(static_cast<double>(mean)) + 1e-37);
    }
}
