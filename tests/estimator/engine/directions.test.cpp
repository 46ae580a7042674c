// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/directions.hpp"

#include "estimator/engine/sobol_plan.hpp"

#include "tests/estimator/study/sensitivity/models.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::tests;
using Catch::Approx;

namespace {

using Vector = std::vector<double>;

double dot(Vector const& a, Vector const& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

Vector reflected(Vector x, estimator::ScoreReflection const& reflection) {
    double along = 0.0;
    for (auto const& [score, weight] : reflection.terms) {
        along += weight * x[score];
    }
    for (auto const& [score, weight] : reflection.terms) {
        x[score] -= along * weight;
    }
    return x;
}

/// H_1 (H_2 (... x))
Vector product(std::vector<estimator::ScoreReflection> const& reflections, Vector x) {
    for (std::size_t i = reflections.size(); i-- > 0;) {
        x = reflected(std::move(x), reflections[i]);
    }
    return x;
}

estimator::Pilot pilot_of(estimator::Scenario const& scenario) {
    int const output = 0;
    return {tests::executor(), estimator::Model(scenario), {&output, 1}, 1, 16'384};
}

}  // namespace

TEST_CASE("directions: eigenvectors of a known matrix", "[estimator][sampler]") {
    // 2, -1 on the diagonals beside it: eigenvalues 2 - 2 cos(k pi / (n + 1)).
    constexpr std::size_t n = 7;
    std::vector<Vector> matrix(n, Vector(n));
    for (std::size_t i = 0; i < n; ++i) {
        matrix[i][i] = 2.0;
        if (i + 1 < n) {
            matrix[i][i + 1] = matrix[i + 1][i] = -1.0;
        }
    }
    auto const [values, vectors] = estimator::eigensystem(matrix);
    for (std::size_t k = 0; k < n; ++k) {
        double const angle = static_cast<double>(n - k) * 3.14159265358979 / (n + 1.0);
        CHECK(values[k] == Approx(2.0 - 2.0 * std::cos(angle)));
        for (std::size_t j = 0; j < n; ++j) {
            CHECK(std::abs(dot(vectors[k], vectors[j]) - (j == k ? 1.0 : 0.0)) < 1e-12);
            CHECK(std::abs(dot(matrix[j], vectors[k]) - values[k] * vectors[k][j])
                  < 1e-12);
        }
    }
    CHECK(estimator::eigensystem({}).values.empty());
    CHECK(estimator::eigensystem({{0.0, 0.0}, {0.0, 0.0}}).values == Vector{0.0, 0.0});
}

TEST_CASE("directions: reflections turn axes into them, and lengths stay",
          "[estimator][sampler]") {
    double const r = std::sqrt(0.5);
    std::vector<Vector> const directions = {{0.6, 0.0, 0.8, 0.0, 0.0},
                                            {0.0, r, 0.0, 0.0, -r},
                                            {-0.8, 0.0, 0.6, 0.0, 0.0},
                                            {0.0, 0.0, 0.0, 1.0, 0.0}};
    auto const [reflections, scores] = estimator::axes_of_directions(directions);
    REQUIRE(scores == std::vector<std::size_t>{2, 1, 0, 3});
    for (std::size_t j = 0; j < directions.size(); ++j) {
        Vector axis(5);
        axis[scores[j]] = 1.0;
        CHECK(std::abs(dot(product(reflections, axis), directions[j]))
              == Approx(1.0).epsilon(1e-14));
    }
    Vector const x = {1.0, -2.0, 0.5, 3.0, 0.25};
    Vector const y = product(reflections, x);
    CHECK(dot(y, y) == Approx(dot(x, x)).epsilon(1e-14));
    CHECK(estimator::axes_of_directions({}).reflections.empty());
}

TEST_CASE("directions: of a linear model it is the coefficients",
          "[estimator][sampler]") {
    auto const pilot = pilot_of(scenario_of(
        standard_normal("a") + standard_normal("b") + standard_normal("c")
        + standard_normal("d") + tests::formula("y", "3 * a - 2 * b + c + 0 * d")));
    std::vector<std::size_t> const all = {0, 1, 2, 3};
    auto const directions = estimator::main_directions(pilot, all, {}, 4);
    REQUIRE(directions.size() == 1);  // what is left is noise
    // Coefficients / sqrt 14. Least squares know them far better than 1 / sqrt 16,384:
    // what is left is how far ranks are from a normal distribution.
    double const sign = directions[0][0] < 0.0 ? -1.0 : 1.0;
    double const known[] = {3.0, -2.0, 1.0, 0.0};
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(std::abs(sign * directions[0][i] - known[i] / std::sqrt(14.0)) < 0.002);
    }
    CHECK(pilot.error(0) < 0.1 / 128.0);
    CHECK(std::abs(pilot.curvature(0, 0, 1)) < 0.002);
}

TEST_CASE("directions: a product is seen by its second derivatives",
          "[estimator][sampler]") {
    auto const pilot = pilot_of(scenario_of(standard_normal("a") + standard_normal("b")
                                            + standard_normal("c")
                                            + tests::formula("y", "a * b + 0 * c")));
    std::vector<std::size_t> const all = {0, 1, 2};
    auto const directions = estimator::main_directions(pilot, all, {}, 3);
    REQUIRE(directions.size() == 2);
    CHECK(directions[0][2] == 0.0);
    CHECK(directions[1][2] == 0.0);
    // With b fixed it still tells that a matters, and b stays where it is.
    std::vector<std::size_t> const turnable = {0, 2};
    std::vector<std::size_t> const fixed = {1};
    auto const one = estimator::main_directions(pilot, turnable, fixed, 3);
    REQUIRE(one.size() == 1);
    CHECK(std::abs(one[0][0]) == Approx(1.0));
    CHECK(one[0][1] == 0.0);
}

TEST_CASE("directions: a score with steps keeps its axis", "[estimator][sampler]") {
    auto const scenario = scenario_of(drawn("law", "dist = \"bernoulli\", p = 0.35")
                                      + standard_normal("a") + standard_normal("b")
                                      + tests::formula("y", "2 * law + a + b"));
    auto const layout =
        estimator::sobol_layout(tests::executor(), estimator::Model(scenario), 1);
    REQUIRE(layout.reflections.size() == 1);
    REQUIRE(layout.terms.size() == 2);
    for (auto const& term : layout.terms) {
        CHECK(term.score != 0);
    }
    std::vector<int> order = layout.by_importance;
    std::sort(order.begin(), order.end());
    CHECK(order == std::vector<int>{0, 1, 2});
}
