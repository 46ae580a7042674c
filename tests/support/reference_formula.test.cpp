// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_formula.hpp"

#include "tests/support/reference.hpp"
#include "tests/support/scenario_builder.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <vector>

namespace leadtime::tests {

namespace {

using Catch::Approx;
using estimator::Expression;
using estimator::Input;
using estimator::Interpolation;
using estimator::Op;

}  // namespace

TEST_CASE("reference: series interpolate and at() looks before the start",
          "[support]") {
    ScenarioBuilder builder(5);
    Input const series = builder.series({{-2, 10.0}, {2, 1000.0}});
    builder.scenario.quantities[*series.quantity].unit.scale = 2.0;
    Expression at = formula_call(Op::at, {formula_name("q0")});
    at.number = -1;
    std::size_t const before_start = builder.formula(at);
    auto const values = [&](Interpolation interpolation) {
        builder.scenario.quantities[*series.quantity].interpolation = interpolation;
        return reference_quantities(builder.scenario, 1, 0);
    };
    CHECK(values(Interpolation::step)[0] == std::vector{20., 20., 2000., 2000., 2000.});
    CHECK(values(Interpolation::linear)[0][1] == Approx(2.0 * 752.5));
    CHECK(values(Interpolation::log)[0][0] == Approx(2.0 * 100.0));
    CHECK(values(Interpolation::log)[before_start][3]
          == Approx(2.0 * std::pow(10.0, 1.5)));
}

TEST_CASE("reference: formulas remember", "[support]") {
    ScenarioBuilder builder(4);
    builder.scenario.months_per_step = 3;
    builder.scenario.start_month += 6;
    Expression const month = formula_name("month");  // 0, 3, 6, 9
    std::size_t const sum = builder.formula(formula_call(Op::cumsum, {month}));
    std::size_t const area = builder.formula(formula_call(Op::integral, {month}));
    std::size_t const kept =
        builder.formula(formula_call(Op::accumulate, {month, formula_number(0.5)}));
    std::size_t const late = builder.formula(
        formula_call(Op::delay, {formula_number(6), formula_number(4)}));
    std::size_t const last = builder.formula(formula_call(Op::previous, {month}));
    Expression const seven = formula_number(7);
    std::size_t const when = builder.formula(formula_call(
        Op::crossing, {formula_call(Op::add, {month, formula_number(1)}), seven}));
    std::size_t const between = builder.formula(formula_call(
        Op::crossing,
        {formula_call(Op::add, {month, formula_number(1)}), formula_number(5)}));
    std::size_t const never =
        builder.formula(formula_call(Op::crossing, {month, formula_number(10)}));
    std::size_t const year = builder.formula(formula_name("year"));
    auto const values = reference_quantities(builder.scenario, 1, 0);
    using Values = std::vector<double>;
    CHECK(values[sum] == Values{0, 3, 9, 18});
    CHECK(values[area] == Values{0, 9, 27, 54});
    CHECK(values[kept] == Values{0, 3, 7.5, 12.75});
    CHECK(values[late][0] == 0.0);
    CHECK(values[late][1] == Approx(6.0 * (1.0 - 1.0 / 3.0)));
    CHECK(values[late][2] == Approx(6.0));
    CHECK(values[last] == Values{0, 0, 3, 6});
    CHECK(values[when][0] == 6.0);
    CHECK(values[between][2]
          == Approx(3.0 + 3.0 * std::log(5.0 / 4.0) / std::log(7.0 / 4.0)));
    CHECK(values[never][0] == infinity);
    CHECK(values[year] == Values{2024.5, 2024.75, 2025, 2025.25});
}

}  // namespace leadtime::tests
