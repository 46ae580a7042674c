// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/buying.hpp"
#include "kernels/model/lag.hpp"
#include "kernels/model/plan_rows.hpp"
#include "kernels/model/training_queue.hpp"

namespace leadtime::kernels {

/// Spends the step's money, channel by channel in the path's order, each as much as it
/// can or as the carrier rule allows it; returns what was spent.
template <class Real>
LEADTIME_FUNCTION Real
spend(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    int const cash_row = metric_row(path, PathMetric::cash);
    Real const saved =
        step == 0 ? not_negative(rows.get<Real>(row_of(path, PathInput::initial_cash)))
                  : rows.get<Real>(cash_row);
    Real const cash_at_start =
        not_negative(rows.get<Real>(row_of(path, PathInput::budget))) + saved;
    Real const retain =
        exponential(-not_negative(rows.get<Real>(row_of(path, PathInput::attrition))));
    if (path.by_carrier) {
        allow(plan, path, rows, step, cash_at_start);
    }
    Purse<Real> purse{cash_at_start, cash_at_start, broadcast<Real>(0.0f)};
    ChannelPlan const* const channels = plan.channels + path.first_channel;
    for (int turn = 0; turn < path.channel_count; ++turn) {
        step_channel(plan, channels[channels[turn].at_turn], rows, step, retain, purse);
    }
    rows.set(cash_row, purse.cash);
    return purse.spent;
}

/// What the fleet amounts to: H100-equivalents on each basis and chips by profile.
template <class Real>
LEADTIME_FUNCTION void report_fleet(Plan const& plan, PathPlan const& path, Rows rows) {
    Real bf16 = broadcast<Real>(0.0f);
    Real eight_bit = bf16;
    Real tpp = bf16;
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Real const chips = rows.get<Real>(pool.usable);
        bf16 = fused(chips, broadcast<Real>(pool.h100e_bf16), bf16);
        eight_bit = fused(chips, broadcast<Real>(pool.h100e_8bit), eight_bit);
        tpp = fused(chips, broadcast<Real>(pool.h100e_tpp), tpp);
    }
    rows.set(metric_row(path, PathMetric::h100e_bf16), bf16);
    rows.set(metric_row(path, PathMetric::h100e_8bit), eight_bit);
    rows.set(metric_row(path, PathMetric::h100e_tpp), tpp);
    for (int g = 0; g < path.chip_group_count; ++g) {
        ChipGroup const& group = plan.chip_groups[path.first_chip_group + g];
        PoolPlan const* const pools = plan.pools + path.first_pool + group.first_pool;
        Real chips = rows.get<Real>(pools[0].usable);
        for (int p = 1; p < group.pool_count; ++p) {
            chips = chips + rows.get<Real>(pools[p].usable);
        }
        rows.set(group.row, chips);
    }
}

template <class Real>
LEADTIME_FUNCTION void
report_run(PathPlan const& path, Rows rows, LargestRun<Real> const& run) {
    Real const zero = broadcast<Real>(0.0f);
    Real const flop = run.flop;
    auto const give = [&](PathMetric metric, Real value) {
        rows.set(metric_row(path, metric), value);
    };
    give(PathMetric::run_flop, flop);
    give(PathMetric::pretraining_flop, run.training.flop);
    give(PathMetric::run_chips, run.chips);
    give(PathMetric::run_chips_used, run.chips * run.training.used);
    Real const fleet = rows.get<Real>(metric_row(path, PathMetric::h100e_8bit));
    give(PathMetric::run_fleet_share,
         select(fleet > zero, run.h100e_8bit * run.training.used / fleet, zero));
    give(PathMetric::run_mfu, run.training.mfu);
    give(PathMetric::run_goodput, run.training.goodput);
    give(PathMetric::run_cost_amortised, run.cost.amortised_usd);
    give(PathMetric::run_cost_rental, run.cost.rental_usd);
    give(PathMetric::run_cost_upfront, run.cost.upfront_usd);
    Real const units = flop * broadcast<Real>(1e-24f);
    auto const per_unit = [&](Real usd) {
        return select(flop > zero, usd / units, zero);
    };
    give(PathMetric::usd_per_1e24_amortised, per_unit(run.cost.amortised_usd));
    give(PathMetric::usd_per_1e24_rental, per_unit(run.cost.rental_usd));
    give(PathMetric::usd_per_1e24_upfront, per_unit(run.cost.upfront_usd));
}

/// What limits the run and what it trains, for paths that use the cluster model.
template <class Real>
LEADTIME_FUNCTION void report_cluster(Plan const& plan,
                                      PathPlan const& path,
                                      Rows rows,
                                      LargestRun<Real> const& largest) {
    JobPlan const& job = plan.jobs[path.job];
    Training<Real> const& run = largest.training;
    Real const zero = broadcast<Real>(0.0f);
    auto const give = [&](ClusterMetric metric, Real value) {
        rows.set(metric_row(job, metric), value);
    };
    Real const params = at_least(run.params, least_params);
    Real const per_token =
        flop_per_token_of(job_planning<Real>(job, rows), params, model_width(params));
    give(ClusterMetric::params, run.params);
    give(ClusterMetric::tokens, select(run.params > zero, run.flop / per_token, zero));
    give(ClusterMetric::does_not_fit, largest.does_not_fit);
    give(ClusterMetric::time_compute, run.time.compute);
    give(ClusterMetric::time_tensor, run.time.tensor);
    give(ClusterMetric::time_expert, run.time.expert);
    give(ClusterMetric::time_pipeline, run.time.pipeline);
    give(ClusterMetric::time_data, run.time.data);
    give(ClusterMetric::time_latency, run.time.latency);
    give(ClusterMetric::time_overhead, run.time.overhead);
    give(ClusterMetric::time_failures, run.time.failures);
}

/// What a path does every step: buy, receive, age, switch on.
template <class Real>
LEADTIME_FUNCTION void
step_holdings(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    Real const spent = spend<Real>(plan, path, rows, step);
    int const total_row = metric_row(path, PathMetric::cumulative_spend);
    rows.set(metric_row(path, PathMetric::spend), spent);
    rows.set(total_row, rows.get<Real>(total_row) + spent);
    rows.set(metric_row(path, PathMetric::power), step_fleet<Real>(plan, path, rows));
    report_fleet<Real>(plan, path, rows);
}

/// The largest run and its cost.
template <class Real>
LEADTIME_FUNCTION void end_path(Plan const& plan,
                                PathPlan const& path,
                                Rows rows,
                                int step,
                                RunContest<Real> const& contest) {
    auto const largest = end_runs<Real>(plan, path, rows, contest);
    report_run(path, rows, largest);
    if (path.job >= 0) {
        report_cluster(plan, path, rows, largest);
    }
    extend_record(path, rows, step, largest.flop);
}

/// One step of every path for a tile: their metrics are left in their rows. Runs are
/// looked at where they count, and those that need the cluster model for all paths
/// together.
template <class Real>
LEADTIME_FUNCTION void step_paths(Plan const& plan, Rows tile, int lanes, int step) {
    for (int p = 0; p < plan.counts.paths; ++p) {
        PathPlan const& path = plan.paths[p];
        if (step >= path.end_step) {
            continue;
        }
        for_lanes<Real>(tile, lanes, [&](Rows rows) {
            step_holdings<Real>(plan, path, rows, step);
            if (!runs_count(plan, p, step)) {
                return;
            }
            auto const contest = begin_runs<Real>(plan, path, rows, step);
            if (plan.plans_only) {
                return;
            }
            if (path.job < 0) {
                end_path(plan, path, rows, step, contest);
            } else {
                save_contest(plan, path, rows, contest);
            }
        });
    }
    train_pools<Real>(plan, tile, lanes, step);
    for (int p = 0; p < plan.counts.paths; ++p) {
        PathPlan const& path = plan.paths[p];
        if (trains_job(plan, p, step)) {
            for_lanes<Real>(tile, lanes, [&](Rows rows) {
                auto const contest = saved_contest<Real>(plan, path, rows);
                end_path(plan, path, rows, step, contest);
            });
        }
    }
}

/// What compares a path with the reference at this step, once both have taken it.
template <class Real>
LEADTIME_FUNCTION void
compare_path(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    Real const zero = broadcast<Real>(0.0f);
    PathPlan const& reference = plan.paths[plan.reference];
    Real const own = rows.get<Real>(metric_row(path, PathMetric::run_flop));
    Real const theirs = rows.get<Real>(metric_row(reference, PathMetric::run_flop));
    rows.set(metric_row(path, PathMetric::ratio),
             select(theirs > zero, own / theirs, zero));
    rows.set(metric_row(path, PathMetric::parity),
             truth<Real>(has_as_much(own, theirs)));
    if (path.needs_lag_so_far) {
        rows.set(metric_row(path, PathMetric::lag_so_far),
                 lag_so_far(record_of(plan, reference), rows, own, step));
    }
}

}  // namespace leadtime::kernels
