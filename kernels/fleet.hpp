// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/channel.hpp"

/// Pools: what a path's channels add up to, and which of it the power cap leaves on
/// (docs/model.md 2).
namespace leadtime::kernels {

/// The channels of a pool, as indices into plan.channels.
struct PoolChannels {
    ChannelPlan const* channels;
    int const* indices;
    int count;

    LEADTIME_FUNCTION ChannelPlan const& operator[](int i) const {
        return channels[indices[i]];
    }
};

LEADTIME_FUNCTION PoolChannels channels_of(Plan const& plan,
                                           PathPlan const& path,
                                           PoolPlan const& pool) {
    return {plan.channels + path.first_channel,
            plan.pool_channels + pool.first_channel_of_pool,
            pool.channel_count};
}

/// Model FLOP/s that one chip delivers in a run, and the fractions behind it.
template <class Real>
LEADTIME_FUNCTION Real useful_flop_per_s(PoolPlan const& pool, Rows rows) {
    return broadcast<Real>(pool.peak_flop_per_s)
           * clamp_fraction(rows.get<Real>(pool.mfu))
           * clamp_fraction(rows.get<Real>(pool.goodput));
}

template <class Real>
LEADTIME_FUNCTION Real effective_pue(PathPlan const& path, Rows rows) {
    return maximum(rows.get<Real>(path.pue), broadcast<Real>(1.0f));
}

/// Sums the pools and switches them off by merit where power binds. Leaves `active`
/// (V_c) in the channels and returns the power drawn, W.
template <class Real>
LEADTIME_FUNCTION Real step_fleet(Plan const& plan, PathPlan const& path, Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const pue = effective_pue<Real>(path, rows);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        PoolChannels const channels = channels_of(plan, path, pool);
        Real usable = zero;
        for (int c = 0; c < channels.count; ++c) {
            usable = usable + rows.get<Real>(channels[c].usable);
        }
        Real const it_power = not_negative(rows.get<Real>(pool.it_power));
        rows.set(pool.usable, usable);
        rows.set(pool.power, pool.rented ? zero : usable * it_power * pue);
        rows.set(pool.merit, useful_flop_per_s<Real>(pool, rows) / it_power);
    }
    Real drawn = zero;
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Real const power = rows.get<Real>(pool.power);
        Real on = one;
        if (path.power_capped && !pool.rented) {
            Real const merit = rows.get<Real>(pool.merit);
            Real taken = zero;
            for (int q = 0; q < path.pool_count; ++q) {
                PoolPlan const& other = plan.pools[path.first_pool + q];
                if (q == p || other.rented) {
                    continue;  // the same for every sample
                }
                Real const rival = rows.get<Real>(other.merit);
                auto const better = rival > merit;
                auto const wins = q < p ? better || rival == merit : better;
                taken = taken + select(wins, rows.get<Real>(other.power), zero);
            }
            Real const left = not_negative(rows.get<Real>(path.power_cap)) - taken;
            on = select(power > zero, clamp_fraction(left / power), one);
        }
        rows.set(pool.switched_on, on);
        drawn = fused(power, on, drawn);
        PoolChannels const channels = channels_of(plan, path, pool);
        for (int c = 0; c < channels.count; ++c) {
            rows.set(channels[c].active, rows.get<Real>(channels[c].usable) * on);
        }
    }
    return drawn;
}

}  // namespace leadtime::kernels
