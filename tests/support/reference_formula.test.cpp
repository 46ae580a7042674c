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
    builder.scenario.start_month += 6;
    Expression const month = formula_name("month");  // 0, 1, 2, 3
    std::size_t const sum = builder.formula(formula_call(Op::cumsum, {month}));
    std::size_t const area = builder.formula(formula_call(Op::integral, {month}));
    std::size_t const kept =
        builder.formula(formula_call(Op::accumulate, {month, formula_number(0.5)}));
    std::size_t const late = builder.formula(
        formula_call(Op::delay, {formula_number(6), formula_number(4.0 / 3.0)}));
    std::size_t const last = builder.formula(formula_call(Op::previous, {month}));
    Expression const three = formula_number(3);
    std::size_t const when = builder.formula(formula_call(
        Op::crossing, {formula_call(Op::add, {month, formula_number(1)}), three}));
    std::size_t const between = builder.formula(formula_call(
        Op::crossing,
        {formula_call(Op::add, {month, formula_number(1)}), formula_number(2.5)}));
    std::size_t const never =
        builder.formula(formula_call(Op::crossing, {month, formula_number(10)}));
    std::size_t const year = builder.formula(formula_name("year"));
    auto const values = reference_quantities(builder.scenario, 1, 0);
    using Values = std::vector<double>;
    CHECK(values[sum] == Values{0, 1, 3, 6});
    CHECK(values[area] == Values{0, 1, 3, 6});
    CHECK(values[kept] == Values{0, 1, 2.5, 4.25});
    CHECK(values[late][0] == 0.0);
    CHECK(values[late][1] == Approx(6.0 * (1.0 - 1.0 / 3.0)));
    CHECK(values[late][2] == Approx(6.0));
    CHECK(values[last] == Values{0, 0, 1, 2});
    CHECK(values[when][0] == 2.0);
    CHECK(values[between][2]
          == Approx(1.0 + std::log(2.5 / 2.0) / std::log(3.0 / 2.0)));
    CHECK(values[never][0] == unbounded);
    CHECK(values[year][0] == 2024.5);
    CHECK(values[year][3] == 2024.75);
}

TEST_CASE("reference: steps of a quarter are made of months", "[support]") {
    ScenarioBuilder builder(2);
    builder.scenario.months_per_step = 3;
    Expression const month = formula_name("month");
    std::size_t const mean = builder.formula(month);
    std::size_t const sum = builder.formula(formula_call(Op::cumsum, {month}));
    builder.scenario.outputs = {mean, sum};
    std::vector<double> values;
    for (ReferenceRow const& row : reference_sample(builder.scenario, 1, 0)) {
        values.push_back(row.value);
    }
    CHECK(values == std::vector<double>{1, 4, 3, 15});
}

}  // namespace leadtime::tests
