// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/plan_rows.hpp"
#include "kernels/model/readiness.hpp"
#include "kernels/model/run_cost.hpp"
#include "kernels/model/run_parts.hpp"
#include "kernels/plan/month.hpp"

/// The largest run a fleet can do (docs/model.md 3).
///
/// begin_runs() bounds the run of every pool and does those whose MFU is given. Pools
/// that need the cluster model are done by kernels/model/training_queue.hpp, for a
/// whole tile at once. end_runs() says what the largest one takes.
namespace leadtime::kernels {

/// A run that a pool carries.
template <class Real>
struct Training {
    Real flop;
    Real mfu;  ///< of the carrier's accelerators that are offered
    Real goodput;
    Real params;  ///< active parameters of the job; 0 without a job
    Real used;    ///< part of the accelerators offered that the run holds
    TimeShares<Real> time;
};

/// What is known of a step's runs so far.
template <class Real>
struct RunContest {
    Real pool;  ///< number of the best; -1: none can train
    Training<Real> best;
    Real does_not_fit;  ///< 1: some pool's job does not fit its memory
};

/// Calls f with every value of a contest, in the order of its rows.
template <class Contest, class Function>
LEADTIME_FUNCTION void each_value(Contest& contest, Function const& f) {
    f(contest.pool);
    f(contest.best.flop);
    f(contest.best.mfu);
    f(contest.best.goodput);
    f(contest.best.params);
    f(contest.best.used);
    f(contest.best.time.compute);
    f(contest.best.time.tensor);
    f(contest.best.time.expert);
    f(contest.best.time.pipeline);
    f(contest.best.time.data);
    f(contest.best.time.latency);
    f(contest.best.time.overhead);
    f(contest.best.time.failures);
    f(contest.does_not_fit);
}

/// Rows of a contest.
inline constexpr int contest_pool = 0;
inline constexpr int contest_best_flop = 1;
inline constexpr int contest_does_not_fit = contest_values - 1;

static_assert(sizeof(RunContest<float>) == contest_values * sizeof(float));

template <class Real>
LEADTIME_FUNCTION void save_contest(Plan const& plan,
                                    PathPlan const& path,
                                    Rows rows,
                                    RunContest<Real> const& contest) {
    int row = plan.jobs[path.job].contest;
    each_value(contest, [&](Real const& value) { rows.set(row++, value); });
}

template <class Real>
LEADTIME_FUNCTION RunContest<Real>
saved_contest(Plan const& plan, PathPlan const& path, Rows rows) {
    RunContest<Real> contest{};
    int row = plan.jobs[path.job].contest;
    each_value(contest, [&](Real& value) { value = rows.get<Real>(row++); });
    return contest;
}

template <class Real, class Mask>
LEADTIME_FUNCTION Training<Real>
select_training(Mask mask, Training<Real> const& a, Training<Real> const& b) {
    return {select(mask, a.flop, b.flop),
            select(mask, a.mfu, b.mfu),
            select(mask, a.goodput, b.goodput),
            select(mask, a.params, b.params),
            select(mask, a.used, b.used),
            select_time(mask, a.time, b.time)};
}

/// Enters the run that pool number `number` carries. Of equal runs that of the first pool
/// is taken, whatever the order they come in.
template <class Real>
LEADTIME_FUNCTION void
enter(RunContest<Real>& contest, Training<Real> const& run, Real number) {
    auto const is_best = run.flop > contest.best.flop
                         || (run.flop == contest.best.flop && number < contest.pool);
    contest.best = select_training(is_best, run, contest.best);
    contest.pool = select(is_best, number, contest.pool);
}

/// n_p: accelerators of a pool that one run can have.
template <class Real>
LEADTIME_FUNCTION Real pool_chips(
    Plan const& plan, PathPlan const& path, PoolPlan const& pool, Rows rows, int step) {
    Real const share = share_of_run<Real>(path, rows);
    PoolChannels const channels = channels_of(plan, path, pool);
    Real chips = broadcast<Real>(0.0f);
    for (int c = 0; c < channels.count; ++c) {
        chips = chips + channel_chips(channels[c], rows, share);
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

/// The accelerators that a run carried by the pool is offered, as so many of its own.
template <class Real>
LEADTIME_FUNCTION Real offered_chips(PathPlan const& path,
                                     PoolPlan const& pool,
                                     Rows rows) {
    return rows.get<Real>(path.joins ? pool.join.offered : pool.chips);
}

/// A run on a pool whose MFU is given.
template <class Real>
LEADTIME_FUNCTION Training<Real> train_as_given(Plan const& plan,
                                                PathPlan const& path,
                                                PoolPlan const& pool,
                                                Rows rows,
                                                Real seconds) {
    Real const chips = offered_chips<Real>(path, pool, rows);
    Useful<Real> useful = expected_useful<Real>(plan, path, pool, rows, false);
    Training<Real> run{};
    if (pool.cluster >= 0) {
        Real const real = path.joins ? chips * rows.get<Real>(pool.join.crowd) : chips;
        useful.goodput =
            pool_goodput(pool_inputs<Real>(pool, plan.clusters[pool.cluster], rows),
                         job_planning<Real>(plan.jobs[path.job], rows).batch_ratio,
                         at_least(real, 1.0f));
        run.time.failures = broadcast<Real>(1.0f) - useful.goodput;
    }
    run.mfu = useful.mfu;
    run.goodput = useful.goodput;
    run.used = broadcast<Real>(1.0f);
    run.flop = chips * useful_flop_per_s(pool, useful) * seconds;
    return run;
}

/// Useful FLOP/s that a run of the pool is planned for, of one accelerator.
template <class Real>
LEADTIME_FUNCTION Real planned_flop_per_s(Plan const& plan,
                                          PathPlan const& path,
                                          PoolPlan const& pool,
                                          Rows rows) {
    if (!path.joins) {
        return useful_flop_per_s(pool,
                                 expected_useful<Real>(plan, path, pool, rows, false));
    }
    Real const goodput = pool.goodput >= 0
                             ? clamp_fraction(rows.get<Real>(pool.goodput))
                             : broadcast<Real>(planned_goodput);
    return rows.get<Real>(pool.join.rate) * goodput;
}

/// Leaves what one of a pool's accelerators does, and what its failures take, in their
/// rows.
template <class Real>
LEADTIME_FUNCTION void rate_pool(Plan const& plan,
                                 PathPlan const& path,
                                 PoolPlan const& pool,
                                 Rows rows,
                                 Real chips) {
    Real rate = broadcast<Real>(0.0f);  // none of it can train
    FailureLoss<Real> loss{};
    if (any_lane(chips > broadcast<Real>(0.0f))) {
        auto const useful = expected_useful<Real>(plan, path, pool, rows, false);
        rate = broadcast<Real>(pool.peak_flop_per_s) * useful.mfu;
        if (pool.cluster >= 0 && pool.goodput < 0) {
            loss = failure_loss(
                pool_inputs<Real>(pool, plan.clusters[pool.cluster], rows).operations);
        }
    }
    rows.set(pool.join.rate, rate);
    rows.set(pool.join.stopping, loss.stopping);
    rows.set(pool.join.masked, loss.masked);
}

/// Leaves what each pool offers a run, and what so many of its accelerators are worth, in
/// their rows.
template <class Real>
LEADTIME_FUNCTION void
offer_pools(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Real const chips = pool_chips<Real>(plan, path, pool, rows, step);
        rows.set(pool.chips, chips);
        if (path.joins) {
            rate_pool(plan, path, pool, rows, chips);
        }
    }
    if (!path.joins) {
        return;
    }
    auto const join = join_values<Real>(path, rows);
    for (int c = 0; c < path.pool_count; ++c) {
        join_pool(plan, path, join, plan.pools[path.first_pool + c], rows);
    }
}

/// What failures leave at most of the work of `chips`, or of a smaller number of them: no
/// goodput exceeds what restarts and stalls alone leave. Where it is given, all of it.
template <class Real>
LEADTIME_FUNCTION Real most_useful(Plan const& plan,
                                   PathPlan const& path,
                                   PoolPlan const& pool,
                                   Rows rows,
                                   Real chips) {
    if (pool.goodput >= 0) {
        return chips;
    }
    auto const in = pool_inputs<Real>(pool, plan.clusters[pool.cluster], rows);
    Real const crowd =
        path.joins ? rows.get<Real>(pool.join.crowd) : broadcast<Real>(1.0f);
    return most_work(in.operations, chips, crowd);
}

/// Leaves each pool's accelerators, planned FLOP and a bound of its run's FLOP in their
/// rows, the largest planned run in the path's, and enters the runs whose MFU is given.
template <class Real>
LEADTIME_FUNCTION RunContest<Real>
begin_runs(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const seconds = run_seconds(campaign_of<Real>(path, rows).pretraining_months);
    RunContest<Real> contest{};
    contest.pool = broadcast<Real>(-1.0f);
    Real planned = zero;
    offer_pools<Real>(plan, path, rows, step);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        if (is_modelled(pool)) {
            Real const chips = offered_chips<Real>(path, pool, rows);
            Real most = zero;
            Real planned_flop = zero;
            if (any_lane(chips > zero)) {  // else none of it can train
                auto const highest =
                    expected_useful<Real>(plan, path, pool, rows, true);
                most = most_useful<Real>(plan, path, pool, rows, chips)
                       * useful_flop_per_s(pool, highest) * seconds
                       * 1.0001f;  // rounding
                planned_flop =
                    chips * planned_flop_per_s<Real>(plan, path, pool, rows) * seconds;
            }
            rows.set(plan.jobs[path.job].most + p, most);
            rows.set(pool.planned, planned_flop);
            planned = maximum(planned, planned_flop);
        } else {
            auto const run = train_as_given(plan, path, pool, rows, seconds);
            enter(contest, run, broadcast<Real>(static_cast<float>(p)));
            planned = maximum(planned, run.flop);
        }
    }
    if (path.planned_run >= 0) {
        rows.set(path.planned_run, planned);
    }
    return contest;
}

/// The largest run of a step.
template <class Real>
struct LargestRun {
    Training<Real> training;  ///< pre-training
    Real flop;                ///< with post-training
    Real chips;               ///< offered to it, of all its pools
    Real h100e_8bit;          ///< the same in H100-equivalents
    RunCost<Real> cost;
    Real does_not_fit;  ///< 1: no pool can train, and the job of some does not fit
};

/// The best run, what it takes of every pool and what that costs.
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
    Real peak = zero;
    Real carrier_peak = zero;
    Real worth = zero;
    take_pools(plan, path, rows, contest.pool);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        Real const chips = rows.get<Real>(pool.taken);
        if (!any_lane(chips > zero)) {
            continue;  // in no sample the run has any of it
        }
        worth = worth + rows.get<Real>(pool.carried);
        best.chips = best.chips + chips;
        best.h100e_8bit =
            fused(chips, broadcast<Real>(pool.h100e_8bit), best.h100e_8bit);
        peak = fused(chips, broadcast<Real>(pool.peak_flop_per_s), peak);
        auto const is_carrier = contest.pool == broadcast<Real>(static_cast<float>(p));
        if (path.joins) {
            carrier_peak = select(is_carrier,
                                  offered_chips<Real>(path, pool, rows)
                                      * broadcast<Real>(pool.peak_flop_per_s),
                                  carrier_peak);
        }
        best.cost = add_cost(
            best.cost,
            run_cost(plan, path, pool, rows, chips * best.training.used, run_months));
    }
    report_carriers<Real>(plan, path, rows, worth);
    if (path.joins) {  // MFU of the accelerators that are there
        best.training.mfu = select(
            peak > zero, best.training.mfu * carrier_peak / peak, best.training.mfu);
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
