// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/fleet.hpp"

/// The largest run a fleet can do (docs/model.md 3) and what it costs (4).
namespace leadtime::kernels {

/// A training run, or the part of it on one pool.
template <class Real>
struct Run {
    Real flop;
    Real chips;
    Real mfu;
    Real goodput;
    Real amortised_usd;
    Real rental_usd;
    Real upfront_usd;
    Real params;        ///< active parameters of the job; 0 without a job
    Real planned_flop;  ///< what the job's size was planned for
    TimeShares<Real> time;
};

/// Share of the step in which the pool's ecosystem can train: 0 before it is ready.
template <class Real>
LEADTIME_FUNCTION Real
readiness(Plan const& plan, PoolPlan const& pool, Rows rows, int step) {
    if (!pool.gated) {
        return broadcast<Real>(1.0f);
    }
    Real const retry = select(rows.get<Real>(pool.abort) > broadcast<Real>(0.5f),
                              not_negative(rows.get<Real>(pool.retry_delay)),
                              broadcast<Real>(0.0f));
    Real const ready = rows.get<Real>(pool.software_ready)
                       + not_negative(rows.get<Real>(pool.port_delay)) + retry;
    float const dt = plan.months_per_step;
    Real const end = broadcast<Real>(static_cast<float>(step + 1) * dt);
    return clamp_fraction((end - ready) / broadcast<Real>(dt));
}

/// What a chip of the pool is worth, rents for and how old it is: means over the
/// channels weighted by chips that are on.
template <class Real>
struct PoolMeans {
    Real chips;
    Real value_usd;
    Real rate_usd_per_h;
    Real age_months;
};

template <class Real>
LEADTIME_FUNCTION PoolMeans<Real>
pool_means(Plan const& plan, PathPlan const& path, PoolPlan const& pool, Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    PoolChannels const channels = channels_of(plan, path, pool);
    PoolMeans<Real> sum{zero, zero, zero, zero};
    for (int c = 0; c < channels.count; ++c) {
        ChannelPlan const& channel = channels[c];
        Real const active = rows.get<Real>(channel.active);
        sum.chips = sum.chips + active;
        sum.value_usd = fused(active, rows.get<Real>(channel.value), sum.value_usd);
        sum.rate_usd_per_h =
            fused(active, rows.get<Real>(channel.rate), sum.rate_usd_per_h);
        if (!pool.rented) {
            sum.age_months = fused(rows.get<Real>(channel.age),
                                   clamp_fraction(rows.get<Real>(channel.stock_open)),
                                   sum.age_months);
        }
    }
    auto const any = sum.chips > zero;
    Real const on = rows.get<Real>(pool.switched_on);
    return {sum.chips,
            select(any, sum.value_usd / sum.chips, zero),
            select(any, sum.rate_usd_per_h / sum.chips, zero),
            select(any, sum.age_months * on / sum.chips, zero)};
}

/// Capital cost of one chip for one hour, USD, by the path's depreciation.
template <class Real>
LEADTIME_FUNCTION Real hourly_capital(PathPlan const& path,
                                      Rows rows,
                                      PoolMeans<Real> const& means) {
    Real const hours_per_month = broadcast<Real>(730.5f);
    if (!path.exponential_depreciation) {
        Real const life = maximum(rows.get<Real>(path.life), broadcast<Real>(1.0f));
        return means.value_usd / (life * hours_per_month);
    }
    // decline is in log10 per month; 10^-x = e^(-x ln 10)
    Real const decline = not_negative(rows.get<Real>(path.value_decline))
                         * broadcast<Real>(2.302585093f);
    return means.value_usd * exponential(-decline * means.age_months) * decline
           / hours_per_month;
}

/// n_p: accelerators of a pool that one run can have.
template <class Real>
LEADTIME_FUNCTION Real pool_chips(
    Plan const& plan, PathPlan const& path, PoolPlan const& pool, Rows rows, int step) {
    Real const share = clamp_fraction(rows.get<Real>(path.training_share))
                       * clamp_fraction(rows.get<Real>(path.largest_run_share));
    PoolChannels const channels = channels_of(plan, path, pool);
    Real chips = broadcast<Real>(0.0f);
    for (int c = 0; c < channels.count; ++c) {
        Real const offered = rows.get<Real>(channels[c].active) * share;
        chips =
            chips
            + minimum(offered, not_negative(rows.get<Real>(channels[c].max_cluster)));
    }
    return minimum(chips, not_negative(rows.get<Real>(pool.max_cluster)))
           * readiness<Real>(plan, pool, rows, step);
}

template <class Real>
LEADTIME_FUNCTION Real run_seconds(Real run_months) {
    return run_months * broadcast<Real>(730.5f) * broadcast<Real>(3600.0f);
}

/// MFU, goodput, FLOP and the job of a run of `run_months` on a pool; no cost yet.
/// `does_not_fit` becomes 1 where the job does not.
template <class Real>
LEADTIME_FUNCTION Run<Real> train_pool(Plan const& plan,
                                       PathPlan const& path,
                                       PoolPlan const& pool,
                                       Rows rows,
                                       Real chips,
                                       Real run_months,
                                       Real& does_not_fit) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const seconds = run_seconds(run_months);
    Useful<Real> useful = expected_useful<Real>(plan, path, pool, rows, false);
    Run<Real> run{};
    run.chips = chips;
    run.planned_flop = chips * useful_flop_per_s(pool, useful) * seconds;
    if (pool.cluster >= 0) {
        ClusterPlan const& cluster = plan.clusters[pool.cluster];
        PoolInputs<Real> const in = pool_inputs<Real>(pool, cluster, rows);
        JobPlanning<Real> const planning =
            job_planning<Real>(plan.jobs[path.job], rows);
        if (pool.mfu >= 0) {
            useful.goodput = pool_goodput(in, planning, at_least(chips, 1.0f));
        } else {
            auto const training =
                train(in, planning, chips, run.planned_flop, cluster.is_low_precision);
            Real const given = useful.goodput;
            useful = {training.mfu, training.goodput};
            if (pool.goodput >= 0) {
                useful.goodput = given;
            }
            run.params = training.params;
            run.time = scaled_time(training.step_shares, useful.goodput);
            does_not_fit = maximum(does_not_fit,
                                   select(chips > zero, training.does_not_fit, zero));
        }
        run.time.failures = one - useful.goodput;
    }
    run.mfu = useful.mfu;
    run.goodput = useful.goodput;
    run.flop = chips * useful_flop_per_s(pool, useful) * seconds;
    return run;
}

/// Adds the run's cost.
template <class Real>
LEADTIME_FUNCTION void cost_run(Plan const& plan,
                                PathPlan const& path,
                                PoolPlan const& pool,
                                Rows rows,
                                Real run_months,
                                Run<Real>& run) {
    Real const one = broadcast<Real>(1.0f);
    Real const hours = run_months * broadcast<Real>(730.5f);
    Real const chips = run.chips;
    PoolMeans<Real> const means = pool_means<Real>(plan, path, pool, rows);
    Real const interconnect = clamp(rows.get<Real>(path.interconnect_share),
                                    broadcast<Real>(0.0f),
                                    broadcast<Real>(0.9f));
    Real const capital =
        hourly_capital(path, rows, means) * hours / (one - interconnect);
    Real const energy =
        not_negative(rows.get<Real>(pool.it_power)) * effective_pue<Real>(path, rows)
        * clamp_fraction(rows.get<Real>(path.power_load))
        * not_negative(rows.get<Real>(path.electricity_price)) * run_months;
    run.amortised_usd = chips * (capital + energy);
    run.rental_usd = chips * means.rate_usd_per_h * hours;
    run.upfront_usd = chips * means.value_usd;
}

template <class Real, class Mask>
LEADTIME_FUNCTION Run<Real>
select_run(Mask mask, Run<Real> const& a, Run<Real> const& b) {
    return {select(mask, a.flop, b.flop),
            select(mask, a.chips, b.chips),
            select(mask, a.mfu, b.mfu),
            select(mask, a.goodput, b.goodput),
            select(mask, a.amortised_usd, b.amortised_usd),
            select(mask, a.rental_usd, b.rental_usd),
            select(mask, a.upfront_usd, b.upfront_usd),
            select(mask, a.params, b.params),
            select(mask, a.planned_flop, b.planned_flop),
            select_time(mask, a.time, b.time)};
}

/// Sums of pools, for the run on all sites together.
template <class Real>
struct AllPools {
    Run<Real> sum;
    Real peak;      ///< sum of chips * peak
    Real peak_mfu;  ///< sum of chips * peak * mfu
};

template <class Real>
LEADTIME_FUNCTION void add_pool(AllPools<Real>& all, Run<Real> const& run, float peak) {
    Real const chips_peak = run.chips * broadcast<Real>(peak);
    all.sum.flop = all.sum.flop + run.flop;
    all.sum.chips = all.sum.chips + run.chips;
    all.sum.amortised_usd = all.sum.amortised_usd + run.amortised_usd;
    all.sum.rental_usd = all.sum.rental_usd + run.rental_usd;
    all.sum.upfront_usd = all.sum.upfront_usd + run.upfront_usd;
    all.peak = all.peak + chips_peak;
    all.peak_mfu = fused(chips_peak, run.mfu, all.peak_mfu);
    all.sum.goodput = fused(chips_peak * run.mfu, run.goodput, all.sum.goodput);
    all.sum.planned_flop = all.sum.planned_flop + run.planned_flop;
    all.sum.time = add_time(all.sum.time, scaled_time(run.time, chips_peak));
}

/// The largest run of a step, and whether some pool's job did not fit its memory while
/// no other pool could train.
template <class Real>
struct LargestRun {
    Run<Real> run;
    Real does_not_fit;
};

/// Leaves each pool's accelerators and a bound of its run's FLOP in their rows; returns
/// the largest bound.
template <class Real>
LEADTIME_FUNCTION Real bound_pools(
    Plan const& plan, PathPlan const& path, Rows rows, int step, Real run_months) {
    Real top = broadcast<Real>(0.0f);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Real const chips = pool_chips<Real>(plan, path, pool, rows, step);
        Real most = broadcast<Real>(0.0f);
        if (any_lane(chips > most)) {  // else none of it can train
            auto const highest = expected_useful<Real>(plan, path, pool, rows, true);
            most = chips * useful_flop_per_s(pool, highest) * run_seconds(run_months)
                   * 1.0001f;  // rounding
        }
        rows.set(pool.chips, chips);
        rows.set(pool.most, most);
        top = maximum(top, most);
    }
    return top;
}

/// The best of every single pool and, where sites can be joined, of all together.
///
/// Pools that could do most are looked at first and those that cannot do more than what
/// has been found are skipped. So the order differs between samples, and of equal runs
/// that of the first pool is taken whatever the order.
template <class Real>
LEADTIME_FUNCTION LargestRun<Real>
largest_run(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const run_months = not_negative(rows.get<Real>(path.run_months));
    Real const top = bound_pools<Real>(plan, path, rows, step, run_months);
    Run<Real> best{};
    Real best_pool = broadcast<Real>(-1.0f);
    AllPools<Real> all{};
    Real does_not_fit = zero;
    std::uint64_t done = 0;  // by pool; those beyond 64 may be looked at twice
    for (int pass = 0; pass < (path.multi_site ? 1 : 2); ++pass) {
        for (int p = 0; p < path.pool_count; ++p) {
            PoolPlan const& pool = plan.pools[path.first_pool + p];
            Real const most = rows.get<Real>(pool.most);
            bool const is_needed =
                path.multi_site
                || (((done >> (p % 64)) & 1U) == 0
                    && any_lane(pass == 0 ? most >= top && most > zero
                                          : most > best.flop));
            if (!is_needed) {
                continue;  // in every sample another pool does a larger run
            }
            done |= p < 64 ? std::uint64_t{1} << p : 0;
            Run<Real> run = train_pool<Real>(plan,
                                             path,
                                             pool,
                                             rows,
                                             rows.get<Real>(pool.chips),
                                             run_months,
                                             does_not_fit);
            cost_run<Real>(plan, path, pool, rows, run_months, run);
            Real const number = broadcast<Real>(static_cast<float>(p));
            auto const is_best =
                run.flop > best.flop || (run.flop == best.flop && number < best_pool);
            best = select_run(is_best, run, best);
            best_pool = select(is_best, number, best_pool);
            if (path.multi_site) {
                add_pool(all, run, pool.peak_flop_per_s);
            }
        }
    }
    if (path.multi_site) {
        Run<Real> joint = all.sum;
        joint.flop =
            all.sum.flop * clamp_fraction(rows.get<Real>(path.multi_site_efficiency));
        joint.mfu = select(all.peak > zero, all.peak_mfu / all.peak, zero);
        joint.goodput =
            select(all.peak_mfu > zero, all.sum.goodput / all.peak_mfu, zero);
        if (path.job >= 0) {
            Real const scale =
                select(all.peak > zero, broadcast<Real>(1.0f) / all.peak, zero);
            joint.time = scaled_time(all.sum.time, scale);
            joint.params = optimal_params(job_planning<Real>(plan.jobs[path.job], rows),
                                          all.sum.planned_flop);
        }
        best = select_run(joint.flop > best.flop, joint, best);
    }
    Real const staff = not_negative(rows.get<Real>(path.staff_cost)) * run_months;
    best.amortised_usd = select(best.flop > zero, best.amortised_usd + staff, zero);
    return {best, select(best.flop > zero, zero, does_not_fit)};
}

}  // namespace leadtime::kernels
