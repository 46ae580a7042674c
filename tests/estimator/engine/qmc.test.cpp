// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/replicates.hpp"
#include "estimator/engine/sobol_plan.hpp"
#include "estimator/study/estimate.hpp"
#include "kernels/lanes/normal.hpp"
#include "kernels/model/sobol.hpp"

#include "tests/estimator/study/sensitivity/models.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;

namespace {

estimator::Result run(estimator::Scenario const& scenario,
                      std::uint64_t samples,
                      std::uint64_t seed,
                      bool qmc) {
    estimator::RunOptions options;
    options.samples = samples;
    options.seed = seed;
    options.sampler = qmc ? estimator::Sampler::qmc : estimator::Sampler::philox;
    options.always_binned = true;
    return tests::estimate(scenario, options);
}

/// A sum of normals: the median is 0, and smooth in every input.
estimator::Scenario smooth() {
    return scenario_of(standard_normal("a") + standard_normal("b")
                       + standard_normal("c") + formula("y", "3 * a + 2 * b + c"));
}

kernels::Plan view_of(std::vector<std::uint32_t> const& directions, int shift) {
    kernels::Plan plan;
    plan.sobol_directions = directions.data();
    plan.sobol_replicate_shift = shift;
    return plan;
}

/// x / 2^32 of a word.
std::uint32_t fraction_of(std::uint32_t word) {
    return (word & 1u) != 0 ? ~(word >> 1) : word >> 1;
}

constexpr std::size_t median = 3;

}  // namespace

TEST_CASE("sobol: direction numbers are those of Joe and Kuo", "[estimator][sampler]") {
    auto const directions = estimator::sobol_directions(4);
    for (int bit = 0; bit < 32; ++bit) {
        CHECK(directions[static_cast<std::size_t>(bit)] == 0x80000000u >> bit);
    }
    // new-joe-kuo-6.21201, dimensions 2 to 4: degree, coefficients, first m.
    struct {
        int degree;
        std::uint32_t a;
        std::vector<std::uint32_t> m;
    } rows[] = {{1, 0, {1}}, {2, 1, {1, 3}}, {3, 1, {1, 3, 1}}};
    for (std::size_t d = 1; d < 4; ++d) {
        auto& [degree, a, m] = rows[d - 1];
        auto const s = static_cast<std::size_t>(degree);
        for (std::size_t k = s; k < 32; ++k) {
            std::uint32_t next = m[k - s] ^ (m[k - s] << s);
            for (std::size_t i = 1; i < s; ++i) {
                next ^= ((a >> (s - 1 - i)) & 1u) * (m[k - i] << i);
            }
            m.push_back(next);
        }
        for (std::size_t bit = 0; bit < 32; ++bit) {
            CAPTURE(d, bit);
            REQUIRE(directions[d * 32 + bit] == m[bit] << (31 - bit));
        }
    }
}

TEST_CASE("sobol: scrambled points are a net in every replicate",
          "[estimator][sampler]") {
    constexpr int log2 = 10;
    auto const directions = estimator::sobol_directions(64);
    kernels::Plan const plan = view_of(directions, log2);
    auto const fractions = [&](int dimension, std::uint64_t replicate) {
        kernels::ScoreDraw const draw{
            static_cast<std::uint32_t>(77 + dimension), 0, dimension};
        std::vector<std::uint32_t> all;
        for (std::uint64_t i = 0; i < 1u << log2; ++i) {
            all.push_back(fraction_of(
                kernels::sobol_word(plan, draw, 5, (replicate << log2) + i)));
        }
        return all;
    };
    for (std::uint64_t const replicate : {0u, 1u, 9u}) {
        for (int const dimension : {0, 1, 2, 17, 63}) {
            std::set<std::uint32_t> strata;
            for (std::uint32_t const x : fractions(dimension, replicate)) {
                strata.insert(x >> (32 - log2));
            }
            CHECK(strata.size() == 1u << log2);
        }
        // Dimensions 0 and 1 are a (0, m, 2)-net: one point in every dyadic box.
        auto const x = fractions(0, replicate);
        auto const y = fractions(1, replicate);
        for (int split = 1; split < log2; ++split) {
            std::set<std::uint64_t> boxes;
            for (std::size_t i = 0; i < x.size(); ++i) {
                boxes.insert((static_cast<std::uint64_t>(x[i] >> (32 - split)) << 32)
                             | (y[i] >> (32 - (log2 - split))));
            }
            CHECK(boxes.size() == 1u << log2);
        }
    }
    CHECK(fractions(3, 0) != fractions(3, 1));
}

TEST_CASE("sobol: a group of 64 has the words of single samples",
          "[estimator][sampler]") {
    auto const directions = estimator::sobol_directions(8);
    kernels::Plan const plan = view_of(directions, 9);
    for (std::uint64_t const first : {0u, 64u, 448u, 512u, 81'920u}) {
        kernels::ScoreDraw const draw{3, 4, 7};
        std::uint32_t words[64];
        kernels::sobol_words(plan, draw, 11, first, words);
        for (std::uint64_t i = 0; i < 64; ++i) {
            REQUIRE(words[i] == kernels::sobol_word(plan, draw, 11, first + i));
        }
    }
}

TEST_CASE("sobol: words grow with the fraction", "[estimator][sampler]") {
    float before = -10.0f;
    for (std::uint64_t x = 0; x <= 0xffffffffu; x += 0x00400001u) {
        auto const word = kernels::word_of_fraction(static_cast<std::uint32_t>(x));
        CHECK(fraction_of(word) == x);
        float const z = kernels::normal_score<float>(static_cast<std::int32_t>(word));
        CHECK(z > before);
        before = z;
    }
}

TEST_CASE("qmc: the same bits one at a time, in packs and in parts",
          "[estimator][sampler]") {
    auto const scenario = smooth();
    auto const plan = estimator::compile(scenario);
    auto const layout =
        estimator::sobol_layout(tests::executor(), estimator::Model(scenario), 1);
    REQUIRE(!layout.reflections.empty());
    auto const sobol = estimator::with_sobol(plan, layout, 8);
    estimator::HostRunner single(sobol, 1, estimator::single_lane_kernels());
    estimator::HostRunner packs(sobol, 1, estimator::pack8_kernels());
    auto const all = tests::all_outputs(single, sobol, {0, 1000});
    CHECK(all == tests::all_outputs(packs, sobol, {0, 1000}));
    auto const part = tests::all_outputs(packs, sobol, {300, 700});
    CHECK(std::equal(part.begin(), part.begin() + 400, all.begin() + 300));
}

TEST_CASE("qmc: important scores come first", "[estimator][sampler]") {
    // Squares are seen along their own axes: none is turned.
    auto const scenario =
        scenario_of(standard_normal("c") + standard_normal("a") + standard_normal("b")
                    + formula("y", "9 * b^2 + 4 * c^2 + a^2"));
    auto const plan = estimator::compile(scenario);
    auto const layout =
        estimator::sobol_layout(tests::executor(), estimator::Model(scenario), 1);
    CHECK(layout.reflections.empty());
    REQUIRE(layout.by_importance.size() == 3);
    auto const name = [&](std::size_t i) {
        for (std::size_t d = 0; d < plan.value_draws.size(); ++d) {
            auto const term = static_cast<std::size_t>(plan.value_draws[d].first_term);
            if (plan.score_terms[term].score == layout.by_importance[i]) {
                return scenario.quantities[plan.draw_infos[d].quantity].name;
            }
        }
        return std::string("?");
    };
    CHECK(name(0) == "b");
    CHECK(name(1) == "c");
    CHECK(name(2) == "a");
}

TEST_CASE("qmc: samples are rounded up to sixteen powers of two",
          "[estimator][sampler]") {
    CHECK(estimator::qmc_design(1).samples() == 1024);
    CHECK(estimator::qmc_design(1024).samples() == 1024);
    CHECK(estimator::qmc_design(1025).samples() == 2048);
    CHECK(estimator::qmc_design(100'000).samples() == 131'072);
    CHECK(run(smooth(), 1500, 1, true).samples == 2048);
}

TEST_CASE("qmc: ten times fewer samples for the median of a smooth model",
          "[estimator][sampler]") {
    // Root mean square errors over seeds; the median is 0 by symmetry, sd is sqrt 14.
    constexpr int seeds = 12;
    double plain = 0.0;
    double quasi = 0.0;
    double calibration = 0.0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        auto const a = run(smooth(), 163'840, seed, false);
        auto const b = run(smooth(), 16'384, seed, true);
        double const in_plain = a.rows[0].quantiles[median];
        double const in_quasi = b.rows[0].quantiles[median];
        plain += in_plain * in_plain / seeds;
        quasi += in_quasi * in_quasi / seeds;
        double const z = in_quasi / b.rows[0].quantile_standard_errors[median];
        calibration += z * z / seeds;
    }
    CAPTURE(std::sqrt(plain), std::sqrt(quasi), calibration);
    CHECK(quasi < plain);
    // Error bars of sixteen scramblings are honest: chi squared of 12 over 12 is within
    // 0.25 .. 2.7 but in 1 of 1000 cases; t with 15 degrees of freedom widens it.
    CHECK(calibration > 0.25);
    CHECK(calibration < 3.2);
}

TEST_CASE("qmc: what does not ask for it is unchanged", "[estimator][sampler]") {
    auto const a = run(smooth(), 4096, 1, false);
    CHECK(a.sampler == "philox");
    CHECK(a.replicates == 0);
    auto const b = run(smooth(), 4096, 1, true);
    CHECK(b.sampler == "qmc");
    CHECK(b.replicates == estimator::qmc_replicates);
}

TEST_CASE("qmc: turned axes gain where a hundred inputs weigh the same",
          "[estimator][sampler]") {
    // The median of a sum of normals is 0. How often a net is above it has variance
    // 1 / (4 n) with independent points; sums over many dimensions leave Sobol points
    // on the axes 1 - 2 / pi of that at best.
    std::string text;
    std::string sum = "0";
    for (int i = 0; i < 100; ++i) {
        std::string const name = "x" + std::to_string(i);
        text += standard_normal(name);
        sum += " + " + name;
    }
    auto const scenario = scenario_of(text + formula("y", sum));
    auto const plan = estimator::compile(scenario);
    constexpr int log2 = 10;
    constexpr std::uint64_t nets = 256;
    auto const gain = [&](estimator::SobolLayout const& layout) {
        auto const own = estimator::with_sobol(plan, layout, log2);
        estimator::HostRunner runner(own, 1);
        std::vector<float> values(nets << log2);
        int const output = 0;
        runner.gather({0, values.size()}, {&output, 1}, values);
        double squares = 0.0;
        for (std::uint64_t net = 0; net < nets; ++net) {
            auto const first =
                values.begin() + static_cast<std::ptrdiff_t>(net << log2);
            auto const above = std::count_if(
                first, first + (1 << log2), [](float y) { return y > 0; });
            double const off = static_cast<double>(above) / (1 << log2) - 0.5;
            squares += off * off / nets;
        }
        return 0.25 / (1 << log2) / squares;
    };
    auto layout =
        estimator::sobol_layout(tests::executor(), estimator::Model(scenario), 1);
    REQUIRE(layout.reflections.size() == 1);
    double const turned = gain(layout);
    layout.reflections.clear();
    layout.terms.clear();
    double const on_axes = gain(layout);
    CAPTURE(turned, on_axes);
    // A variance from 256 nets has a relative standard error of 9 %; measured: 3.1,
    // 330.
    CHECK(on_axes < 4.0);
    CHECK(turned > 20.0);
}

TEST_CASE("qmc: turned scores are independent N(0,1) in every replicate together",
          "[estimator][sampler]") {
    // Each sum of squares, and each product, of scores after turning: within six
    // standard errors of what independent samples would have.
    auto const scenario =
        scenario_of(standard_normal("a") + standard_normal("b") + standard_normal("c")
                        + formula("y", "3 * a + 2 * b + c"),
                    "\"y\", \"a\", \"b\", \"c\"");
    auto const plan = estimator::compile(scenario);
    std::vector<std::string> const aims = {"y"};
    auto const layout =
        estimator::sobol_layout(tests::executor(), estimator::Model(scenario), 1, aims);
    REQUIRE(layout.reflections.size() == 1);
    REQUIRE(layout.terms.size() == 3);
    auto const own = estimator::with_sobol(plan, layout, 8);
    constexpr std::size_t n = 16'384;
    estimator::HostRunner runner(own, 3);
    std::vector<float> values(3 * n);
    std::vector<int> const rows = {1, 2, 3};
    runner.gather({0, n}, rows, values);
    double const error = 1.0 / std::sqrt(static_cast<double>(n));
    for (std::size_t a = 0; a < 3; ++a) {
        std::size_t tail = 0;
        for (std::size_t i = 0; i < n; ++i) {
            tail += values[a * n + i] > 1.6448536f ? 1 : 0;
        }
        CHECK(std::abs(static_cast<double>(tail) / n - 0.05)
              < 6.0 * std::sqrt(0.05 * 0.95) * error);
        for (std::size_t b = a; b < 3; ++b) {
            double sum = 0.0;
            for (std::size_t i = 0; i < n; ++i) {
                sum += static_cast<double>(values[a * n + i]) * values[b * n + i] / n;
            }
            CHECK(std::abs(sum - (a == b ? 1.0 : 0.0))
                  < 6.0 * (a == b ? std::sqrt(2.0) : 1.0) * error);
        }
    }
}
