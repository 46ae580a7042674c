// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/channel.hpp"
#include "kernels/model/plan_rows.hpp"
#include "kernels/model/pool_training.hpp"

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

/// MFU and goodput of a pool's runs.
template <class Real>
struct Useful {
    Real mfu;
    Real goodput;
};

/// As given; what comes from the cluster model: as runs are planned, or what no run
/// exceeds.
template <class Real>
LEADTIME_FUNCTION Useful<Real> expected_useful(Plan const& plan,
                                               PathPlan const& path,
                                               PoolPlan const& pool,
                                               Rows rows,
                                               bool highest) {
    Useful<Real> useful{};
    if (pool.cluster >= 0) {
        PoolInputs<Real> const in =
            pool_inputs<Real>(pool, plan.clusters[pool.cluster], rows);
        Real const is_moe = job_planning<Real>(plan.jobs[path.job], rows).is_moe;
        useful.mfu = highest ? highest_mfu(in, is_moe) : planned_mfu(in, is_moe);
        useful.goodput = highest ? broadcast<Real>(1.0f) - in.operations.straggler_waste
                                 : broadcast<Real>(planned_goodput);
    }
    if (pool.mfu >= 0) {
        useful.mfu = clamp_fraction(rows.get<Real>(pool.mfu));
    }
    if (pool.goodput >= 0) {
        useful.goodput = clamp_fraction(rows.get<Real>(pool.goodput));
    }
    return useful;
}

/// Model FLOP/s that one chip delivers.
template <class Real>
LEADTIME_FUNCTION Real useful_flop_per_s(PoolPlan const& pool,
                                         Useful<Real> const& useful) {
    return broadcast<Real>(pool.peak_flop_per_s) * useful.mfu * useful.goodput;
}

template <class Real>
LEADTIME_FUNCTION Real effective_pue(PathPlan const& path, Rows rows) {
    return maximum(rows.get<Real>(row_of(path, PathInput::pue)), broadcast<Real>(1.0f));
}

/// Whether one of several comes before another: by merit, and of equal ones the earlier.
template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Mask
comes_before(Real merit, Real other, bool is_earlier) {
    auto const better = merit > other;
    return is_earlier ? better || merit == other : better;
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
        if (path.power_capped) {
            auto const useful = expected_useful<Real>(plan, path, pool, rows, false);
            rows.set(pool.merit, useful_flop_per_s(pool, useful) / it_power);
        }
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
                auto const wins =
                    comes_before(rows.get<Real>(other.merit), merit, q < p);
                taken = taken + select(wins, rows.get<Real>(other.power), zero);
            }
            Real const left =
                not_negative(rows.get<Real>(row_of(path, PathInput::power_cap)))
                - taken;
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
