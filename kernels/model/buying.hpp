// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/join.hpp"
#include "kernels/model/readiness.hpp"
#include "kernels/model/run_parts.hpp"

/// The carrier rule (docs/model.md 2b): each month a buyer looks `planning_horizon`
/// months ahead, picks the group of pools with which it could do the largest run, and
/// leaves in each channel's `allowance` what it may spend there.
namespace leadtime::kernels {

/// What the group that led last month is worth more: changing over has a cost.
inline constexpr float leading_bonus = 1.25f;  // docs/model.md 2b
/// By how much a group, or its carrier, must be ahead of the ones before it: limits make
/// them equal in truth, and rounding must not decide.
inline constexpr float ahead = 1.00001f;  // docs/model.md 2b
/// Months within which what other groups buy must be of use.
inline constexpr float other_groups_horizon = 36.0f;  // docs/model.md 2b

/// A buyer's view of the months to come.
template <class Real>
struct Outlook {
    Real months;  ///< to the horizon, at least 1
    Real means;   ///< USD until then: cash and budgets as they are
    Real kept;    ///< part of today's accelerators that is left then
    Real of_run;  ///< part of a fleet that one run has
};

/// Whether money goes to a channel at all.
LEADTIME_FUNCTION bool is_bought(ChannelPlan const& channel) {
    return channel.conduct.gets_chips && channel.is_used;
}

/// What a channel offers this month, chips.
template <class Real>
LEADTIME_FUNCTION Real offered_now(ChannelPlan const& channel, Rows rows) {
    return supplied<Real>(channel, rows)
           * clamp_fraction(rows.get<Real>(row_of(channel, ChannelInput::open)));
}

/// What the caps of a channel leave, chips.
template <class Real>
LEADTIME_FUNCTION Real cap_left(ChannelPlan const& channel, Rows rows, float month) {
    Real left = broadcast<Real>(1e30f);
    if (is_capped(channel, month)) {
        left = left_of_cap<Real>(channel, rows);
    }
    if (is_pooled(channel, month)) {
        Real const total =
            not_negative(rows.get<Real>(row_of(channel, ChannelInput::cap_pool_total)));
        Real const used =
            rows.get<Real>(channel.pool_bought) + rows.get<Real>(channel.pool_rented);
        left = minimum(
            left, not_negative(total - used) / broadcast<Real>(channel.pool_weight));
    }
    return left;
}

/// Leaves what a channel has and could bring by the horizon in its rows.
template <class Real>
LEADTIME_FUNCTION void look_at_channel(ChannelPlan const& channel,
                                       PoolPlan const& pool,
                                       Outlook<Real> const& outlook,
                                       Rows rows,
                                       float month) {
    Real const zero = broadcast<Real>(0.0f);
    BuyingRows const& own = channel.buying;
    Real have = zero;
    if (!channel.conduct.is_rented) {
        have =
            (rows.get<Real>(channel.installed) + rows.get<Real>(own.ordered))
            * outlook.kept
            * clamp_fraction(rows.get<Real>(row_of(channel, ChannelInput::stock_open)));
    }
    Real need = zero;
    Real price = broadcast<Real>(1.0f);
    Real offer = zero;
    if (is_bought(channel)) {
        Real const cost = unit_cost<Real>(channel, rows);
        Real const left = cap_left<Real>(channel, rows, month);
        Real const now = minimum(offered_now<Real>(channel, rows), left);
        Real const months =
            channel.conduct.is_rented
                ? broadcast<Real>(1.0f)
                : not_negative(outlook.months - lead_of<Real>(channel, rows));
        Real const largest = minimum(
            not_negative(rows.get<Real>(row_of(channel, ChannelInput::max_cluster))),
            not_negative(rows.get<Real>(pool.max_cluster)));
        Real const most =
            minimum(minimum(now * months, left),
                    not_negative(largest / at_least(outlook.of_run, 1e-9f) - have));
        price = channel.conduct.is_rented ? cost * outlook.months : cost;
        need = most * price;
        offer = now * cost;
    }
    rows.set(own.have, have);
    rows.set(own.price, price);
    rows.set(own.need, need);
    rows.set(own.offer, offer);
}

/// The pool of a group that would carry its run: the one with most of its own.
template <class Real>
struct GroupCarrier {
    Real rate;
    Real generation;
    Real accelerator;
    Real h100e;
    Real work;  ///< FLOP/s of its own part
};

/// f(channel, pool) for every channel of a group.
template <class Function>
LEADTIME_FUNCTION void
each_of_group(Plan const& plan, PathPlan const& path, int group, Function const& f) {
    for (int c = 0; c < path.channel_count; ++c) {
        ChannelPlan const& channel = plan.channels[path.first_channel + c];
        PoolPlan const& pool = plan.pools[path.first_pool + channel.pool];
        if (pool.group == group) {  // the same for every sample
            f(channel, pool, c);
        }
    }
}

template <class Real>
LEADTIME_FUNCTION GroupCarrier<Real> carrier_of_group(
    Plan const& plan, PathPlan const& path, int group, Real means, Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    GroupCarrier<Real> best{zero, zero, zero, zero, broadcast<Real>(-1.0f)};
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        if (pool.group != group) {
            continue;
        }
        PoolChannels const channels = channels_of(plan, path, pool);
        Real chips = zero;
        for (int c = 0; c < channels.count; ++c) {
            BuyingRows const& own = channels[c].buying;
            chips =
                chips + rows.get<Real>(own.have)
                + minimum(rows.get<Real>(own.need), means) / rows.get<Real>(own.price);
        }
        Real const rate = rows.get<Real>(pool.buying_rate);
        Real const work = chips * rate;
        auto const is_best = work > best.work * ahead;
        best.rate = select(is_best, rate, best.rate);
        best.generation = select(is_best,
                                 broadcast<Real>(static_cast<float>(pool.generation)),
                                 best.generation);
        best.accelerator = select(is_best,
                                  broadcast<Real>(static_cast<float>(pool.accelerator)),
                                  best.accelerator);
        best.h100e = select(is_best, broadcast<Real>(pool.h100e_8bit), best.h100e);
        best.work = select(is_best, work, best.work);
    }
    return best;
}

/// What an accelerator of a pool is worth in the run of a group's carrier, FLOP/s.
template <class Real>
LEADTIME_FUNCTION Real worth_in_group(PathPlan const& path,
                                      JoinValues<Real> const& join,
                                      PoolPlan const& pool,
                                      GroupCarrier<Real> const& carrier,
                                      Rows rows) {
    Real const rate = rows.get<Real>(pool.buying_rate);
    if (!path.joins) {
        return rate;  // a group is one pool
    }
    auto const number = [](int x) { return broadcast<Real>(static_cast<float>(x)); };
    auto const is_own = number(pool.accelerator) == carrier.accelerator;
    Real const gap = magnitude(number(pool.generation) - carrier.generation);
    Real const apart = select(gap < broadcast<Real>(0.5f),
                              broadcast<Real>(1.0f),
                              select(gap < broadcast<Real>(1.5f),
                                     join.one_generation_apart,
                                     select(gap < broadcast<Real>(2.5f),
                                            join.two_generations_apart,
                                            broadcast<Real>(0.0f))));
    return select(is_own, rate, rate * apart);
}

/// USD that the better channels of a group need before channel number `own`.
template <class Real>
LEADTIME_FUNCTION Real
needed_before(Plan const& plan, PathPlan const& path, int group, int own, Rows rows) {
    ChannelPlan const* const channels = plan.channels + path.first_channel;
    Real const key = rows.get<Real>(channels[own].buying.key);
    Real sum = broadcast<Real>(0.0f);
    each_of_group(
        plan, path, group, [&](ChannelPlan const& other, PoolPlan const&, int number) {
            if (number != own && is_bought(other)) {
                auto const is_first =
                    comes_before(rows.get<Real>(other.buying.key), key, number < own);
                sum = sum
                      + select(is_first,
                               rows.get<Real>(other.buying.need),
                               broadcast<Real>(0.0f));
            }
        });
    return sum;
}

/// Shares the means among a group's channels, the dearest work per USD first, and gives
/// the FLOP/s of the run that the group would then do.
template <class Real>
LEADTIME_FUNCTION Real fill_group(Plan const& plan,
                                  PathPlan const& path,
                                  JoinValues<Real> const& join,
                                  int group,
                                  Outlook<Real> const& outlook,
                                  Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    auto const carrier = carrier_of_group<Real>(plan, path, group, outlook.means, rows);
    each_of_group(
        plan, path, group, [&](ChannelPlan const& channel, PoolPlan const& pool, int) {
            Real const worth = worth_in_group(path, join, pool, carrier, rows);
            rows.set(channel.buying.worth, worth);
            rows.set(channel.buying.key, worth / rows.get<Real>(channel.buying.price));
        });
    Real all = zero;
    each_of_group(
        plan, path, group, [&](ChannelPlan const& channel, PoolPlan const&, int c) {
            BuyingRows const& own = channel.buying;
            Real money = zero;
            if (is_bought(channel)) {
                Real const before = needed_before<Real>(plan, path, group, c, rows);
                money = clamp(outlook.means - before, zero, rows.get<Real>(own.need));
                // what does nothing in this run is not bought for it
                money = select(rows.get<Real>(own.worth) > zero, money, zero);
            }
            rows.set(own.money, money);
            all = fused(rows.get<Real>(own.worth),
                        rows.get<Real>(own.have) + money / rows.get<Real>(own.price),
                        all);
        });
    if (!path.joins) {
        return all;
    }
    Real const together = maximum(minimum(carrier.work, all), join.efficiency * all);
    Real const site = join.site_h100e / at_least(carrier.h100e, 1e-9f) * carrier.rate
                      / at_least(outlook.of_run, 1e-9f);
    return maximum(minimum(together, site), join.site_efficiency * together);
}

/// The group with the largest run; where last month's is nearly as good, that one.
template <class Real>
LEADTIME_FUNCTION Real leading_group(Plan const& plan,
                                     PathPlan const& path,
                                     Outlook<Real> const& outlook,
                                     Rows rows) {
    auto const join = path.joins ? join_values<Real>(path, rows) : JoinValues<Real>{};
    Real const last = rows.get<Real>(path.leading_group);
    Real best = broadcast<Real>(-1.0f);
    Real leading = broadcast<Real>(0.0f);
    for (int g = 0; g < path.group_count; ++g) {
        Real const work = fill_group(plan, path, join, g, outlook, rows);
        Real const number = broadcast<Real>(static_cast<float>(g + 1));  // 0: none yet
        Real const valued = select(number == last, work * leading_bonus, work);
        auto const is_best = valued > best * ahead;
        best = select(is_best, valued, best);
        leading = select(is_best, number, leading);
    }
    rows.set(path.leading_group, leading);
    return leading;
}

/// Whether a pool is of the group that leads.
template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Mask is_of_group(PoolPlan const& pool,
                                                         Real leading) {
    return leading == broadcast<Real>(static_cast<float>(pool.group + 1));
}

/// What a channel of the leading group would spend this month, USD.
template <class Real>
LEADTIME_FUNCTION Real wanted_now(ChannelPlan const& channel,
                                  Outlook<Real> const& outlook,
                                  Rows rows) {
    BuyingRows const& own = channel.buying;
    Real const money = rows.get<Real>(own.money);
    if (channel.conduct.is_rented) {
        return money / outlook.months;
    }
    // a scarce channel's price rises with what is bid
    return channel.scarce ? money : minimum(rows.get<Real>(own.offer), money);
}

/// What is wanted, USD, by the channels that come before channel `c`: rentals before
/// purchases, then by key.
template <class Real>
LEADTIME_FUNCTION Real
wanted_before(Plan const& plan, PathPlan const& path, int c, Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    ChannelPlan const& own = plan.channels[path.first_channel + c];
    Real const key = rows.get<Real>(own.buying.key);
    Real sum = zero;
    for (int d = 0; d < path.channel_count; ++d) {
        ChannelPlan const& other = plan.channels[path.first_channel + d];
        if (d == c || !is_bought(other)) {
            continue;
        }
        Real const spent = rows.get<Real>(other.buying.wanted);
        if (other.conduct.is_rented != own.conduct.is_rented) {
            sum = other.conduct.is_rented ? sum + spent : sum;
            continue;
        }
        auto const is_first =
            comes_before(rows.get<Real>(other.buying.key), key, d < c);
        sum = sum + select(is_first, spent, zero);
    }
    return sum;
}

/// Leaves each channel's allowance of this month in its row.
template <class Real>
LEADTIME_FUNCTION void
allow(Plan const& plan, PathPlan const& path, Rows rows, int step, Real cash) {
    Real const zero = broadcast<Real>(0.0f);
    auto const input = [&](PathInput key) { return rows.get<Real>(row_of(path, key)); };
    Outlook<Real> outlook;
    outlook.months = at_least(input(PathInput::planning_horizon), 1.0f);
    outlook.means = fused(not_negative(input(PathInput::budget)), outlook.months, cash);
    outlook.kept =
        exponential(-not_negative(input(PathInput::attrition)) * outlook.months);
    outlook.of_run = share_of_run<Real>(path, rows);
    auto const month = static_cast<float>(step);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        auto const useful = expected_useful<Real>(plan, path, pool, rows, false);
        rows.set(pool.buying_rate,
                 useful_flop_per_s(pool, useful)
                     * planned_readiness(pool, rows, outlook.months + (month + 1.0f)));
    }
    for (int c = 0; c < path.channel_count; ++c) {
        ChannelPlan const& channel = plan.channels[path.first_channel + c];
        PoolPlan const& pool = plan.pools[path.first_pool + channel.pool];
        look_at_channel(channel, pool, outlook, rows, month);
    }
    Real const leading = leading_group(plan, path, outlook, rows);

    // this month: the leading group first, then what is left of its means for others
    Real planned = zero;
    for (int c = 0; c < path.channel_count; ++c) {
        ChannelPlan const& channel = plan.channels[path.first_channel + c];
        PoolPlan const& pool = plan.pools[path.first_pool + channel.pool];
        BuyingRows const& own = channel.buying;
        auto const leads = is_of_group(pool, leading);
        Real const money = select(leads, rows.get<Real>(own.money), zero);
        planned = planned + money;
        rows.set(own.wanted,
                 is_bought(channel)
                     ? select(leads, wanted_now(channel, outlook, rows), zero)
                     : zero);
    }
    Real given = zero;
    for (int c = 0; c < path.channel_count; ++c) {
        ChannelPlan const& channel = plan.channels[path.first_channel + c];
        Real allowance = zero;
        if (is_bought(channel)) {
            Real const before = wanted_before<Real>(plan, path, c, rows);
            allowance =
                clamp(cash - before, zero, rows.get<Real>(channel.buying.wanted));
            given = given + allowance;
        }
        rows.set(channel.buying.allowance, allowance);
    }
    Real const rest = not_negative(outlook.means - planned) / outlook.months;
    Real const left = minimum(rest, not_negative(cash - given));
    for (int c = 0; c < path.channel_count; ++c) {
        ChannelPlan const& channel = plan.channels[path.first_channel + c];
        PoolPlan const& pool = plan.pools[path.first_pool + channel.pool];
        BuyingRows const& own = channel.buying;
        Real offer = zero;
        if (is_bought(channel) && !channel.conduct.is_rented) {
            auto const leads = is_of_group(pool, leading);
            offer = select(leads, zero, rows.get<Real>(own.offer));
            Real const useful_months =
                minimum(not_negative(broadcast<Real>(other_groups_horizon)
                                     - lead_of<Real>(channel, rows)),
                        at_least(input(PathInput::life), 1.0f));
            Real const rate = rows.get<Real>(pool.buying_rate);
            Real const key = rate * useful_months / rows.get<Real>(own.price);
            rows.set(own.key, key);
            offer = select(key > zero, offer, zero);
        }
        rows.set(own.wanted, offer);
    }
    for (int c = 0; c < path.channel_count; ++c) {
        ChannelPlan const& channel = plan.channels[path.first_channel + c];
        BuyingRows const& own = channel.buying;
        if (is_bought(channel) && !channel.conduct.is_rented) {
            Real const before = wanted_before<Real>(plan, path, c, rows);
            rows.set(own.allowance,
                     rows.get<Real>(own.allowance)
                         + clamp(left - before, zero, rows.get<Real>(own.wanted)));
        }
    }
}

}  // namespace leadtime::kernels
