// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution.hpp"

#include "estimator/quantities/families/families.hpp"
#include "estimator/quantities/quantile_fit.hpp"

#include "tests/support/source_tree.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace leadtime::estimator;
using Catch::Matchers::WithinRel;

/// One row of distribution_quantiles.csv.
struct Row {
    std::string family;
    std::vector<double> parameters;
    std::string what;
    double argument = 0;
    double value = 0;
    std::string line;
};

std::vector<Row> read_rows() {
    std::ifstream stream(
        leadtime::tests::source_path("tests/data/distribution_quantiles.csv"));
    std::vector<Row> rows;
    std::string line;
    bool has_names = false;
    while (std::getline(stream, line)) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        if (!has_names) {
            has_names = true;
            continue;
        }
        std::istringstream fields(line);
        std::string field;
        Row row;
        row.line = line;
        std::getline(fields, row.family, ',');
        for (int i = 0; i < 5; ++i) {
            std::getline(fields, field, ',');
            if (!field.empty()) {
                row.parameters.push_back(std::strtod(field.c_str(), nullptr));
            }
        }
        std::getline(fields, row.what, ',');
        std::getline(fields, field, ',');
        row.argument = std::strtod(field.c_str(), nullptr);
        std::getline(fields, field, ',');
        row.value = std::strtod(field.c_str(), nullptr);
        rows.push_back(row);
    }
    return rows;
}

Distribution make(Row const& row) {
    auto const& p = row.parameters;
    auto const& family = row.family;
    if (family == "uniform") {
        return make_uniform(p[0], p[1]);
    }
    if (family == "loguniform") {
        return make_loguniform(p[0], p[1]);
    }
    if (family == "normal") {
        return make_normal(p[0], p[1]);
    }
    if (family == "lognormal") {
        return make_lognormal(p[0], p[1]);
    }
    if (family == "triangular") {
        return make_triangular(p[0], p[1], p[2]);
    }
    if (family == "pert") {
        return make_pert(p[0], p[1], p[2], p[3]);
    }
    if (family == "beta") {
        return make_beta(p[0], p[1], p[2], p[3]);
    }
    if (family == "gamma") {
        return make_gamma(p[0], p[1]);
    }
    if (family == "student_t") {
        return make_student_t(p[0], p[1], p[2]);
    }
    if (family == "truncated_normal") {
        return truncate(make_normal(p[0], p[1]), p[2], p[3]);
    }
    if (family == "split_lognormal") {
        return make_split_lognormal(p[0], p[1], p[2]);
    }
    if (family == "split_normal") {
        return make_split_normal(p[0], p[1], p[2]);
    }
    if (family == "truncated_lognormal") {
        return truncate(make_lognormal(p[0], p[1]), p[2], p[3]);
    }
    if (family == "mixture_of_two_lognormals") {
        return make_mixture({make_lognormal(p[1], p[2]), make_lognormal(p[3], p[4])},
                            {p[0], 1 - p[0]});
    }
    REQUIRE(family == "zero_inflated_lognormal");
    return with_zero_probability(make_lognormal(p[1], p[2]), p[0]);
}

std::vector<Distribution> continuous_examples() {
    return {make_uniform(-3, 5),
            make_loguniform(1e-3, 1e5),
            make_normal(0.35, 0.12),
            make_lognormal(12.43, 0.3659),
            make_split_lognormal(140000, 1.358, 0.7738),
            make_split_normal(10, 4, 0.5),
            make_triangular(0, 1, 4),
            make_pert(-5, 2, 3, 2),
            make_beta(0.7, 1.6),
            make_gamma(7.5, 0.1),
            make_student_t(5, 10, 2),
            truncate(make_normal(0, 1), -1, 2),
            make_mixture({make_uniform(0, 1), make_normal(3, 1)}, {1, 3})};
}

}  // namespace

TEST_CASE("distribution: quantiles and moments match SciPy",
          "[estimator][distribution]") {
    auto const rows = read_rows();
    REQUIRE(rows.size() > 800);
    for (auto const& row : rows) {
        CAPTURE(row.line);
        auto const distribution = make(row);
        if (row.what == "quantile") {
            double const x = distribution.quantile_of_score(row.argument);
            CHECK_THAT(x,
                       WithinRel(row.value, 1e-9)
                           || Catch::Matchers::WithinAbs(row.value, 1e-13));
        } else if (std::isfinite(row.value)) {
            bool const is_mean = row.what == "mean";
            double const x = is_mean ? distribution.mean() : distribution.variance();
            CHECK_THAT(x, WithinRel(row.value, 1e-8));
        }
    }
}

TEST_CASE("distribution: moments agree with the integral of the quantile function",
          "[estimator][distribution]") {
    for (auto const& distribution : continuous_examples()) {
        CAPTURE(distribution.describe());
        auto breaks = distribution.shape().breaks;
        breaks.push_back(0);  // split families have their kink there
        std::sort(breaks.begin(), breaks.end());
        auto const [mean, variance] = integrate_moments(distribution.model(), breaks);
        CHECK_THAT(distribution.mean(), WithinRel(mean, 1e-6));
        CHECK_THAT(distribution.variance(), WithinRel(variance, 1e-5));
    }
}

TEST_CASE("distribution: cdf inverts the quantile function in both tails",
          "[estimator][distribution]") {
    for (auto const& distribution : continuous_examples()) {
        CAPTURE(distribution.describe());
        for (double const z : {-4.0, -1.7, -0.4, 0.3, 1.2, 3.5}) {
            CAPTURE(z);
            auto const wanted = normal_cdf(z);
            auto const found = distribution.cdf(distribution.quantile_of_score(z));
            CHECK_THAT(found.first, WithinRel(wanted.first, 1e-9));
            CHECK_THAT(found.second, WithinRel(wanted.second, 1e-9));
        }
    }
}

TEST_CASE("distribution: the normal score inverts the normal cdf",
          "[estimator][distribution]") {
    for (double z = -8; z <= 8; z += 0.37) {
        auto const [p, q] = normal_cdf(z);
        CHECK_THAT(normal_score(p, q), WithinRel(z, 1e-14));
    }
    CHECK(normal_score(0.5, 0.5) == 0);
    CHECK(normal_score(0, 1) == -HUGE_VAL);
    CHECK(normal_score(1, 0) == HUGE_VAL);
    CHECK_THAT(normal_score(0.95, 0.05), WithinRel(1.6448536269514722, 1e-15));
}

TEST_CASE("distribution: simple families offer closed shapes",
          "[estimator][distribution]") {
    auto const normal = make_normal(3, 2).shape();
    CHECK(normal.kind == ShapeKind::affine);
    CHECK(normal.location == 3);
    CHECK(normal.scale_below == 2);
    CHECK(normal.scale_above == 2);
    auto const split = make_split_lognormal(std::exp(2.0), 0.5, 0.25).shape();
    CHECK(split.kind == ShapeKind::exp_affine);
    CHECK(split.location == 2);
    CHECK(split.scale_below == 0.5);
    CHECK(split.scale_above == 0.25);
    auto const uniform = truncate(make_uniform(0, 4), 1, 9).shape();
    CHECK(uniform.kind == ShapeKind::uniform);
    CHECK(uniform.location == 1);
    CHECK(uniform.scale_above == 3);
    CHECK(Distribution(7).is_fixed());
    CHECK(make_beta(30, 40).shape().kind == ShapeKind::general);
    CHECK_FALSE(make_beta(30, 40).shape().prefer_log);
    CHECK(make_beta(0.7, 1.6).shape().prefer_log);
}

TEST_CASE("distribution: atoms alone become steps", "[estimator][distribution]") {
    auto const discrete =
        make_discrete({20, 16, 24, 16, 99}, {0.5, 0.125, 0.25, 0.125, 0});
    auto shape = discrete.shape();
    CHECK(shape.kind == ShapeKind::steps);
    CHECK(shape.values == std::vector<double>{16, 20, 24});
    CHECK(shape.cumulative == std::vector<double>{0.25, 0.75});
    CHECK(discrete.mean() == 20);
    CHECK(discrete.variance() == 8);
    CHECK(discrete.quantile(0.2) == 16);
    CHECK(discrete.quantile(0.25) == 20);
    CHECK(discrete.quantile_of_score(5) == 24);

    auto const coin = make_bernoulli(0.25);
    CHECK(coin.mean() == 0.25);
    CHECK(coin.variance() == 0.1875);
    CHECK(coin.quantile(0.7) == 0);
    CHECK(coin.quantile(0.76) == 1);

    shape = with_zero_probability(discrete, 0.5).shape();
    CHECK(shape.values == std::vector<double>{0, 16, 20, 24});
    CHECK(shape.cumulative == std::vector<double>{0.5, 0.625, 0.875});
    shape = make_mixture({Distribution(1), make_bernoulli(0.5)}, {1, 1}).shape();
    CHECK(shape.values == std::vector<double>{0, 1});
    CHECK(shape.cumulative == std::vector<double>{0.25});
    CHECK(make_empirical({3, 1, 2, 2}).shape().cumulative
          == std::vector<double>{0.25, 0.75});
    CHECK(truncate(discrete, 18, 30).shape().values == std::vector<double>{20, 24});
    CHECK(truncate(discrete, 23, 30).is_fixed());
    CHECK(make_discrete({5, 6}, {1, 0}).is_fixed());
}

TEST_CASE("distribution: zero inflation of a distribution on both sides of zero",
          "[estimator][distribution]") {
    auto const d = with_zero_probability(make_normal(0, 1), 0.5);
    CHECK(d.quantile(0.3) == 0);
    CHECK(d.quantile(0.7) == 0);
    CHECK_THAT(d.quantile(0.1), WithinRel(normal_score(0.2, 0.8), 1e-12));
    CHECK_THAT(d.quantile(0.9), WithinRel(normal_score(0.8, 0.2), 1e-12));
    auto const breaks = d.shape().breaks;
    REQUIRE(breaks.size() == 2);
    CHECK_THAT(breaks[0], WithinRel(normal_score(0.25, 0.75), 1e-9));
    CHECK_THAT(breaks[1], WithinRel(normal_score(0.75, 0.25), 1e-9));
    CHECK(d.mean() == 0);
    CHECK(d.variance() == 0.5);
    CHECK(with_zero_probability(make_normal(0, 1), 1).is_fixed());
    CHECK(with_zero_probability(make_normal(0, 1), 0).shape().kind
          == ShapeKind::affine);
}

TEST_CASE("distribution: a truncation that keeps a zero atom",
          "[estimator][distribution]") {
    auto const d = truncate(with_zero_probability(make_lognormal(0, 1), 0.4), 0, 1);
    // 0.4 at zero, 0.6 * 0.5 below the median 1
    CHECK(d.quantile(0.5) == 0);
    CHECK_THAT(d.quantile(0.4 / 0.7 + 0.15 / 0.7),
               WithinRel(std::exp(normal_score(0.25, 0.75)), 1e-9));
    REQUIRE(d.shape().breaks.size() == 1);
    CHECK_THAT(d.shape().breaks[0], WithinRel(normal_score(4.0 / 7, 3.0 / 7), 1e-9));
    CHECK(d.support_max() == 1);
}

TEST_CASE("distribution: a mixture knows its gaps and atoms",
          "[estimator][distribution]") {
    auto const d = make_mixture(
        {make_uniform(0, 1), Distribution(2), make_uniform(3, 4)}, {0.25, 0.25, 0.5});
    CHECK_THAT(d.quantile(0.125), WithinRel(0.5, 1e-12));
    CHECK(d.quantile(0.3) == 2);
    CHECK(d.quantile(0.45) == 2);
    CHECK_THAT(d.quantile(0.75), WithinRel(3.5, 1e-12));
    auto const breaks = d.shape().breaks;
    REQUIRE(breaks.size() == 2);
    CHECK_THAT(breaks[0], WithinRel(normal_score(0.25, 0.75), 1e-9));
    CHECK(std::abs(breaks[1]) < 1e-9);
    CHECK(d.mean() == Catch::Approx(0.125 + 0.5 + 1.75));

    auto const zero =
        make_mixture({Distribution(0), make_lognormal(11.7, 1.034)}, {0.4, 0.6});
    auto const same = with_zero_probability(make_lognormal(11.7, 1.034), 0.4);
    for (double const z : {-6.4, -1.0, -0.2, 0.0, 1.0, 6.4}) {
        CHECK_THAT(zero.quantile_of_score(z),
                   WithinRel(same.quantile_of_score(z), 1e-9));
    }
    CHECK(zero.shape().prefer_log);
    REQUIRE(zero.shape().breaks.size() == 1);
    CHECK_THAT(zero.shape().breaks[0], WithinRel(same.shape().breaks[0], 1e-9));
}

TEST_CASE("distribution: a mixture breaks where its components hardly overlap",
          "[estimator][distribution]") {
    auto const breaks =
        make_mixture({make_normal(0, 1), make_normal(1e6, 2)}, {1, 3}).shape().breaks;
    REQUIRE(breaks.size() == 1);
    CHECK_THAT(breaks[0], WithinRel(normal_score(0.25, 0.75), 1e-9));
}

TEST_CASE("distribution: a mixture keeps the kinks of its components",
          "[estimator][distribution]") {
    auto const d =
        make_mixture({make_split_normal(5, 1, 3), make_normal(0, 1)}, {1, 1});
    auto const breaks = d.shape().breaks;
    REQUIRE(breaks.size() == 1);
    auto const [p, q] = d.cdf(5);
    CHECK_THAT(breaks[0], WithinRel(normal_score(p, q), 1e-9));
    auto const cut = truncate(make_split_normal(5, 1, 3), 4, 100);
    REQUIRE(cut.shape().breaks.size() == 1);
    CHECK_THAT(cut.quantile_of_score(cut.shape().breaks[0]), WithinRel(5, 1e-9));
}

TEST_CASE("distribution: descriptions", "[estimator][distribution]") {
    CHECK(Distribution(35).describe() == "fixed 35");
    CHECK(from_values({20e3, 27e3}, false).describe()
          == "lognormal, p5 20,000, p95 27,000");
    CHECK(from_values({-5, 5}, false).describe() == "normal, mean 0, sd 3.03978");
    CHECK(from_values({1, 3, 9.5}, false).describe()
          == "split lognormal, p5 1, p50 3, p95 9.5");
    CHECK(make_uniform(0, 2e12).describe() == "uniform, 0 to 2e12");
    CHECK(make_beta(2, 5).describe() == "beta, alpha 2, beta 5");
    CHECK(make_beta(2, 5, 0, 3).describe() == "beta, alpha 2, beta 5, 0 to 3");
    CHECK(make_pert(1, 2, 3).describe() == "PERT, 1 to 3, mode 2");
    CHECK(make_gamma(2, 5).describe() == "gamma, shape 2, scale 5");
    CHECK(make_student_t(4).describe() == "Student t, df 4, location 0, scale 1");
    CHECK(make_triangular(1, 2, 3).describe() == "triangular, 1 to 3, mode 2");
    CHECK(make_loguniform(1, 2).describe() == "loguniform, 1 to 2");
    CHECK(make_bernoulli(0.25).describe() == "Bernoulli, p 0.25");
    CHECK(make_discrete({1, 2}, {1, 3}).describe() == "discrete, 1 (25 %), 2 (75 %)");
    CHECK(make_empirical({1, 2, 2}).describe() == "empirical, 3 values from 1 to 2");
    CHECK(with_zero_probability(make_uniform(1, 2), 0.4).describe()
          == "0 with probability 0.4, else uniform, 1 to 2");
    CHECK(truncate(make_normal(0, 1), -1, HUGE_VAL).describe()
          == "normal, mean 0, sd 1, truncated to -1 to infinity");
    CHECK(make_mixture({make_uniform(1, 2), Distribution(7)}, {1, 3}).describe()
          == "mixture, 25 % (uniform, 1 to 2), 75 % (fixed 7)");
}

TEST_CASE("quantile_fit: two quantiles are met exactly", "[estimator][distribution]") {
    std::vector<WantedQuantile> const wanted{{0.1, 0.9, 0.025}, {0.95, 0.05, 0.6}};
    for (std::string const family : {"uniform",
                                     "loguniform",
                                     "normal",
                                     "lognormal",
                                     "beta",
                                     "gamma",
                                     "student_t"}) {
        CAPTURE(family);
        if (family == "loguniform" || family == "uniform") {
            continue;
        }
        auto const d = fit_quantiles(family, wanted, {.parameters = {{"df", 4}}});
        CHECK_THAT(d.quantile(0.1), WithinRel(0.025, 1e-8));
        CHECK_THAT(d.quantile(0.95), WithinRel(0.6, 1e-8));
    }
    auto const uniform = fit_quantiles("uniform", {{0.1, 0.9, 2}, {0.9, 0.1, 10}});
    CHECK_THAT(uniform.support_min(), WithinRel(1, 1e-12));
    CHECK_THAT(uniform.support_max(), WithinRel(11, 1e-12));
    auto const log_uniform =
        fit_quantiles("loguniform", {{0.25, 0.75, 10}, {0.75, 0.25, 1000}});
    CHECK_THAT(log_uniform.support_min(), WithinRel(1, 1e-12));
    CHECK_THAT(log_uniform.support_max(), WithinRel(10000, 1e-12));
}

TEST_CASE("quantile_fit: fits recover the family they came from",
          "[estimator][distribution]") {
    struct Case {
        std::string family;
        Distribution distribution;
    };
    for (auto const& [family, distribution] :
         {Case{"beta", make_beta(0.7, 1.6)},
          Case{"beta", make_beta(50.59, 4.566)},
          Case{"beta", make_beta(2000, 3000)},
          Case{"gamma", make_gamma(0.4, 3)},
          Case{"gamma", make_gamma(900, 1e-3)},
          Case{"normal", make_normal(-3, 7)},
          Case{"lognormal", make_lognormal(20, 3)},
          Case{"triangular", make_triangular(0, 1, 4)},
          Case{"triangular", make_triangular(1e6, 3e6, 3.5e6)},
          Case{"pert", make_pert(0, 1, 4)},
          Case{"student_t", make_student_t(3, 1, 2)}}) {
        CAPTURE(distribution.describe());
        std::vector<WantedQuantile> wanted;
        for (double const p : {0.05, 0.5, 0.95}) {
            wanted.push_back({p, 1 - p, distribution.quantile(p)});
        }
        auto const fitted = fit_quantiles(family, wanted, {.parameters = {{"df", 3}}});
        for (double const p : {0.01, 0.2, 0.8, 0.99}) {
            CHECK_THAT(fitted.quantile(p), WithinRel(distribution.quantile(p), 1e-5));
        }
    }
}

TEST_CASE("quantile_fit: three quantiles of a beta are fitted by least squares",
          "[estimator][distribution]") {
    // From the project's table of MFU estimates; alpha and beta as published there.
    struct Case {
        double p5, p50, p95, alpha, beta;
    };
    for (auto const& c : {Case{0.33, 0.41, 0.52, 30.11, 41.7},
                          Case{0.3, 0.45, 0.57, 15.74, 20.09},
                          Case{0.85, 0.92, 0.97, 50.59, 4.566},
                          Case{0.05, 0.25, 0.6, 1.639, 4.253}}) {
        CAPTURE(c.p50);
        auto const d =
            fit_quantiles("beta",
                          {{0.05, 0.95, c.p5}, {0.5, 0.5, c.p50}, {0.95, 0.05, c.p95}},
                          {.tolerance = 0.2});
        auto const published = make_beta(c.alpha, c.beta);
        CHECK_THAT(d.mean(), WithinRel(published.mean(), 1e-3));
        CHECK_THAT(d.variance(), WithinRel(published.variance(), 5e-3));
    }
}
