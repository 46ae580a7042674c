// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/fleet.hpp"
#include "kernels/model/plan_rows.hpp"
#include "kernels/plan/month.hpp"

/// What a run on a pool costs, by three methods (docs/model.md 4).
namespace leadtime::kernels {

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
                                   clamp_fraction(rows.get<Real>(
                                       row_of(channel, ChannelInput::stock_open))),
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
    Real const month_h = broadcast<Real>(hours_per_month);
    if (!path.exponential_depreciation) {
        Real const life = maximum(rows.get<Real>(row_of(path, PathInput::life)),
                                  broadcast<Real>(1.0f));
        return means.value_usd / (life * month_h);
    }
    // decline is in log10 per month; 10^-x = e^(-x ln 10)
    Real const decline =
        not_negative(rows.get<Real>(row_of(path, PathInput::value_decline)))
        * broadcast<Real>(2.302585093f);
    return means.value_usd * exponential(-decline * means.age_months) * decline
           / month_h;
}

template <class Real>
struct RunCost {
    Real amortised_usd;  ///< without staff
    Real rental_usd;
    Real upfront_usd;
};

template <class Real>
LEADTIME_FUNCTION RunCost<Real> add_cost(RunCost<Real> const& a,
                                         RunCost<Real> const& b) {
    return {a.amortised_usd + b.amortised_usd,
            a.rental_usd + b.rental_usd,
            a.upfront_usd + b.upfront_usd};
}

/// A run of `run_months` on `chips` of a pool.
template <class Real>
LEADTIME_FUNCTION RunCost<Real> run_cost(Plan const& plan,
                                         PathPlan const& path,
                                         PoolPlan const& pool,
                                         Rows rows,
                                         Real chips,
                                         Real run_months) {
    Real const one = broadcast<Real>(1.0f);
    Real const hours = run_months * broadcast<Real>(hours_per_month);
    PoolMeans<Real> const means = pool_means<Real>(plan, path, pool, rows);
    Real const interconnect =
        clamp(rows.get<Real>(row_of(path, PathInput::interconnect_share)),
              broadcast<Real>(0.0f),
              broadcast<Real>(0.9f));
    Real const capital =
        hourly_capital(path, rows, means) * hours / (one - interconnect);
    Real const energy =
        not_negative(rows.get<Real>(pool.it_power)) * effective_pue<Real>(path, rows)
        * clamp_fraction(rows.get<Real>(row_of(path, PathInput::power_load)))
        * not_negative(rows.get<Real>(row_of(path, PathInput::electricity_price)))
        * run_months;
    return {chips * (capital + energy),
            chips * means.rate_usd_per_h * hours,
            chips * means.value_usd};
}

}  // namespace leadtime::kernels
