// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_path.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leadtime::tests {

using estimator::AcceleratorInput;
using estimator::AcceleratorUse;
using estimator::Channel;
using estimator::ChannelKind;
using estimator::Input;

ReferencePathStepper::ReferencePathStepper(estimator::Scenario const& scenario,
                                           estimator::Path const& path,
                                           ReferenceQuantities& quantities,
                                           std::vector<ReferenceCap>& caps)
    : scenario_(scenario)
    , path_(path)
    , quantities_(quantities)
    , caps_(caps) {
    state_.channels.resize(path.channels.size());
    for (ReferenceChannel& channel : state_.channels) {
        channel.arrivals.assign(
            static_cast<std::size_t>(scenario.steps * scenario.months_per_step), 0.0);
    }
}

double ReferencePathStepper::at_least(double bound, Input const& input) {
    return std::max(bound, at(input));
}

double ReferencePathStepper::fraction(Input const& input) {
    return std::clamp(at(input), 0.0, 1.0);
}

void ReferencePathStepper::advance(int step, ReferenceMetrics& metrics) {
    step_ = step;
    buy();
    age_fleets();
    std::vector<ReferencePool> all = pools();
    switch_off(all);
    size_runs(all);
    append(all, largest_run(all), metrics);
}

/// P_c: the channel's own price, else the accelerator's.
double ReferencePathStepper::base_price(Channel const& channel) {
    AcceleratorUse const& use = path_.accelerators.at(channel.accelerator);
    if (channel.inputs[estimator::ChannelInput::price].quantity) {
        return at_least(0.0, channel.inputs[estimator::ChannelInput::price]);
    }
    return at_least(0.0,
                    channel.kind == ChannelKind::rental
                        ? use.inputs[AcceleratorInput::rental_price]
                        : use.inputs[AcceleratorInput::price]);
}

/// pi_c (1 + f_c) y_c.
double ReferencePathStepper::markup(Channel const& channel) {
    return at_least(0.0, channel.inputs[estimator::ChannelInput::premium])
           * (1.0 + at_least(0.0, channel.inputs[estimator::ChannelInput::fee]))
           * at_least(0.0, channel.inputs[estimator::ChannelInput::system_multiplier]);
}

void ReferencePathStepper::buy() {
    if (step_ == 0) {
        state_.cash = at_least(0.0, path_.inputs[estimator::PathInput::initial_cash]);
    }
    double const cash_0 =
        state_.cash + at_least(0.0, path_.inputs[estimator::PathInput::budget]);
    state_.cash = cash_0;
    state_.spend = 0.0;
    bool const by_carrier =
        path_.policy && path_.policy->rule == estimator::BuyingRule::carrier;
    std::map<std::size_t, double> allowance;
    if (by_carrier) {
        allowance = allowances(cash_0);
    }
    for (std::size_t const c : turns()) {
        Channel const& channel = path_.channels[c];
        ReferenceChannel& state = state_.channels[c];
        state.unit_cost = std::max(base_price(channel) * markup(channel), 1e-6);
        if (channel.kind == ChannelKind::stock) {
            if (step_ == 0) {
                state.arrivals[0] =
                    at_least(0.0, channel.inputs[estimator::ChannelInput::initial])
                    * fraction(channel.inputs[estimator::ChannelInput::buyer_share])
                    * (1.0 - fraction(channel.inputs[estimator::ChannelInput::loss]));
            }
            continue;
        }
        if (!is_bought(channel)) {
            continue;
        }
        double const got =
            buy(channel, state, cash_0, by_carrier ? allowance[c] : state_.cash);
        if (channel.kind == ChannelKind::rental) {
            state.chips = got;
            continue;
        }
        double const position =
            step_ + at_least(0.0, channel.inputs[estimator::ChannelInput::lead]);
        double const arriving =
            got * (1.0 - fraction(channel.inputs[estimator::ChannelInput::loss]));
        double const late = position - std::floor(position);
        state.ordered += arriving;
        if (position < static_cast<double>(state.arrivals.size())) {
            auto const first = static_cast<std::size_t>(position);
            state.arrivals[first] += arriving * (1.0 - late);
            if (first + 1 < state.arrivals.size()) {
                state.arrivals[first + 1] += arriving * late;
            }
        }
    }
    state_.total_spend += state_.spend;
}

/// Takes chips from a channel's supply, pays for them and returns how many.
double ReferencePathStepper::buy(Channel const& channel,
                                 ReferenceChannel& state,
                                 double cash_0,
                                 double allowance) {
    double price = state.unit_cost;
    double wanted =
        std::min({state_.cash,
                  allowance,
                  fraction(channel.inputs[estimator::ChannelInput::share]) * cash_0})
        / price;
    double const limit =
        at_least(0.0, channel.inputs[estimator::ChannelInput::supply])
        * fraction(channel.inputs[estimator::ChannelInput::buyer_share]);
    if (wanted > limit) {  // scarce: the price rises
        double const factor = std::min(
            limit > 0.0 ? std::pow(
                wanted / limit,
                fraction(channel.inputs[estimator::ChannelInput::scarcity_exponent]))
                        : 1e30,
            at_least(1.0, channel.inputs[estimator::ChannelInput::scarcity_max]));
        price *= factor;
        wanted /= factor;
    }
    double got = fraction(channel.inputs[estimator::ChannelInput::open])
                 * std::min(wanted, limit);
    double const month = step_;
    if (channel.cap_from <= month && month <= channel.cap_to) {
        double const cap =
            at_least(0.0, channel.inputs[estimator::ChannelInput::cap_total]);
        got = std::min(got, std::max(0.0, cap - state.bought_in_window));
        state.bought_in_window += got;
    }
    if (channel.cap) {
        got = draw_from_cap(channel, got);
    }
    state_.cash -= got * price;
    state_.spend += got * price;
    if (state_.cash < 1e-6 * cash_0) {
        state_.cash = 0.0;
    }
    return got;
}

/// What the shared cap leaves of it.
double ReferencePathStepper::draw_from_cap(Channel const& channel, double got) {
    estimator::CapPool const& cap = scenario_.caps[*channel.cap];
    ReferenceCap& state = caps_[*channel.cap];
    double const month = step_;
    if (month < cap.from || month > cap.to) {
        return got;
    }
    if (state.step != step_) {
        state.step = step_;
        state.rented = 0.0;
    }
    double const total = at_least(0.0, cap.total);
    double left = total - state.bought - state.rented;
    if (left < 1e-6 * total) {
        left = 0.0;
    }
    double const weight = channel.cap_pool_weight;
    double const result = std::min(got, std::max(0.0, left) / weight);
    (channel.kind == ChannelKind::rental ? state.rented : state.bought) +=
        result * weight;
    return result;
}

void ReferencePathStepper::age_fleets() {
    double const retain =
        std::exp(-at_least(0.0, path_.inputs[estimator::PathInput::attrition]));
    for (std::size_t c = 0; c < path_.channels.size(); ++c) {
        Channel const& channel = path_.channels[c];
        ReferenceChannel& state = state_.channels[c];
        if (channel.kind == ChannelKind::rental) {
            state.usable = state.chips;
            continue;
        }
        double const arrivals = state.arrivals[static_cast<std::size_t>(step_)];
        state.ordered = channel.kind == ChannelKind::stock
                            ? 0.0
                            : std::max(0.0, state.ordered - arrivals);
        state.age = (state.age + state.chips) * retain;
        state.chips = state.chips * retain + arrivals;
        if (channel.kind == ChannelKind::stock && step_ == 0) {
            state.age +=
                arrivals
                * at_least(0.0, channel.inputs[estimator::ChannelInput::initial_age]);
        }
        double const open =
            fraction(channel.inputs[estimator::ChannelInput::stock_open]);
        state.usable = state.chips * open;
        state.age_usable = state.age * open;
    }
}

/// Owned and rented accelerators apart, and where runs are joined those of each place.
std::vector<std::pair<bool, std::string>>
ReferencePathStepper::kinds_of_pools(std::size_t accelerator) const {
    std::vector<std::pair<bool, std::string>> kinds;
    for (bool const rented : {false, true}) {
        for (Channel const& channel : path_.channels) {
            std::pair const kind{rented, path_.join ? channel.place : ""};
            if (channel.accelerator == accelerator
                && (channel.kind == ChannelKind::rental) == rented
                && std::ranges::find(kinds, kind) == kinds.end()) {
                kinds.push_back(kind);
            }
        }
    }
    return kinds;
}

std::vector<ReferencePool> ReferencePathStepper::pools() {
    std::vector<ReferencePool> result;
    for (std::size_t a = 0; a < path_.accelerators.size(); ++a) {
        AcceleratorUse const& use = path_.accelerators[a];
        for (auto const& [rented, place] : kinds_of_pools(a)) {
            ReferencePool pool;
            pool.accelerator = a;
            pool.rented = rented;
            pool.place = place;
            for (std::size_t c = 0; c < path_.channels.size(); ++c) {
                Channel const& channel = path_.channels[c];
                if (channel.accelerator == a
                    && (channel.kind == ChannelKind::rental) == rented
                    && (!path_.join || channel.place == place)) {
                    pool.channels.push_back(c);
                    pool.usable += state_.channels[c].usable;
                }
            }
            pool.peak = use.peak_flop_per_s;
            plan_pool(use, pool);
            if (!rented) {
                pool.power_w = pool.usable
                               * at_least(0.0, use.inputs[AcceleratorInput::it_power])
                               * at_least(1.0, path_.inputs[estimator::PathInput::pue]);
            }
            result.push_back(pool);
        }
    }
    return result;
}

void ReferencePathStepper::switch_off(std::vector<ReferencePool>& pools) {
    if (!path_.inputs[estimator::PathInput::power_cap].quantity) {
        return;
    }
    std::vector<std::pair<double, ReferencePool*>> owned;  // FLOP per watt, pool
    for (ReferencePool& pool : pools) {
        if (!pool.rented) {
            double const watts = at_least(0.0,
                                          path_.accelerators[pool.accelerator]
                                              .inputs[AcceleratorInput::it_power]);
            double const useful = pool.peak * pool.mfu * pool.goodput;
            owned.emplace_back(watts > 0.0 ? useful / watts
                                           : std::numeric_limits<double>::infinity(),
                               &pool);
        }
    }
    std::stable_sort(owned.begin(), owned.end(), [](auto const& a, auto const& b) {
        return a.first > b.first;
    });
    double left = at(path_.inputs[estimator::PathInput::power_cap]);
    for (auto& [flop_per_watt, pool] : owned) {
        double const own = pool->power_w;
        pool->on = own > 0.0 ? std::clamp(left / own, 0.0, 1.0) : 1.0;
        left -= own;
    }
}

/// The part of the step in which the accelerator's software is ready.
double ReferencePathStepper::gate(AcceleratorUse const& use) {
    if (!use.has(AcceleratorInput::software_ready)) {
        return 1.0;
    }
    double const retry = at(use.inputs[AcceleratorInput::abort]) > 0.5
                             ? at(use.inputs[AcceleratorInput::retry_delay])
                             : 0.0;
    double const ready = at(use.inputs[AcceleratorInput::software_ready])
                         + at(use.inputs[AcceleratorInput::port_delay]) + retry;
    return std::clamp(step_ + 1.0 - ready, 0.0, 1.0);
}

double ReferencePathStepper::post_training_share() {
    return std::min(fraction(path_.inputs[estimator::PathInput::post_training_share]),
                    0.99);
}

void ReferencePathStepper::size_runs(std::vector<ReferencePool>& pools) {
    double const share =
        fraction(path_.inputs[estimator::PathInput::training_share])
        * fraction(path_.inputs[estimator::PathInput::largest_run_share]);
    double const after = post_training_share();
    double const seconds =
        at_least(0.0, path_.inputs[estimator::PathInput::run_months]) * 730.5 * 3600.0
        * (1.0 - after)
        / at_least(0.1, path_.inputs[estimator::PathInput::campaign_factor]);
    for (ReferencePool& pool : pools) {
        AcceleratorUse const& use = path_.accelerators[pool.accelerator];
        double chips = 0.0;
        for (std::size_t const c : pool.channels) {
            double const powered = state_.channels[c].usable * pool.on;
            double const largest = at_least(
                0.0, path_.channels[c].inputs[estimator::ChannelInput::max_cluster]);
            pool.channel_chips.push_back(std::min(powered * share, largest));
            chips += pool.channel_chips.back();
        }
        pool.chips =
            gate(use)
            * std::min(chips, at_least(0.0, use.inputs[AcceleratorInput::max_cluster]));
        pool.planned_mfu = pool.mfu;
        offer_alone(pool);
    }
    for (std::size_t p = 0; p < pools.size(); ++p) {
        ReferencePool& pool = pools[p];
        pool.parts = {{p, pool.chips, 1.0}};
        if (path_.join) {
            offer_joined(pools, p);
        }
        pool.planned = pool.offer.chips * pool.peak * pool.mfu * pool.goodput * seconds;
        train_pool(path_.accelerators[pool.accelerator], seconds, pool);
    }
}

ReferenceRun
ReferencePathStepper::largest_run(std::vector<ReferencePool> const& pools) {
    ReferenceRun best;
    for (ReferencePool const& pool : pools) {
        if (pool.flop > best.flop) {
            double peaks = 0.0;
            for (ReferencePart const& part : pool.parts) {
                peaks += part.chips * pools[part.pool].peak;
            }
            double const mfu = pool.mfu * pool.offer.chips * pool.peak / peaks;
            best = {pool.parts, pool.flop, mfu, pool.goodput, pool.training, 0.0};
        }
    }
    double const after = post_training_share();
    best.pretraining_flop = best.flop;
    best.flop *=
        1.0
        + after * at_least(0.0, path_.inputs[estimator::PathInput::post_training_mfu])
              / (1.0 - after);
    return best;
}

}  // namespace leadtime::tests
