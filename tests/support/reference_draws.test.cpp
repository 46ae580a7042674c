// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_draws.hpp"

#include "tests/support/scenario_builder.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace leadtime::tests {

namespace {

using Catch::Approx;

}  // namespace

TEST_CASE("reference: Philox matches the known answers of Random123",
          "[support][philox]") {
    using Block = std::array<std::uint32_t, 4>;
    std::uint32_t const ones = 0xffffffff;
    CHECK(reference_philox({0, 0, 0, 0}, {0, 0})
          == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(reference_philox({ones, ones, ones, ones}, {ones, ones})
          == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(reference_philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                           {0xa4093822, 0x299f31d0})
          == Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("reference: sixteen counters serve 64 samples", "[support][philox]") {
    // Sample 64 + 2 * 16 + 5 of the second 2^32: block 16 + 5, word 2.
    std::uint64_t const sample = (std::uint64_t{1} << 32) + 64 + 32 + 5;
    std::uint64_t const seed = 0x123456789abcdef0;
    CHECK(reference_word(seed, sample, 7, 3)
          == reference_philox({21, 1, 7, 3}, {0x9abcdef0, 0x12345678})[2]);
}

TEST_CASE("reference: names hash by FNV-1a", "[support]") {
    CHECK(reference_name_hash("") == 0x811c9dc5);
    CHECK(reference_name_hash("a") == 0xe40c292c);
    CHECK(reference_name_hash("foobar") == 0xbf9cf968);
}

TEST_CASE("reference: normal quantiles are those of the tables", "[support]") {
    CHECK(reference_normal_quantile(0.025)
          == Approx(-1.959963984540054).epsilon(1e-14));
    CHECK(reference_normal_quantile(1e-10)
          == Approx(-6.361340902404056).epsilon(1e-14));
    double const largest = reference_score_of_word(1);
    CHECK(largest == Approx(6.3379).epsilon(1e-4));
    CHECK(reference_score_of_word(0) == -largest);
    CHECK(reference_score_of_word(0xffffffff) == Approx(2.918e-10).epsilon(1e-3));
    CHECK(reference_score_of_word(0xfffffffe) == -reference_score_of_word(0xffffffff));
}

TEST_CASE("reference: groups and knots have the correlations asked for", "[support]") {
    ScenarioBuilder builder(1);
    std::size_t const a = *builder.series({{0, 1.0}, {1, 1.0}, {2, 1.0}}).quantity;
    std::size_t const b = *builder.fixed(1.0).quantity;
    std::size_t const c = *builder.series({{0, 1.0}, {1, 1.0}}).quantity;
    builder.scenario.quantities[a].knot_correlation = 0.6;
    builder.scenario.quantities[c].knot_correlation = 0.0;
    builder.scenario.correlations.push_back(
        {{a, b, c}, {1, 0.5, 0.3, 0.5, 1, 0.2, 0.3, 0.2, 1}, {}});
    int const n = 20000;
    double ab = 0.0;
    double ac = 0.0;
    double bc = 0.0;
    double ac_second = 0.0;
    double knots = 0.0;
    double skip_one = 0.0;
    for (int sample = 0; sample < n; ++sample) {
        auto const z =
            reference_scores(builder.scenario, 3, static_cast<std::uint64_t>(sample));
        ab += z[a][0] * z[b][0] / n;
        ac += z[a][0] * z[c][0] / n;
        bc += z[b][0] * z[c][0] / n;
        ac_second += z[a][1] * z[c][1] / n;
        knots += z[a][0] * z[a][1] / n;
        skip_one += z[a][0] * z[a][2] / n;
    }
    double const bound = 6.0 * std::sqrt(2.0 / n);
    auto const normal = [](double rank) {
        return 2.0 * std::sin(std::acos(-1.0) * rank / 6.0);
    };
    CHECK(std::abs(ab - normal(0.5)) < bound);
    CHECK(std::abs(ac - normal(0.3)) < bound);
    CHECK(std::abs(bc - normal(0.2)) < bound);
    CHECK(std::abs(ac_second - 0.8 * normal(0.3)) < bound);
    CHECK(std::abs(knots - 0.6) < bound);
    CHECK(std::abs(skip_one - 0.36) < bound);
}

}  // namespace leadtime::tests
