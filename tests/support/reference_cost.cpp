// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_path.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace leadtime::tests {

using estimator::AcceleratorInput;
using estimator::AcceleratorUse;
using estimator::Channel;
using estimator::ChannelKind;

namespace {

constexpr double hours_per_month = 730.5;

/// The mean over a pool's channels, weighted by powered chips; 0 where there are none.
template <class Value>
double pool_mean(ReferencePool const& pool, ReferencePath const& state, Value value) {
    double weights = 0.0;
    double sum = 0.0;
    for (std::size_t const c : pool.channels) {
        double const powered = state.channels[c].usable * pool.on;
        weights += powered;
        sum += powered * value(c);
    }
    return weights > 0.0 ? sum / weights : 0.0;
}

}  // namespace

/// v_p, USD/chip.
double ReferencePathStepper::chip_value(ReferencePool const& pool) {
    AcceleratorUse const& use = path_.accelerators[pool.accelerator];
    return pool_mean(pool, state_, [&](std::size_t c) {
        Channel const& channel = path_.channels[c];
        switch (channel.kind) {
        case ChannelKind::purchase:
            return state_.channels[c].unit_cost;
        case ChannelKind::stock:
            return at_least(0.0, use.inputs[AcceleratorInput::price]) * markup(channel);
        case ChannelKind::rental:
            break;
        }
        return at_least(0.0, use.inputs[AcceleratorInput::price]);
    });
}

/// r_p, USD/(chip h).
double ReferencePathStepper::hourly_rate(ReferencePool const& pool) {
    AcceleratorUse const& use = path_.accelerators[pool.accelerator];
    return pool_mean(pool, state_, [&](std::size_t c) {
        double const per_month =
            pool.rented ? state_.channels[c].unit_cost
                        : at_least(0.0, use.inputs[AcceleratorInput::rental_price]);
        return per_month / hours_per_month;
    });
}

/// hourly_p, USD/(chip h).
double ReferencePathStepper::hourly_depreciation(ReferencePool const& pool) {
    double const value = chip_value(pool);
    if (path_.depreciation == estimator::Depreciation::straight_line) {
        return value
               / (at_least(1.0, path_.inputs[estimator::PathInput::life])
                  * hours_per_month);
    }
    double powered = 0.0;
    double age_sum = 0.0;
    for (std::size_t const c : pool.channels) {
        powered += state_.channels[c].usable * pool.on;
        age_sum += state_.channels[c].age_usable * pool.on;
    }
    double const age_months = powered > 0.0 && !pool.rented ? age_sum / powered : 0.0;
    double const decline = at(path_.inputs[estimator::PathInput::value_decline]);
    return value * std::pow(10.0, -decline * age_months) * decline * std::numbers::ln10
           / hours_per_month;
}

ReferenceCost ReferencePathStepper::cost(std::vector<ReferencePool> const& pools,
                                         ReferenceRun const& run) {
    double const months = at_least(0.0, path_.inputs[estimator::PathInput::run_months]);
    double const hours = months * hours_per_month;
    double const interconnect = std::clamp(
        at(path_.inputs[estimator::PathInput::interconnect_share]), 0.0, 0.9);
    double const energy_price =
        at(path_.inputs[estimator::PathInput::electricity_price]);
    ReferenceCost result;
    if (run.flop == 0.0) {
        return result;
    }
    for (ReferencePart const& part : run.parts) {
        ReferencePool const& pool = pools[part.pool];
        double const chips = part.chips * run.training.used;
        double const watts =
            at_least(
                0.0,
                path_.accelerators[pool.accelerator].inputs[AcceleratorInput::it_power])
            * at_least(1.0, path_.inputs[estimator::PathInput::pue])
            * fraction(path_.inputs[estimator::PathInput::power_load]);
        double const hardware =
            hourly_depreciation(pool) * hours / (1.0 - interconnect);
        result.upfront += chips * chip_value(pool);
        result.rental += chips * hourly_rate(pool) * hours;
        result.amortised += chips * (hardware + watts * energy_price * months);
    }
    result.amortised += at(path_.inputs[estimator::PathInput::staff_cost]) * months;
    return result;
}

void ReferencePathStepper::append(std::vector<ReferencePool> const& pools,
                                  ReferenceRun const& run,
                                  ReferenceMetrics& metrics) {
    auto const add = [&](std::string const& name, double value) {
        metrics.by_step[name].push_back(value);
    };
    add("run_flop", run.flop);
    add("pretraining_flop", run.pretraining_flop);
    double run_chips = 0.0;
    double run_h100e = 0.0;
    double worth = 0.0;
    double pools_in_run = 0.0;
    for (ReferencePart const& part : run.parts) {
        run_chips += part.chips;
        run_h100e +=
            part.chips * path_.accelerators[pools[part.pool].accelerator].h100e_8bit;
        worth += part.chips * part.worth;
    }
    for (ReferencePart const& part : run.parts) {
        double const brought = part.chips * part.worth;
        pools_in_run += brought > 0.0 && brought >= 0.01 * worth ? 1.0 : 0.0;
    }
    add("run_chips", run_chips);
    add("run_chips_used", run_chips * run.training.used);
    add("run_pools", pools_in_run);
    add("run_mfu", run.mfu);
    add("run_goodput", run.goodput);

    if (path_.job) {
        append_training(pools, run, metrics);
    }
    ReferenceCost const costs = cost(pools, run);
    auto const add_cost = [&](std::string const& method, double value) {
        add("run_cost_" + method + "_usd", value);
        double const per_flop = run.flop > 0.0 ? value / (run.flop / 1e24) : 0.0;
        add("usd_per_1e24_flop_" + method, per_flop);
    };
    add_cost("amortised", costs.amortised);
    add_cost("rental", costs.rental);
    add_cost("upfront", costs.upfront);

    double bf16 = 0.0;
    double eight_bit = 0.0;
    double tpp = 0.0;
    double power_w = 0.0;
    std::vector<double> chips(path_.accelerators.size(), 0.0);
    for (ReferencePool const& pool : pools) {
        AcceleratorUse const& use = path_.accelerators[pool.accelerator];
        bf16 += pool.usable * use.h100e_bf16;
        eight_bit += pool.usable * use.h100e_8bit;
        tpp += pool.usable * use.h100e_tpp;
        power_w += pool.power_w * pool.on;
        chips[pool.accelerator] += pool.usable;
    }
    add("run_fleet_share",
        eight_bit > 0.0 ? run_h100e * run.training.used / eight_bit : 0.0);
    append_carriers(pools, run, metrics);
    add("h100e_bf16", bf16);
    add("h100e_8bit", eight_bit);
    add("h100e_tpp", tpp);
    add("power_w", power_w);
    add("spend_usd", state_.spend);
    add("cumulative_spend_usd", state_.total_spend);
    add("cash_usd", state_.cash);
    for (std::size_t a = 0; a < chips.size(); ++a) {
        add("chips." + path_.accelerators[a].profile, chips[a]);
    }
    for (std::size_t c = 0; c < path_.channels.size(); ++c) {
        add("channel." + path_.channels[c].name, state_.channels[c].usable);
    }
}

}  // namespace leadtime::tests
