// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/largest_run.hpp"
#include "kernels/model/plan_rows.hpp"

/// Runs on pools that need the cluster model: which pool a sample asks for, what its run
/// needs to know, and what becomes of it.
namespace leadtime::kernels {

/// The number of the pool to look at next, or -1: that which could do most of those that
/// could do more than the best run so far.
template <class Real>
LEADTIME_FUNCTION Real next_pool(Plan const& plan, PathPlan const& path, Rows rows) {
    JobPlan const& job = plan.jobs[path.job];
    Real next = broadcast<Real>(-1.0f);
    Real best = rows.get<Real>(job.contest + contest_best_flop);
    for (int p = 0; p < path.pool_count; ++p) {
        Real const most = rows.get<Real>(job.most + p);
        auto const is_next = most > best;
        next = select(is_next, broadcast<Real>(static_cast<float>(p)), next);
        best = select(is_next, most, best);
    }
    return next;
}

LEADTIME_FUNCTION bool
trains_mixture(Plan const& plan, PathPlan const& path, Rows sample) {
    JobPlan const& job = plan.jobs[path.job];
    return *sample.at(job.rows[static_cast<int>(JobInput::is_moe)]) > 0.5f;
}

/// A sample of a path that asks for a pool.
struct TrainingRequest {
    std::int32_t path;
    std::int32_t lane;
    std::int32_t pool;  ///< number within the path
};

/// What the requests of a pack need. Filled one by one: gathering the place of each
/// value and then the value takes twice as long.
template <class Real>
struct RequestInputs {
    static constexpr int width = Lanes<Real>::width;
    alignas(64) float cluster[cluster_input_count][width];
    alignas(64) float job[job_input_count][width];
    alignas(64) float run_months[width];
    alignas(64) float chips[width];  ///< offered, as so many of the pool's
    alignas(64) float crowd[width];  ///< real ones for each of those
    alignas(64) float memory_share[width];
    alignas(64) float planned_flop[width];
    alignas(64) float goodput[width];  ///< below 0: the cluster model's
    alignas(64) float peak_flop_per_s[width];
    alignas(64) float peak16_flop_per_s[width];
    alignas(64) float is_low_precision[width];
};

template <class Real>
LEADTIME_FUNCTION void read_requests(Plan const& plan,
                                     Rows rows,
                                     TrainingRequest const* requests,
                                     int count,
                                     RequestInputs<Real>& in) {
    for (int i = 0; i < Lanes<Real>::width; ++i) {
        // the last one fills the pack
        TrainingRequest const request = requests[i < count ? i : count - 1];
        Rows const own = rows.shifted(request.lane);
        PathPlan const& path = plan.paths[request.path];
        JobPlan const& job = plan.jobs[path.job];
        PoolPlan const& pool = plan.pools[path.first_pool + request.pool];
        ClusterPlan const& cluster = plan.clusters[pool.cluster];
        for (int input = 0; input < cluster_input_count; ++input) {
            in.cluster[input][i] = *own.at(cluster.rows[input]);
        }
        for (int input = 0; input < job_input_count; ++input) {
            in.job[input][i] = *own.at(job.rows[input]);
        }
        in.run_months[i] = campaign_of<float>(path, own).pretraining_months;
        in.chips[i] = offered_chips<float>(path, pool, own);
        in.crowd[i] = path.joins ? *own.at(pool.join.crowd) : 1.0f;
        in.memory_share[i] = path.joins ? *own.at(pool.join.memory_share) : 1.0f;
        in.planned_flop[i] = *own.at(pool.planned);
        in.goodput[i] =
            pool.goodput >= 0 ? clamp_fraction(*own.at(pool.goodput)) : -1.0f;
        in.peak_flop_per_s[i] = pool.peak_flop_per_s;
        in.peak16_flop_per_s[i] = cluster.peak16_flop_per_s;
        in.is_low_precision[i] = cluster.is_low_precision ? 1.0f : 0.0f;
    }
}

/// A run that was asked for.
template <class Real>
struct RequestedRun {
    PoolInputs<Real> in;
    PlannedRun<Real> run;
    Real chips;
    Real batch_ratio;
    Real given_goodput;
    Real run_months;
};

template <class Real>
LEADTIME_FUNCTION RequestedRun<Real> plan_requests(RequestInputs<Real> const& in,
                                                   bool is_moe) {
    RequestedRun<Real> requested;
    requested.in =
        pool_inputs(load<Real>(in.peak_flop_per_s),
                    load<Real>(in.peak16_flop_per_s),
                    [&](ClusterInput input) {
                        return load<Real>(in.cluster[static_cast<int>(input)]);
                    });
    JobPlanning<Real> const planning = job_planning<Real>(
        [&](JobInput input) { return load<Real>(in.job[static_cast<int>(input)]); });
    requested.chips = load<Real>(in.chips);
    requested.batch_ratio = planning.batch_ratio;
    requested.given_goodput = load<Real>(in.goodput);
    requested.run_months = load<Real>(in.run_months);
    requested.run =
        plan_run(requested.in,
                 planning,
                 {requested.chips, load<Real>(in.crowd), load<Real>(in.memory_share)},
                 load<Real>(in.planned_flop),
                 is_moe,
                 load<Real>(in.is_low_precision) > broadcast<Real>(0.0f));
    return requested;
}

/// The run on the best step that was found for it; `pool` is left to fill.
template <class Real, class Step>
LEADTIME_FUNCTION RunContest<Real> trained(RequestedRun<Real> const& requested,
                                           Step const& step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const chips = requested.chips;
    PoolTraining<Real> const training =
        training_of(requested.in, requested.batch_ratio, requested.run, step);
    Real const given = requested.given_goodput;
    RunContest<Real> own{};
    Training<Real>& run = own.best;
    run.mfu = training.mfu;
    run.goodput = select(given < zero, training.goodput, given);
    run.params = training.params;
    run.used = training.used;
    run.time = scaled_time(training.step_shares, run.goodput);
    run.time.failures = broadcast<Real>(1.0f) - run.goodput;
    run.flop = chips * (requested.in.hardware.peak_flop_per_s * run.mfu * run.goodput)
               * run_seconds(requested.run_months);
    own.does_not_fit = select(chips > zero, training.does_not_fit, zero);
    return own;
}

/// Runs of a pack, as contests have them.
template <class Real>
struct RunValues {
    alignas(64) float values[contest_values][Lanes<Real>::width];
};

template <class Real>
LEADTIME_FUNCTION RunValues<Real> values_of(RunContest<Real> const& runs) {
    RunValues<Real> of;
    int row = 0;
    each_value(runs, [&](Real const& value) { store(of.values[row++], value); });
    return of;
}

/// Enters the run of lane `i` of a pack into the contest of the sample that asked for it,
/// as enter() does, and strikes its pool off the sample's list.
template <class Real>
LEADTIME_FUNCTION void enter_request(Plan const& plan,
                                     Rows rows,
                                     TrainingRequest const& request,
                                     RunValues<Real> const& runs,
                                     int i) {
    Rows const own = rows.shifted(request.lane);
    PathPlan const& path = plan.paths[request.path];
    int const contest = plan.jobs[path.job].contest;
    float* const does_not_fit = own.at(contest + contest_does_not_fit);
    *does_not_fit = maximum(*does_not_fit, runs.values[contest_does_not_fit][i]);
    float const flop = runs.values[contest_best_flop][i];
    float const best = *own.at(contest + contest_best_flop);
    auto const number = static_cast<float>(request.pool);
    if (flop > best || (flop == best && number < *own.at(contest + contest_pool))) {
        *own.at(contest + contest_pool) = number;
        for (int value = contest_best_flop; value < contest_does_not_fit; ++value) {
            *own.at(contest + value) = runs.values[value][i];
        }
    }
    *own.at(plan.jobs[path.job].most + request.pool) = 0.0f;
}

}  // namespace leadtime::kernels
