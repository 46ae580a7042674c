// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/fleet.hpp"
#include "kernels/plan/month.hpp"

/// Pools that do a run together (docs/model.md 3): one, the carrier, is counted as it is,
/// and the others as so many of its accelerators as their planned rate is worth.
namespace leadtime::kernels {

/// Generations further apart do not train together.
inline constexpr int most_generations_apart = 2;  // docs/model.md 3

LEADTIME_FUNCTION int generations_apart(PoolPlan const& a, PoolPlan const& b) {
    int const gap = a.generation - b.generation;
    return a.accelerator == b.accelerator ? 0 : gap < 0 ? -gap : gap;
}

/// Whether accelerators of `pool` can ever be in a run that `carrier` carries.
LEADTIME_FUNCTION bool
may_join(PathPlan const& path, PoolPlan const& pool, PoolPlan const& carrier) {
    return &pool != &carrier
           && (pool.ecosystem == carrier.ecosystem || path.joins_ecosystems)
           && (pool.place == carrier.place || path.joins_places)
           && generations_apart(pool, carrier) <= most_generations_apart;
}

/// An input of joining, which is a share.
template <class Real>
LEADTIME_FUNCTION Real join_share(PathPlan const& path, Rows rows, JoinInput key) {
    return clamp_fraction(rows.get<Real>(row_of(path, key)));
}

/// What failures leave of the work of so many real accelerators: eq 31a's form, whose
/// n U(n) is largest at its n0.
template <class Real>
LEADTIME_FUNCTION Real left_by_failures(PoolPlan const& carrier,
                                        Rows rows,
                                        Real chips) {
    Real const stopping = rows.get<Real>(carrier.join.stopping);
    Real const masked = rows.get<Real>(carrier.join.masked);
    return exponential(-stopping * chips) / fused(masked, chips, broadcast<Real>(1.0f));
}

/// What an accelerator must be worth, in the carrier's, to do more work than its failures
/// cost the others: 0 where nothing fails, 1 from n0 on.
template <class Real>
LEADTIME_FUNCTION Real least_worth(PoolPlan const& carrier, Rows rows) {
    Real const chips = rows.get<Real>(carrier.chips);
    Real const stopping = rows.get<Real>(carrier.join.stopping);
    Real const masked = rows.get<Real>(carrier.join.masked);
    Real const masked_loss = masked / fused(masked, chips, broadcast<Real>(1.0f));
    return at_most(chips * (stopping + masked_loss), 1.0f);
}

/// Accelerators of the carrier's that one of `pool` is worth, by their planned rates; 0
/// where it stays out. For pools that may_join().
template <class Real>
LEADTIME_FUNCTION Real joined_worth(PathPlan const& path,
                                    PoolPlan const& pool,
                                    PoolPlan const& carrier,
                                    Rows rows,
                                    Real least) {
    Real worth = rows.get<Real>(pool.join.rate) / rows.get<Real>(carrier.join.rate);
    int const gap = generations_apart(pool, carrier);
    if (gap > 0) {
        worth = worth
                * join_share<Real>(path,
                                   rows,
                                   gap == 1 ? JoinInput::one_generation_apart
                                            : JoinInput::two_generations_apart);
    }
    if (pool.ecosystem != carrier.ecosystem) {
        worth = worth * join_share<Real>(path, rows, JoinInput::mixed);
    }
    if (pool.place != carrier.place) {
        worth = worth * join_share<Real>(path, rows, JoinInput::link);
    }
    return select(worth < least, broadcast<Real>(0.0f), worth);
}

/// Work that `real` accelerators, worth `equal` of the carrier's, do when as many of them
/// run as do most.
template <class Real>
LEADTIME_FUNCTION Real
joined_work(PoolPlan const& carrier, Rows rows, Real equal, Real real) {
    Real const stopping = rows.get<Real>(carrier.join.stopping);
    Real const masked = rows.get<Real>(carrier.join.masked);
    Real const root = square_root(stopping * stopping + stopping * masked * 4.0f);
    Real const most = broadcast<Real>(2.0f) / at_least(stopping + root, 1e-30f);  // n0
    Real const running = minimum(real, most);
    return equal / at_least(real, 1e-30f) * running
           * left_by_failures(carrier, rows, running);
}

/// The accelerators of a run that a pool carries.
template <class Real>
struct JoinedPool {
    Real offered;       ///< N_c, in the carrier's
    Real crowd;         ///< phi >= 1: real ones for each of those
    Real memory_share;  ///< 0..1: their memory over that of so many of the carrier's
    Real part;          ///< 0..1: of the real ones what takes part
    Real is_joined;     ///< 1: others than the carrier's take part
};

/// `chips` and `rate` of every pool stand in their rows. The number offered never falls
/// with the accelerators of any pool.
template <class Real>
LEADTIME_FUNCTION JoinedPool<Real> joined_pool(Plan const& plan,
                                               PathPlan const& path,
                                               PoolPlan const& carrier,
                                               Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    auto const memory_of = [&](PoolPlan const& pool) {
        return pool.cluster < 0 ? zero
                                : not_negative(rows.get<Real>(
                                    plan.clusters[pool.cluster]
                                        .rows[static_cast<int>(ClusterInput::memory)]));
    };
    Real const least = least_worth<Real>(carrier, rows);
    Real const own = rows.get<Real>(carrier.chips);
    Real const own_memory = memory_of(carrier);
    Real equal = own;
    Real real = own;
    Real memory = own * own_memory;
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        if (!may_join(path, pool, carrier)) {
            continue;
        }
        Real const worth = joined_worth(path, pool, carrier, rows, least);
        Real const chips = select(worth > zero, rows.get<Real>(pool.chips), zero);
        equal = fused(worth, chips, equal);
        real = real + chips;
        memory = fused(
            chips, pool.cluster < 0 ? worth * own_memory : memory_of(pool), memory);
    }
    Real const together = join_share<Real>(path, rows, JoinInput::efficiency) * equal;
    auto const is_joined = own > zero && together > own
                           && joined_work(carrier, rows, together, real)
                                  > joined_work(carrier, rows, own, own);
    Real const all = select(is_joined, together, own);
    // a campus holds so many; what is beyond works from others
    Real const site = not_negative(rows.get<Real>(row_of(path, JoinInput::site_limit)))
                      / at_least(broadcast<Real>(carrier.h100e_8bit), 1e-9f);
    Real const across = all * join_share<Real>(path, rows, JoinInput::site_efficiency);
    Real const inside = minimum(all, site);
    auto const is_inside = inside >= across;
    JoinedPool<Real> joined;
    joined.offered = maximum(inside, across);
    joined.is_joined = truth<Real>(is_joined);
    joined.part = select(is_inside && all > zero, inside / all, one);
    Real const taking_part = select(is_joined, real, own) * joined.part;
    auto const any = joined.offered > zero;
    joined.crowd = select(any, taking_part / joined.offered, one);
    Real const room = joined.offered * own_memory;
    joined.memory_share = select(
        is_joined && room > zero, at_most(memory * joined.part / room, 1.0f), one);
    return joined;
}

/// Leaves what each pool would carry in its rows, where a path joins pools.
template <class Real>
LEADTIME_FUNCTION void join_pools(Plan const& plan, PathPlan const& path, Rows rows) {
    for (int c = 0; c < path.pool_count; ++c) {
        PoolPlan const& carrier = plan.pools[path.first_pool + c];
        auto const joined = joined_pool<Real>(plan, path, carrier, rows);
        rows.set(carrier.join.offered, joined.offered);
        rows.set(carrier.join.crowd, joined.crowd);
        rows.set(carrier.join.memory_share, joined.memory_share);
        rows.set(carrier.join.part, joined.part);
        rows.set(carrier.join.is_joined, joined.is_joined);
    }
}

}  // namespace leadtime::kernels
