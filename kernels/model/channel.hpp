// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/math.hpp"
#include "kernels/lanes/rows.hpp"
#include "kernels/model/plan_rows.hpp"
#include "kernels/plan/month.hpp"
#include "kernels/plan/plan.hpp"

/// One channel, one step: buying, arriving, ageing (docs/model.md 2).
namespace leadtime::kernels {

template <class Real>
LEADTIME_FUNCTION Real clamp_fraction(Real x) {
    return clamp(x, broadcast<Real>(0.0f), broadcast<Real>(1.0f));
}
template <class Real>
LEADTIME_FUNCTION Real not_negative(Real x) {
    return maximum(x, broadcast<Real>(0.0f));
}

/// USD per chip installed, or per chip and month for a rental. What is bought costs
/// something, so that money always limits it.
template <class Real>
LEADTIME_FUNCTION Real unit_cost(ChannelPlan const& channel, Rows rows) {
    Real const one = broadcast<Real>(1.0f);
    Real const cost =
        not_negative(rows.get<Real>(row_of(channel, ChannelInput::price)))
        * not_negative(rows.get<Real>(row_of(channel, ChannelInput::premium)))
        * (one + not_negative(rows.get<Real>(row_of(channel, ChannelInput::fee))))
        * not_negative(
            rows.get<Real>(row_of(channel, ChannelInput::system_multiplier)));
    return maximum(cost, broadcast<Real>(channel.conduct.gets_chips ? 1e-6f : 0.0f));
}

/// Chips that a channel has for the path this month, where it is open.
template <class Real>
LEADTIME_FUNCTION Real supplied(ChannelPlan const& channel, Rows rows) {
    return not_negative(rows.get<Real>(row_of(channel, ChannelInput::supply)))
           * clamp_fraction(rows.get<Real>(row_of(channel, ChannelInput::buyer_share)));
}

/// Whether a channel's own cap counts what is got at `month`: the same for all samples.
LEADTIME_FUNCTION bool is_capped(ChannelPlan const& channel, float month) {
    return month >= channel.cap_from && month <= channel.cap_to;
}

/// Whether its shared cap does.
LEADTIME_FUNCTION bool is_pooled(ChannelPlan const& channel, float month) {
    return channel.pooled && month >= channel.pool_from && month <= channel.pool_to;
}

/// What its own cap leaves, chips.
template <class Real>
LEADTIME_FUNCTION Real left_of_cap(ChannelPlan const& channel, Rows rows) {
    return not_negative(
        not_negative(rows.get<Real>(row_of(channel, ChannelInput::cap_total)))
        - rows.get<Real>(channel.bought));
}

/// Months from buying to arrival.
template <class Real>
LEADTIME_FUNCTION Real lead_of(ChannelPlan const& channel, Rows rows) {
    return not_negative(rows.get<Real>(row_of(channel, ChannelInput::lead)));
}

/// The money of a step. `spent` is summed on its own: as a difference of cash it would
/// drown in rounding where little is spent.
template <class Real>
struct Purse {
    Real at_start;
    Real cash;
    Real spent;
};

/// Factor on the price where more is wanted than there is: (wanted / offered) to a
/// power of 0 to 1, so that more money never buys fewer chips.
template <class Real>
LEADTIME_FUNCTION Real
scarcity_factor(ChannelPlan const& channel, Rows rows, Real wanted, Real offered) {
    Real const one = broadcast<Real>(1.0f);
    Real const exponent = clamp_fraction(
        rows.get<Real>(row_of(channel, ChannelInput::scarcity_exponent)));
    Real const most =
        maximum(rows.get<Real>(row_of(channel, ChannelInput::scarcity_max)), one);
    Real const ratio =
        clamp(wanted / offered, one, broadcast<Real>(1e30f));  // 0 offered: most
    return clamp(exponential(exponent * logarithm(ratio)), one, most);
}

/// What a shared cap leaves of `got` chips, at `month`; takes them from it.
template <class Real>
LEADTIME_FUNCTION Real
draw_from_pool(ChannelPlan const& channel, Rows rows, float month, Real got) {
    if (!is_pooled(channel, month)) {
        return got;
    }
    Real const zero = broadcast<Real>(0.0f);
    Real const weight = broadcast<Real>(channel.pool_weight);
    Real const total =
        not_negative(rows.get<Real>(row_of(channel, ChannelInput::cap_pool_total)));
    Real const unused = total - rows.get<Real>(channel.pool_bought)
                        - rows.get<Real>(channel.pool_rented);
    // As with money: what rounding leaves of a cap that was used up is not there.
    auto const used_up = unused < total * broadcast<Real>(1e-6f);
    Real const room = select(used_up, zero, unused / weight);
    Real const left = minimum(got, room);
    int const row =
        channel.conduct.is_rented ? channel.pool_rented : channel.pool_bought;
    rows.set(row, fused(left, weight, rows.get<Real>(row)));
    return left;
}

/// What a channel may spend of the purse: all, or what the carrier rule allows.
template <class Real>
LEADTIME_FUNCTION Real allowed(ChannelPlan const& channel, Rows rows, Real cash) {
    return channel.buying.allowance < 0
               ? cash
               : minimum(cash, rows.get<Real>(channel.buying.allowance));
}

/// Chips got this step; takes their price from the purse.
template <class Real>
LEADTIME_FUNCTION Real
buy(ChannelPlan const& channel, Rows rows, int step, Real cost, Purse<Real>& purse) {
    if (!channel.is_used) {  // the same for all samples
        return broadcast<Real>(0.0f);
    }
    Real price = cost;
    Real affordable =
        minimum(allowed(channel, rows, purse.cash),
                clamp_fraction(rows.get<Real>(row_of(channel, ChannelInput::share)))
                    * purse.at_start)
        / price;
    Real const offered = supplied<Real>(channel, rows);
    if (channel.scarce) {  // the same for all samples
        Real const factor = scarcity_factor(channel, rows, affordable, offered);
        price = price * factor;
        affordable = affordable / factor;
    }
    Real got = clamp_fraction(rows.get<Real>(row_of(channel, ChannelInput::open)))
               * minimum(affordable, offered);
    auto const month = static_cast<float>(step);
    if (is_capped(channel, month)) {
        got = minimum(got, left_of_cap<Real>(channel, rows));
        rows.set(channel.bought, rows.get<Real>(channel.bought) + got);
    }
    got = draw_from_pool(channel, rows, month, got);
    // What rounding leaves of money that was all spent must not buy chips further down.
    Real const left = fused(-got, price, purse.cash);
    purse.cash = select(
        left < purse.at_start * broadcast<Real>(1e-6f), broadcast<Real>(0.0f), left);
    purse.spent = fused(got, price, purse.spent);
    return got;
}

/// Adds chips to the arrival rows `lead` months ahead, split between the two steps
/// around.
template <class Real>
LEADTIME_FUNCTION void schedule(
    Plan const& plan, ChannelPlan const& channel, Rows rows, int step, Real chips) {
    Real const lead = lead_of<Real>(channel, rows);
    Real const horizon = broadcast<Real>(static_cast<float>(plan.steps));
    Real const ahead = minimum(lead, horizon);
    auto const whole = truncate_to_int(ahead);
    Real const late = chips * (ahead - to_real(whole));
    Real const early = chips - late;
    int lanes_whole[Lanes<Real>::width];
    float lanes_early[Lanes<Real>::width];
    float lanes_late[Lanes<Real>::width];
    memcpy(lanes_whole, &whole, sizeof lanes_whole);
    store(lanes_early, early);
    store(lanes_late, late);
    for (int lane = 0; lane < Lanes<Real>::width; ++lane) {
        int const arrival = step + lanes_whole[lane];
        if (arrival < plan.steps) {
            rows.at(channel.arrivals + arrival)[lane] += lanes_early[lane];
        }
        if (arrival + 1 < plan.steps) {
            rows.at(channel.arrivals + arrival + 1)[lane] += lanes_late[lane];
        }
    }
}

/// Chips that reach the owner this step, after buying `got`.
template <class Real>
LEADTIME_FUNCTION Real
arrivals(Plan const& plan, ChannelPlan const& channel, Rows rows, int step, Real got) {
    Real const kept =
        broadcast<Real>(1.0f)
        - clamp_fraction(rows.get<Real>(row_of(channel, ChannelInput::loss)));
    if (channel.conduct.is_there_at_start) {
        return step == 0 ? not_negative(
                               rows.get<Real>(row_of(channel, ChannelInput::initial)))
                               * clamp_fraction(rows.get<Real>(
                                   row_of(channel, ChannelInput::buyer_share)))
                               * kept
                         : broadcast<Real>(0.0f);
    }
    if (channel.arrives_at_once) {
        return got * kept;
    }
    schedule(plan, channel, rows, step, got * kept);
    Real const arrived = rows.get<Real>(channel.arrivals + step);
    if (channel.buying.ordered >= 0) {
        int const row = channel.buying.ordered;
        rows.set(row, not_negative(rows.get<Real>(row) + (got * kept - arrived)));
    }
    return arrived;
}

/// One step of a channel: buys from the purse, receives, ages, and leaves its usable
/// chips, value and hourly rate in their rows.
template <class Real>
LEADTIME_FUNCTION void step_channel(Plan const& plan,
                                    ChannelPlan const& channel,
                                    Rows rows,
                                    int step,
                                    Real retain,
                                    Purse<Real>& purse) {
    Real const month_h = broadcast<Real>(hours_per_month);
    if (channel.conduct.is_rented) {
        Real const cost = unit_cost<Real>(channel, rows);
        Real const got = buy(channel, rows, step, cost, purse);
        rows.set(channel.usable, got);
        rows.set(
            channel.value,
            not_negative(rows.get<Real>(row_of(channel, ChannelInput::chip_price))));
        rows.set(channel.rate, cost / month_h);
        return;
    }
    Real const cost = unit_cost<Real>(channel, rows);
    Real got = broadcast<Real>(0.0f);
    if (channel.conduct.gets_chips) {
        got = buy(channel, rows, step, cost, purse);
    }
    Real const arrived = arrivals(plan, channel, rows, step, got);
    Real const before = rows.get<Real>(channel.installed);
    Real const installed = fused(before, retain, arrived);
    Real age = (before + rows.get<Real>(channel.age)) * retain;
    if (channel.conduct.is_there_at_start && step == 0) {
        age =
            arrived
            * not_negative(rows.get<Real>(row_of(channel, ChannelInput::initial_age)));
    }
    rows.set(channel.installed, installed);
    rows.set(channel.age, age);
    rows.set(channel.usable,
             installed
                 * clamp_fraction(
                     rows.get<Real>(row_of(channel, ChannelInput::stock_open))));
    rows.set(channel.value, cost);
    rows.set(channel.rate,
             not_negative(rows.get<Real>(row_of(channel, ChannelInput::rental_price)))
                 / month_h);
}

}  // namespace leadtime::kernels
