// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/join.hpp"
#include "kernels/model/plan_rows.hpp"
#include "kernels/model/run_cost.hpp"
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

inline constexpr int contest_best_flop = 1;  ///< row of best.flop

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
                         job_planning<Real>(plan.jobs[path.job], rows),
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
/// rows, and enters the runs whose MFU is given.
template <class Real>
LEADTIME_FUNCTION RunContest<Real>
begin_runs(Plan const& plan, PathPlan const& path, Rows rows, int step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const seconds = run_seconds(campaign_of<Real>(path, rows).pretraining_months);
    RunContest<Real> contest{};
    contest.pool = broadcast<Real>(-1.0f);
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
            rows.set(pool.most, most);
            rows.set(pool.planned, planned_flop);
        } else {
            enter(contest,
                  train_as_given(plan, path, pool, rows, seconds),
                  broadcast<Real>(static_cast<float>(p)));
        }
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
