// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include "tests/support/reference.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::tests {

inline constexpr double unbounded = std::numeric_limits<double>::infinity();

/// Builds scenarios by hand; every number is a fixed quantity of its own.
struct ScenarioBuilder {
    estimator::Scenario scenario;

    explicit ScenarioBuilder(int steps) {
        scenario.start_month = 2024 * 12;
        scenario.steps = steps;
    }

    estimator::Input fixed(double value) {
        estimator::Quantity quantity;
        quantity.name = "q" + std::to_string(scenario.quantities.size());
        quantity.value = estimator::Distribution(value);
        scenario.quantities.push_back(quantity);
        return {scenario.quantities.size() - 1, 0.0};
    }

    estimator::Input series(std::vector<std::pair<double, double>> const& knots) {
        estimator::Quantity quantity;
        quantity.name = "q" + std::to_string(scenario.quantities.size());
        quantity.kind = estimator::QuantityKind::series;
        quantity.interpolation = estimator::Interpolation::step;
        for (auto const& [month, value] : knots) {
            quantity.knots.push_back({month, estimator::Distribution(value)});
        }
        scenario.quantities.push_back(quantity);
        return {scenario.quantities.size() - 1, 0.0};
    }

    std::size_t formula(estimator::Expression const& expression) {
        estimator::Quantity quantity;
        quantity.name = "f" + std::to_string(scenario.quantities.size());
        quantity.kind = estimator::QuantityKind::formula;
        quantity.formula = expression;
        scenario.quantities.push_back(quantity);
        return scenario.quantities.size() - 1;
    }

    /// One accelerator of 1e15 FLOP/s, 1000 W, 20,000 USD, 2 USD/h, mfu 0.5 and
    /// goodput 0.8; spends up to 1e6 USD a month, runs 2 months.
    estimator::Path path(std::string const& name) {
        estimator::Path result;
        result.name = name;
        result.inputs[estimator::PathInput::budget] = fixed(1e6);
        result.inputs[estimator::PathInput::training_share] = fixed(1.0);
        result.inputs[estimator::PathInput::largest_run_share] = fixed(1.0);
        result.inputs[estimator::PathInput::run_months] = fixed(2.0);
        result.inputs[estimator::PathInput::pue] = fixed(1.25);
        result.inputs[estimator::PathInput::electricity_price] = fixed(0.05 * 0.7305);
        result.inputs[estimator::PathInput::power_load] = fixed(0.8);
        result.inputs[estimator::PathInput::life] = fixed(48.0);
        result.inputs[estimator::PathInput::value_decline] = fixed(0.12 / 12);
        result.inputs[estimator::PathInput::interconnect_share] = fixed(0.2);
        result.inputs[estimator::PathInput::campaign_factor] = fixed(1.0);
        estimator::AcceleratorUse use;
        use.profile = "chip";
        use.peak_flop_per_s = 1e15;
        use.h100e_bf16 = 1.5;
        using enum estimator::AcceleratorInput;
        use.inputs[mfu] = fixed(0.5);
        use.inputs[goodput] = fixed(0.8);
        use.inputs[price] = fixed(20e3);
        use.inputs[rental_price] = fixed(2.0 * 730.5);
        use.inputs[it_power] = fixed(1000.0);
        use.inputs[max_cluster] = {std::nullopt, unbounded};
        result.accelerators.push_back(use);
        return result;
    }

    estimator::Channel channel(std::string const& name, estimator::ChannelKind kind) {
        estimator::Channel result;
        result.name = name;
        result.kind = kind;
        using enum estimator::ChannelInput;
        result.inputs[supply] = fixed(40.0);
        for (auto const one :
             {buyer_share, premium, system_multiplier, share, open, stock_open}) {
            result.inputs[one] = {std::nullopt, 1.0};
        }
        result.inputs[cap_total] = {std::nullopt, unbounded};
        result.inputs[max_cluster] = {std::nullopt, unbounded};
        return result;
    }
};

/// Nodes of formulas.
inline estimator::Expression formula_number(double value) {
    estimator::Expression result;
    result.number = value;
    return result;
}

inline estimator::Expression formula_name(std::string const& text) {
    estimator::Expression result;
    result.op = estimator::Op::name;
    result.name = text;
    return result;
}

inline estimator::Expression
formula_call(estimator::Op op, std::vector<estimator::Expression> const& arguments) {
    estimator::Expression result;
    result.op = op;
    result.arguments = arguments;
    return result;
}

/// The value of a row.
/// Throws: std::out_of_range where there is none.
inline double reference_value(std::vector<ReferenceRow> const& rows,
                              std::string const& path,
                              std::string const& metric,
                              int step) {
    for (ReferenceRow const& row : rows) {
        if (row.path == path && row.metric == metric && row.step == step) {
            return row.value;
        }
    }
    throw std::out_of_range("no row " + path + " " + metric);
}

}  // namespace leadtime::tests
