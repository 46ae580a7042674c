// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/goodput.hpp"
#include "kernels/model/fleet.hpp"
#include "kernels/plan/month.hpp"

/// Pools that do a run together (docs/model.md 3): one, the carrier, is counted as it is,
/// and the others as so many of its accelerators as their planned rate is worth.
namespace leadtime::kernels {

/// Generations further apart do not train together.
inline constexpr int most_generations_apart = 2;  // docs/model.md 3

/// A pool that brings less than this part of what another one brings does not carry a run
/// that needs the cluster model.
inline constexpr float least_carrier_part = 0.5f;  // docs/model.md 3

/// Whether the cluster model decides what a run that the pool carries yields.
LEADTIME_FUNCTION bool is_modelled(PoolPlan const& pool) {
    return pool.cluster >= 0 && pool.mfu < 0;
}

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

/// The inputs of joining, in range.
template <class Real>
struct JoinValues {
    Real efficiency;
    Real one_generation_apart;
    Real two_generations_apart;
    Real link;
    Real mixed;
    Real site_h100e;
    Real site_efficiency;
};

template <class Real>
LEADTIME_FUNCTION JoinValues<Real> join_values(PathPlan const& path, Rows rows) {
    auto const share = [&](JoinInput key) {
        return clamp_fraction(rows.get<Real>(row_of(path, key)));
    };
    return {share(JoinInput::efficiency),
            share(JoinInput::one_generation_apart),
            share(JoinInput::two_generations_apart),
            share(JoinInput::link),
            share(JoinInput::mixed),
            not_negative(rows.get<Real>(row_of(path, JoinInput::site_limit))),
            share(JoinInput::site_efficiency)};
}

/// What failures take of a run that a pool carries.
template <class Real>
struct CarrierLoss {
    FailureLoss<Real> loss;
    Real most;  ///< n0 of eq 31a

    /// Work that `real` accelerators, worth `equal` of the carrier's, do when as many of
    /// them run as do most.
    LEADTIME_FUNCTION Real work(Real equal, Real real) const {
        Real const running = minimum(real, most);
        return equal / at_least(real, 1e-30f) * running * loss.left_of(running);
    }
    /// What an accelerator must be worth, in the carrier's, to do more work than its
    /// failures cost `chips` others: 0 where nothing fails, 1 from n0 on.
    LEADTIME_FUNCTION Real least_worth(Real chips) const {
        Real const masked_loss =
            loss.masked / fused(loss.masked, chips, broadcast<Real>(1.0f));
        return at_most(chips * (loss.stopping + masked_loss), 1.0f);
    }
};

template <class Real>
LEADTIME_FUNCTION CarrierLoss<Real> carrier_loss(PoolPlan const& carrier, Rows rows) {
    FailureLoss<Real> const loss{rows.get<Real>(carrier.join.stopping),
                                 rows.get<Real>(carrier.join.masked)};
    return {loss, loss.best_number()};
}

/// Accelerators of the carrier's that one of `pool` is worth, by their planned rates; 0
/// where it stays out, being worth less than `least`. For pools that may_join().
template <class Real>
LEADTIME_FUNCTION Real joined_worth(JoinValues<Real> const& join,
                                    PoolPlan const& pool,
                                    PoolPlan const& carrier,
                                    Rows rows,
                                    Real least) {
    Real worth = rows.get<Real>(pool.join.rate)
                 / at_least(rows.get<Real>(carrier.join.rate), 1.0f);
    int const gap = generations_apart(pool, carrier);
    if (gap > 0) {
        worth =
            worth * (gap == 1 ? join.one_generation_apart : join.two_generations_apart);
    }
    if (pool.ecosystem != carrier.ecosystem) {
        worth = worth * join.mixed;
    }
    if (pool.place != carrier.place) {
        worth = worth * join.link;
    }
    return select(worth >= least, worth, broadcast<Real>(0.0f));
}

/// Bytes of one of a pool's accelerators; 0 where the scenario does not need to know.
template <class Real>
LEADTIME_FUNCTION Real memory_of(Plan const& plan, PoolPlan const& pool, Rows rows) {
    if (pool.cluster < 0) {
        return broadcast<Real>(0.0f);
    }
    int const row =
        plan.clusters[pool.cluster].rows[static_cast<int>(ClusterInput::memory)];
    return not_negative(rows.get<Real>(row));
}

/// All accelerators that may be in a run.
template <class Real>
struct JoinedChips {
    Real equal;  ///< as so many of the carrier's
    Real real;
    Real memory;   ///< bytes
    Real largest;  ///< of the other pools' parts, in the carrier's
};

template <class Real>
LEADTIME_FUNCTION JoinedChips<Real> joined_chips(Plan const& plan,
                                                 PathPlan const& path,
                                                 JoinValues<Real> const& join,
                                                 PoolPlan const& carrier,
                                                 Rows rows,
                                                 Real least) {
    Real const zero = broadcast<Real>(0.0f);
    Real const own = rows.get<Real>(carrier.chips);
    Real const own_memory = memory_of<Real>(plan, carrier, rows);
    JoinedChips<Real> all{own, own, own * own_memory, zero};
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        if (!may_join(path, pool, carrier)) {
            continue;
        }
        Real const there = rows.get<Real>(pool.chips);
        if (!any_lane(there > zero)) {
            continue;  // nothing would be added
        }
        Real const worth = joined_worth(join, pool, carrier, rows, least);
        Real const chips = select(worth > zero, there, zero);
        Real const memory =
            pool.cluster < 0 ? worth * own_memory : memory_of<Real>(plan, pool, rows);
        all.equal = fused(worth, chips, all.equal);
        all.real = all.real + chips;
        all.memory = fused(chips, memory, all.memory);
        all.largest = maximum(all.largest, worth * chips);
    }
    return all;
}

/// Leaves what a pool would carry in its rows: `chips`, `rate` and losses of every pool
/// stand there. What is offered never falls with the accelerators of a pool in it.
template <class Real>
LEADTIME_FUNCTION void join_pool(Plan const& plan,
                                 PathPlan const& path,
                                 JoinValues<Real> const& join,
                                 PoolPlan const& carrier,
                                 Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const own = rows.get<Real>(carrier.chips);
    if (!any_lane(own > zero)) {
        rows.set(carrier.join.offered, zero);
        return;  // it carries nothing, and nothing else is read
    }
    auto const loss = carrier_loss<Real>(carrier, rows);
    auto const all =
        joined_chips(plan, path, join, carrier, rows, loss.least_worth(own));
    Real const together = join.efficiency * all.equal;
    auto is_joined = own > zero && together > own;
    if (any_lane(is_joined)) {
        is_joined = is_joined && loss.work(together, all.real) > loss.work(own, own);
    }
    // the cluster model is dear, and a small part of a run hardly ever carries it best
    auto const carries =
        own >= all.largest * (is_modelled(carrier) ? least_carrier_part : 0.0f);
    Real const offered = select(carries, select(is_joined, together, own), zero);
    // a campus holds so many; what is beyond works from others
    Real const site =
        join.site_h100e / at_least(broadcast<Real>(carrier.h100e_8bit), 1e-9f);
    Real const across = offered * join.site_efficiency;
    Real const inside = minimum(offered, site);
    auto const is_inside = inside >= across && offered > zero;
    Real const part = select(is_inside, inside / offered, one);
    Real const equal = maximum(inside, across);
    Real const room = equal * memory_of<Real>(plan, carrier, rows);
    rows.set(carrier.join.offered, equal);
    rows.set(carrier.join.part, part);
    rows.set(carrier.join.is_joined, truth<Real>(is_joined));
    rows.set(
        carrier.join.crowd,
        select(equal > zero, select(is_joined, all.real, own) * part / equal, one));
    rows.set(
        carrier.join.memory_share,
        select(is_joined && room > zero, at_most(all.memory * part / room, 1.0f), one));
}

}  // namespace leadtime::kernels
