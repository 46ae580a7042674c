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

/// The largest run on one pool alone; `hours` is its length.
template <class Real>
LEADTIME_FUNCTION Run<Real> pool_run(Plan const& plan,
                                     PathPlan const& path,
                                     PoolPlan const& pool,
                                     Rows rows,
                                     int step,
                                     Real run_months) {
    Real const one = broadcast<Real>(1.0f);
    Real const hours = run_months * broadcast<Real>(730.5f);
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
    chips = minimum(chips, not_negative(rows.get<Real>(pool.max_cluster)))
            * readiness<Real>(plan, pool, rows, step);

    Run<Real> run;
    run.chips = chips;
    run.mfu = clamp_fraction(rows.get<Real>(pool.mfu));
    run.goodput = clamp_fraction(rows.get<Real>(pool.goodput));
    run.flop = chips * useful_flop_per_s<Real>(pool, rows)
               * (hours * broadcast<Real>(3600.0f));

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
    return run;
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
            select(mask, a.upfront_usd, b.upfront_usd)};
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
}

/// The best of every single pool and, where sites can be joined, of all together.
template <class Real>
LEADTIME_FUNCTION Run<Real>
largest_run(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const run_months = not_negative(rows.get<Real>(path.run_months));
    Run<Real> best{zero, zero, zero, zero, zero, zero, zero};
    AllPools<Real> all{best, zero, zero};
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Run<Real> const run = pool_run<Real>(plan, path, pool, rows, step, run_months);
        best = select_run(run.flop > best.flop, run, best);
        add_pool(all, run, pool.peak_flop_per_s);
    }
    if (path.multi_site) {
        Run<Real> joint = all.sum;
        joint.flop =
            all.sum.flop * clamp_fraction(rows.get<Real>(path.multi_site_efficiency));
        joint.mfu = select(all.peak > zero, all.peak_mfu / all.peak, zero);
        joint.goodput =
            select(all.peak_mfu > zero, all.sum.goodput / all.peak_mfu, zero);
        best = select_run(joint.flop > best.flop, joint, best);
    }
    Real const staff = not_negative(rows.get<Real>(path.staff_cost)) * run_months;
    best.amortised_usd = select(best.flop > zero, best.amortised_usd + staff, zero);
    return best;
}

}  // namespace leadtime::kernels
