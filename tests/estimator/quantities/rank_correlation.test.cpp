// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/rank_correlation.hpp"

#include "estimator/quantities/families/families.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace leadtime::estimator;

/// Ranks, equal values with the mean of theirs.
std::vector<double> mean_ranks(std::vector<double> const& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return values[a] < values[b];
    });
    std::vector<double> ranks(values.size());
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i;
        while (end < order.size() && values[order[end]] == values[order[i]]) {
            ++end;
        }
        for (std::size_t k = i; k < end; ++k) {
            ranks[order[k]] = 0.5 * static_cast<double>(i + end);
        }
        i = end;
    }
    return ranks;
}

double correlation(std::vector<double> const& x, std::vector<double> const& y) {
    auto const n = static_cast<double>(x.size());
    double const mx = std::accumulate(x.begin(), x.end(), 0.0) / n;
    double const my = std::accumulate(y.begin(), y.end(), 0.0) / n;
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / std::sqrt(xx * yy);
}

/// Spearman's rank correlation of samples whose scores have a normal correlation.
double sampled(Distribution const& a, Distribution const& b, double normal) {
    constexpr int n = 40'000;
    std::mt19937_64 random(7);
    std::normal_distribution<double> score;
    std::vector<double> x, y;
    for (int i = 0; i < n; ++i) {
        double const z = score(random);
        double const w = normal * z + std::sqrt(1 - normal * normal) * score(random);
        x.push_back(a.quantile_of_score(z));
        y.push_back(b.quantile_of_score(w));
    }
    return correlation(mean_ranks(x), mean_ranks(y));
}

std::vector<double> numbers(int count) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
        values.push_back(i);
    }
    return values;
}

}  // namespace

TEST_CASE("rank_correlation: what is asked for is what samples have",
          "[estimator][rank_correlation]") {
    struct Case {
        std::string name;
        Distribution distribution;
        double rarest = 1;  ///< probability of what decides the ranks
    };
    std::vector<Case> const all{
        {"lognormal", make_lognormal(0, 1)},
        {"bernoulli", make_bernoulli(0.3)},
        {"rare", make_bernoulli(0.03), 0.03},
        {"three", make_discrete({1, 2, 3}, {1, 2, 3})},
        {"twenty", make_empirical(numbers(20))},
        {"zeros", with_zero_probability(make_lognormal(0, 1), 0.4)},
        {"mixed",
         make_mixture({make_normal(0, 1), Distribution(0.5), Distribution(-1.0)},
                      {3, 1, 1})}};
    int reached = 0;
    for (auto const& [name, a, rarest] : all) {
        for (auto const& [other, b, other_rarest] : all) {
            double const tolerance =
                6 / std::sqrt(40'000 * std::min(rarest, other_rarest));
            RankLink const link(a, b);
            for (double const rank : {-0.7, -0.3, 0.2, 0.6, 0.9}) {
                CAPTURE(name, other, rank);
                auto const normal = link.normal_for(rank);
                double const most = link.rank_of(rank < 0 ? -1 : 1);
                REQUIRE(normal.has_value() == (std::abs(rank) <= std::abs(most)));
                if (!normal) {
                    continue;
                }
                ++reached;
                CHECK(std::abs(link.rank_of(*normal) - rank) < 1e-6);
                CHECK(std::abs(sampled(a, b, *normal) - rank) < tolerance);
                CHECK(std::abs(RankLink(b, a).normal_for(rank).value() - *normal)
                      < 1e-6);
            }
        }
    }
    CHECK(reached > 100);
}

TEST_CASE("rank_correlation: bounds and closed forms",
          "[estimator][rank_correlation]") {
    auto const continuous = make_gamma(2, 3);
    // A Bernoulli and a continuous one: at most sqrt(3 p (1 - p)).
    for (double const p : {0.03, 0.3, 0.5}) {
        RankLink const link(make_bernoulli(p), continuous);
        CHECK(std::abs(link.rank_of(1) - std::sqrt(3 * p * (1 - p))) < 1e-6);
        CHECK(std::abs(link.rank_of(-1) + std::sqrt(3 * p * (1 - p))) < 1e-6);
    }
    // Two of a half: P(both) - 1/4 = asin(r) / (2 pi), over 1/4.
    RankLink const coins(make_bernoulli(0.5), make_bernoulli(0.5));
    CHECK(std::abs(coins.rank_of(0.6) - 2 / std::numbers::pi * std::asin(0.6)) < 1e-6);
    CHECK(std::abs(coins.normal_for(0.5).value() - std::sqrt(0.5)) < 1e-6);

    // Continuous pairs keep the closed form, bit for bit; so do long lists.
    for (double const rank : {-0.99, -0.5, 0.0, 0.3, 0.8}) {
        CHECK(RankLink(continuous, make_normal(0, 1)).normal_for(rank)
              == normal_correlation(rank));
        CHECK(RankLink(make_empirical(numbers(300)), continuous).normal_for(rank)
              == normal_correlation(rank));
        // Shorter ones come close to it.
        CHECK(std::abs(RankLink(make_empirical(numbers(199)), continuous)
                           .normal_for(rank)
                           .value()
                       - normal_correlation(rank))
              < 2e-4);
    }
    // Nothing to correlate with.
    CHECK(RankLink(Distribution(3.0), continuous).normal_for(0.5)
          == normal_correlation(0.5));
}
