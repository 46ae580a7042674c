// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/plan_rows.hpp"
#include "kernels/model/run_cost.hpp"
#include "kernels/plan/month.hpp"

/// The largest run a fleet can do (docs/model.md 3).
///
/// begin_runs() bounds the run of every pool and does those whose MFU is given. Pools
/// that need the cluster model are done by kernels/model/training_queue.hpp, for a
/// whole tile at once. end_runs() joins sites and adds costs.
namespace leadtime::kernels {

/// A run on one pool, or on all.
template <class Real>
struct Training {
    Real flop;
    Real mfu;
    Real goodput;
    Real params;        ///< active parameters of the job; 0 without a job
    Real planned_flop;  ///< what the job's size was planned for
    TimeShares<Real> time;
};

/// What is known of a step's runs so far.
template <class Real>
struct RunContest {
    Real pool;  ///< number of the best; -1: none can train
    Training<Real> best;
    Real does_not_fit;  ///< 1: some pool's job does not fit its memory
    /// Sums over the pools where sites can be joined: MFU weighted with peak FLOP/s,
    /// goodput with useful FLOP/s, time with peak.
    Training<Real> all;
};

/// Calls f with every value of a contest, in the order of its rows; without `with_all`
/// not with the sums.
template <class Contest, class Function>
LEADTIME_FUNCTION void each_value(Contest& contest, bool with_all, Function const& f) {
    auto const training = [&](auto& a) {
        f(a.flop);
        f(a.mfu);
        f(a.goodput);
        f(a.params);
        f(a.planned_flop);
        f(a.time.compute);
        f(a.time.tensor);
        f(a.time.expert);
        f(a.time.pipeline);
        f(a.time.data);
        f(a.time.latency);
        f(a.time.overhead);
        f(a.time.failures);
    };
    f(contest.pool);
    training(contest.best);
    f(contest.does_not_fit);
    if (with_all) {
        training(contest.all);
    }
}

inline constexpr int contest_best_flop = 1;  ///< row of best.flop

static_assert(sizeof(RunContest<float>) == contest_values * sizeof(float));
static_assert(sizeof(RunContest<float>) - sizeof(Training<float>)
              == contest_values_of_one_pool * sizeof(float));

template <class Real>
LEADTIME_FUNCTION void save_contest(Plan const& plan,
                                    PathPlan const& path,
                                    Rows rows,
                                    RunContest<Real> const& contest) {
    int row = plan.jobs[path.job].contest;
    each_value(
        contest, plan.joins_sites, [&](Real const& value) { rows.set(row++, value); });
}

template <class Real>
LEADTIME_FUNCTION RunContest<Real>
saved_contest(Plan const& plan, PathPlan const& path, Rows rows) {
    RunContest<Real> contest{};
    int row = plan.jobs[path.job].contest;
    each_value(
        contest, plan.joins_sites, [&](Real& value) { value = rows.get<Real>(row++); });
    return contest;
}

template <class Real, class Mask>
LEADTIME_FUNCTION Training<Real>
select_training(Mask mask, Training<Real> const& a, Training<Real> const& b) {
    return {select(mask, a.flop, b.flop),
            select(mask, a.mfu, b.mfu),
            select(mask, a.goodput, b.goodput),
            select(mask, a.params, b.params),
            select(mask, a.planned_flop, b.planned_flop),
            select_time(mask, a.time, b.time)};
}

/// Enters the run on pool number `number`. Of equal runs that of the first pool is
/// taken, whatever the order they come in.
template <class Real>
LEADTIME_FUNCTION void enter(RunContest<Real>& contest,
                             Training<Real> const& run,
                             Real number,
                             Real chips_peak,
                             bool joins_sites) {
    auto const is_best = run.flop > contest.best.flop
                         || (run.flop == contest.best.flop && number < contest.pool);
    contest.best = select_training(is_best, run, contest.best);
    contest.pool = select(is_best, number, contest.pool);
    if (joins_sites) {
        Training<Real>& all = contest.all;
        Real const useful = chips_peak * run.mfu;
        all.flop = all.flop + run.flop;
        all.mfu = fused(chips_peak, run.mfu, all.mfu);
        all.goodput = fused(useful, run.goodput, all.goodput);
        all.planned_flop = all.planned_flop + run.planned_flop;
        all.time = add_time(all.time, scaled_time(run.time, chips_peak));
    }
}

/// Share of the step in which the pool's ecosystem can train: 0 before it is ready.
template <class Real>
LEADTIME_FUNCTION Real readiness(PoolPlan const& pool, Rows rows, int step) {
    if (!pool.gated) {
        return broadcast<Real>(1.0f);
    }
    Real const retry = select(rows.get<Real>(pool.abort) > broadcast<Real>(0.5f),
                              not_negative(rows.get<Real>(pool.retry_delay)),
                              broadcast<Real>(0.0f));
    Real const ready = rows.get<Real>(pool.software_ready)
                       + not_negative(rows.get<Real>(pool.port_delay)) + retry;
    return clamp_fraction(broadcast<Real>(static_cast<float>(step + 1)) - ready);
}

/// n_p: accelerators of a pool that one run can have.
template <class Real>
LEADTIME_FUNCTION Real pool_chips(
    Plan const& plan, PathPlan const& path, PoolPlan const& pool, Rows rows, int step) {
    Real const share =
        clamp_fraction(rows.get<Real>(row_of(path, PathInput::training_share)))
        * clamp_fraction(rows.get<Real>(row_of(path, PathInput::largest_run_share)));
    PoolChannels const channels = channels_of(plan, path, pool);
    Real chips = broadcast<Real>(0.0f);
    for (int c = 0; c < channels.count; ++c) {
        Real const offered = rows.get<Real>(channels[c].active) * share;
        chips = chips
                + minimum(offered,
                          not_negative(rows.get<Real>(
                              row_of(channels[c], ChannelInput::max_cluster))));
    }
    return minimum(chips, not_negative(rows.get<Real>(pool.max_cluster)))
           * readiness<Real>(pool, rows, step);
}

/// How a campaign spends the accelerator-hours of a run (docs/model.md 3).
template <class Real>
struct Campaign {
    Real pretraining_months;     ///< as if nothing else took time
    Real flop_over_pretraining;  ///< with post-training
};

template <class Real>
LEADTIME_FUNCTION Campaign<Real> campaign_of(PathPlan const& path, Rows rows) {
    Real const one = broadcast<Real>(1.0f);
    auto const input = [&](PathInput key) { return rows.get<Real>(row_of(path, key)); };
    Real const after =
        at_most(clamp_fraction(input(PathInput::post_training_share)), 0.99f);
    Real const before = one - after;
    Real const factor = at_least(input(PathInput::campaign_factor), 0.1f);
    Real const mfu = not_negative(input(PathInput::post_training_mfu));
    return {not_negative(input(PathInput::run_months)) * before / factor,
            after * mfu / before + 1.0f};
}

template <class Real>
LEADTIME_FUNCTION Real run_seconds(Real months) {
    return months * broadcast<Real>(hours_per_month) * broadcast<Real>(3600.0f);
}

/// Whether the cluster model decides what a run on the pool yields.
LEADTIME_FUNCTION bool is_modelled(PoolPlan const& pool) {
    return pool.cluster >= 0 && pool.mfu < 0;
}

/// A run on a pool whose MFU is given.
template <class Real>
LEADTIME_FUNCTION Training<Real> train_as_given(Plan const& plan,
                                                PathPlan const& path,
                                                PoolPlan const& pool,
                                                Rows rows,
                                                Real chips,
                                                Real seconds) {
    Useful<Real> useful = expected_useful<Real>(plan, path, pool, rows, false);
    Training<Real> run{};
    run.planned_flop = chips * useful_flop_per_s(pool, useful) * seconds;
    if (pool.cluster >= 0) {
        useful.goodput =
            pool_goodput(pool_inputs<Real>(pool, plan.clusters[pool.cluster], rows),
                         job_planning<Real>(plan.jobs[path.job], rows),
                         at_least(chips, 1.0f));
        run.time.failures = broadcast<Real>(1.0f) - useful.goodput;
    }
    run.mfu = useful.mfu;
    run.goodput = useful.goodput;
    run.flop = chips * useful_flop_per_s(pool, useful) * seconds;
    return run;
}

/// Leaves each pool's accelerators, planned FLOP and a bound of its run's FLOP in their
/// rows, and enters the runs whose MFU is given.
template <class Real>
LEADTIME_FUNCTION RunContest<Real>
begin_runs(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const seconds = run_seconds(campaign_of<Real>(path, rows).pretraining_months);
    RunContest<Real> contest{};
    contest.pool = broadcast<Real>(-1.0f);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Real const chips = pool_chips<Real>(plan, path, pool, rows, step);
        rows.set(pool.chips, chips);
        Real const number = broadcast<Real>(static_cast<float>(p));
        if (is_modelled(pool)) {
            Real most = zero;
            Real planned_flop = zero;
            if (any_lane(chips > zero)) {  // else none of it can train
                auto const highest =
                    expected_useful<Real>(plan, path, pool, rows, true);
                most = chips * useful_flop_per_s(pool, highest) * seconds
                       * 1.0001f;  // rounding
                auto const planned =
                    expected_useful<Real>(plan, path, pool, rows, false);
                planned_flop = chips * useful_flop_per_s(pool, planned) * seconds;
            }
            rows.set(pool.most, path.multi_site ? chips : most);
            rows.set(pool.planned, planned_flop);
        } else {
            enter(contest,
                  train_as_given(plan, path, pool, rows, chips, seconds),
                  number,
                  chips * broadcast<Real>(pool.peak_flop_per_s),
                  path.multi_site);
        }
    }
    return contest;
}

/// The largest run of a step.
template <class Real>
struct LargestRun {
    Training<Real> training;  ///< pre-training
    Real flop;                ///< with post-training
    Real chips;
    RunCost<Real> cost;
    Real does_not_fit;  ///< 1: no pool can train, and the job of some does not fit
};

/// All pools as one: chips, their peak FLOP/s and cost.
template <class Real>
struct AllPools {
    Real chips;
    Real peak;
    RunCost<Real> cost;
};

/// The run on all pools together.
template <class Real>
LEADTIME_FUNCTION Training<Real> joint_training(Plan const& plan,
                                                PathPlan const& path,
                                                Rows rows,
                                                Training<Real> const& sums,
                                                Real peak) {
    Real const zero = broadcast<Real>(0.0f);
    Training<Real> joint = sums;
    joint.flop = sums.flop
                 * clamp_fraction(
                     rows.get<Real>(row_of(path, PathInput::multi_site_efficiency)));
    joint.mfu = select(peak > zero, sums.mfu / peak, zero);
    joint.goodput = select(sums.mfu > zero, sums.goodput / sums.mfu, zero);
    if (path.job >= 0) {
        Real const scale = select(peak > zero, broadcast<Real>(1.0f) / peak, zero);
        joint.time = scaled_time(sums.time, scale);
        joint.params = optimal_params(job_planning<Real>(plan.jobs[path.job], rows),
                                      sums.planned_flop);
    }
    return joint;
}

/// The best of every single pool and, where sites can be joined, of all together.
template <class Real>
LEADTIME_FUNCTION LargestRun<Real> end_runs(Plan const& plan,
                                            PathPlan const& path,
                                            Rows rows,
                                            RunContest<Real> const& contest) {
    Real const zero = broadcast<Real>(0.0f);
    Real const run_months =
        not_negative(rows.get<Real>(row_of(path, PathInput::run_months)));
    LargestRun<Real> best{};
    best.training = contest.best;
    AllPools<Real> all{};
    for (int p = 0; p < path.pool_count; ++p) {
        auto const is_best = contest.pool == broadcast<Real>(static_cast<float>(p));
        if (!path.multi_site && !any_lane(is_best)) {
            continue;  // in every sample another pool does the largest run
        }
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Real const chips = rows.get<Real>(pool.chips);
        auto const cost = run_cost(plan, path, pool, rows, chips, run_months);
        best.chips = select(is_best, chips, best.chips);
        best.cost = select_cost(is_best, cost, best.cost);
        all.chips = all.chips + chips;
        all.peak = all.peak + chips * broadcast<Real>(pool.peak_flop_per_s);
        all.cost = add_cost(all.cost, cost);
    }
    if (path.multi_site) {
        auto const joint = joint_training(plan, path, rows, contest.all, all.peak);
        auto const is_joint = joint.flop > best.training.flop;
        best.training = select_training(is_joint, joint, best.training);
        best.chips = select(is_joint, all.chips, best.chips);
        best.cost = select_cost(is_joint, all.cost, best.cost);
    }
    auto const is_run = best.training.flop > zero;
    Real const staff =
        not_negative(rows.get<Real>(row_of(path, PathInput::staff_cost))) * run_months;
    best.cost.amortised_usd = select(is_run, best.cost.amortised_usd + staff, zero);
    best.does_not_fit = select(is_run, zero, contest.does_not_fit);
    best.flop =
        best.training.flop * campaign_of<Real>(path, rows).flop_over_pretraining;
    return best;
}

}  // namespace leadtime::kernels
