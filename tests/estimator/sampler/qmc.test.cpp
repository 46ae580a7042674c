// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/estimate.hpp"
#include "estimator/run/launch.hpp"
#include "estimator/sampler/replicates.hpp"
#include "estimator/sampler/sobol_plan.hpp"
#include "kernels/normal.hpp"
#include "kernels/sobol.hpp"

#include "tests/estimator/sensitivity/models.hpp"

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
    return estimator::estimate(scenario, options);
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
    auto const order = estimator::scores_by_importance(scenario, plan, 1);
    auto const sobol = estimator::with_sobol(plan, order, 8);
    estimator::HostRunner single(sobol, 1, estimator::single_lane_kernels());
    estimator::HostRunner packs(sobol, 1, estimator::pack8_kernels());
    auto const all = single.samples({0, 1000});
    CHECK(all == packs.samples({0, 1000}));
    auto const part = packs.samples({300, 700});
    CHECK(std::equal(part.begin(), part.begin() + 400, all.begin() + 300));
}

TEST_CASE("qmc: important scores come first", "[estimator][sampler]") {
    auto const scenario = smooth();
    auto const plan = estimator::compile(scenario);
    auto const order = estimator::scores_by_importance(scenario, plan, 1);
    REQUIRE(order.size() == 3);
    auto const name = [&](std::size_t i) {
        for (std::size_t d = 0; d < plan.value_draws.size(); ++d) {
            auto const term = static_cast<std::size_t>(plan.value_draws[d].first_term);
            if (plan.score_terms[term].score == order[i]) {
                return scenario.quantities[plan.draw_infos[d].quantity].name;
            }
        }
        return std::string("?");
    };
    CHECK(name(0) == "a");
    CHECK(name(1) == "b");
    CHECK(name(2) == "c");
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
