// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/join.hpp"
#include "kernels/model/plan_rows.hpp"

/// What a run has of each pool and channel (docs/model.md 3 and 6).
namespace leadtime::kernels {

/// Accelerators of a channel that one run can have.
template <class Real>
LEADTIME_FUNCTION Real channel_chips(ChannelPlan const& channel,
                                     Rows rows,
                                     Real share) {
    Real const largest =
        not_negative(rows.get<Real>(row_of(channel, ChannelInput::max_cluster)));
    return minimum(rows.get<Real>(channel.active) * share, largest);
}

/// The part of a fleet that one run can have.
template <class Real>
LEADTIME_FUNCTION Real share_of_run(PathPlan const& path, Rows rows) {
    return clamp_fraction(rows.get<Real>(row_of(path, PathInput::training_share)))
           * clamp_fraction(rows.get<Real>(row_of(path, PathInput::largest_run_share)));
}

/// Leaves how many accelerators of each pool the run has that pool number `carrier_number`
/// carries, and how many of the carrier's they are worth, in `taken` and `carried`.
template <class Real>
LEADTIME_FUNCTION void
take_pools(Plan const& plan, PathPlan const& path, Rows rows, Real carrier_number) {
    Real const zero = broadcast<Real>(0.0f);
    PoolPlan const* const pools = plan.pools + path.first_pool;
    for (int p = 0; p < path.pool_count; ++p) {
        rows.set(pools[p].taken, zero);
        rows.set(pools[p].carried, zero);
    }
    auto const take = [&](PoolPlan const& pool, auto is_in, Real chips, Real worth) {
        rows.set(pool.taken, select(is_in, chips, rows.get<Real>(pool.taken)));
        rows.set(pool.carried,
                 select(is_in, chips * worth, rows.get<Real>(pool.carried)));
    };
    for (int c = 0; c < path.pool_count; ++c) {
        auto const is_carrier =
            carrier_number == broadcast<Real>(static_cast<float>(c));
        if (!any_lane(is_carrier)) {
            continue;
        }
        PoolPlan const& carrier = pools[c];
        Real const own = rows.get<Real>(carrier.chips);
        Real const one = broadcast<Real>(1.0f);
        if (!path.joins) {
            take(carrier, is_carrier, own, one);
            continue;
        }
        Real const part = rows.get<Real>(carrier.join.part);
        take(carrier, is_carrier, own * part, one);
        auto const is_joined =
            is_carrier && rows.get<Real>(carrier.join.is_joined) > zero;
        if (!any_lane(is_joined)) {
            continue;
        }
        auto const join = join_values<Real>(path, rows);
        Real const least = carrier_loss<Real>(carrier, rows).least_worth(own);
        for (int p = 0; p < path.pool_count; ++p) {
            if (may_join(path, pools[p], carrier)) {
                Real const worth = joined_worth(join, pools[p], carrier, rows, least);
                take(pools[p],
                     is_joined && worth > zero,
                     rows.get<Real>(pools[p].chips) * part,
                     worth);
            }
        }
    }
}

/// Leaves what part each accelerator, and each channel, has of the run's planned rate in
/// carried_by.*, and the number of pools in run_pools; `worth` is that of all.
template <class Real>
LEADTIME_FUNCTION void
report_carriers(Plan const& plan, PathPlan const& path, Rows rows, Real worth) {
    Real const zero = broadcast<Real>(0.0f);
    int row = path.carried;
    for (int g = 0; g < path.chip_group_count; ++g) {
        ChipGroup const& group = plan.chip_groups[path.first_chip_group + g];
        Real sum = zero;
        for (int p = 0; p < group.pool_count; ++p) {
            sum = sum
                  + rows.get<Real>(
                      plan.pools[path.first_pool + group.first_pool + p].carried);
        }
        rows.set(row++, select(worth > zero, sum / worth, zero));
    }
    Real const share = share_of_run<Real>(path, rows);
    Real pools = zero;  // that bring at least 1 %
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        PoolChannels const channels = channels_of(plan, path, pool);
        Real sum = zero;
        for (int c = 0; c < channels.count; ++c) {
            sum = sum + channel_chips(channels[c], rows, share);
        }
        Real const carried = rows.get<Real>(pool.carried);
        pools = pools + truth<Real>(carried > zero && carried >= worth * 0.01f);
        Real const each = carried / (sum * worth);
        for (int c = 0; c < channels.count; ++c) {
            Real const chips = channel_chips(channels[c], rows, share);
            rows.set(row + channels.indices[c],
                     select(carried > zero, chips * each, zero));
        }
    }
    rows.set(row + path.channel_count, pools);
}

}  // namespace leadtime::kernels
