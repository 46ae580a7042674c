// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/philox.hpp"
#include "kernels/model/largest_run.hpp"
#include "kernels/model/plan_rows.hpp"

/// Runs on pools that need the cluster model, by far the dearest part of a step.
///
/// Each sample of each path asks for the pool that could do most and goes on until no
/// pool can beat what it has found. Samples differ in the pools they ask for, and in
/// whether they train dense models or mixtures; so what a tile asks for is collected
/// and worked off in full packs. What a sample gets does not depend on the pack it is
/// in.
namespace leadtime::kernels {

/// Whether anything needs the runs that a path could do in a step.
LEADTIME_FUNCTION bool runs_count(Plan const& plan, int path, int step) {
    return plan.run_steps[path * plan.steps + step] != 0;
}

/// Whether they need the cluster model.
LEADTIME_FUNCTION bool trains_job(Plan const& plan, int path, int step) {
    return !plan.plans_only && plan.paths[path].job >= 0
           && runs_count(plan, path, step);
}

/// Leaves the number of the pool to look at next, or -1, in its row: that which could
/// do most of those that could do more than the best run so far.
template <class Real>
LEADTIME_FUNCTION void ask_for_pool(Plan const& plan, PathPlan const& path, Rows rows) {
    JobPlan const& job = plan.jobs[path.job];
    Real next = broadcast<Real>(-1.0f);
    Real best = rows.get<Real>(job.contest + contest_best_flop);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        if (!is_modelled(pool)) {
            continue;
        }
        Real const most = rows.get<Real>(pool.most);
        auto const is_next = most > best;
        next = select(is_next, broadcast<Real>(static_cast<float>(p)), next);
        best = select(is_next, most, best);
    }
    rows.set(job.next_pool, next);
}

/// A sample of a path that asks for a pool.
struct TrainingRequest {
    std::int32_t path;
    std::int32_t lane;
};

/// What the requests of a pack need. Filled one by one: gathering the place of each
/// value and then the value takes twice as long.
template <class Real>
struct RequestInputs {
    static constexpr int width = Lanes<Real>::width;
    alignas(64) float cluster[cluster_input_count][width];
    alignas(64) float job[job_input_count][width];
    alignas(64) float contest[contest_values][width];
    alignas(64) float run_months[width];
    alignas(64) float number[width];  ///< of the pool
    alignas(64) float chips[width];   ///< offered, as so many of the pool's
    alignas(64) float crowd[width];   ///< real ones for each of those
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
        float const number = *own.at(job.next_pool);
        PoolPlan const& pool = plan.pools[path.first_pool + static_cast<int>(number)];
        ClusterPlan const& cluster = plan.clusters[pool.cluster];
        for (int input = 0; input < cluster_input_count; ++input) {
            in.cluster[input][i] = *own.at(cluster.rows[input]);
        }
        for (int input = 0; input < job_input_count; ++input) {
            in.job[input][i] = *own.at(job.rows[input]);
        }
        for (int value = 0; value < contest_values; ++value) {
            in.contest[value][i] = *own.at(job.contest + value);
        }
        in.run_months[i] = campaign_of<float>(path, own).pretraining_months;
        in.number[i] = number;
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

/// One run for each request of a pack, entered into its contest.
template <class Real>
LEADTIME_FUNCTION RunContest<Real> train_requests(RequestInputs<Real> const& in,
                                                  bool is_moe) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const peak = load<Real>(in.peak_flop_per_s);
    PoolInputs<Real> const pool =
        pool_inputs(peak, load<Real>(in.peak16_flop_per_s), [&](ClusterInput input) {
            return load<Real>(in.cluster[static_cast<int>(input)]);
        });
    JobPlanning<Real> const planning = job_planning<Real>(
        [&](JobInput input) { return load<Real>(in.job[static_cast<int>(input)]); });
    Real const chips = load<Real>(in.chips);
    PoolTraining<Real> const training =
        train(pool,
              planning,
              {chips, load<Real>(in.crowd), load<Real>(in.memory_share)},
              load<Real>(in.planned_flop),
              is_moe,
              load<Real>(in.is_low_precision) > zero);
    Real const given = load<Real>(in.goodput);
    Training<Real> run{};
    run.mfu = training.mfu;
    run.goodput = select(given < zero, training.goodput, given);
    run.params = training.params;
    run.used = training.used;
    run.time = scaled_time(training.step_shares, run.goodput);
    run.time.failures = one - run.goodput;
    run.flop =
        chips * (peak * run.mfu * run.goodput) * run_seconds(load<Real>(in.run_months));
    RunContest<Real> contest{};
    int row = 0;
    each_value(contest, [&](Real& value) { value = load<Real>(in.contest[row++]); });
    contest.does_not_fit = maximum(contest.does_not_fit,
                                   select(chips > zero, training.does_not_fit, zero));
    enter(contest, run, load<Real>(in.number));
    return contest;
}

/// Works off `count` requests, at most a pack of them, and strikes the pools they were
/// for off their samples' lists.
template <class Real>
LEADTIME_FUNCTION void train_pack(Plan const& plan,
                                  Rows rows,
                                  TrainingRequest const* requests,
                                  int count,
                                  bool is_moe) {
    RequestInputs<Real> in;
    read_requests(plan, rows, requests, count, in);
    auto const contest = train_requests(in, is_moe);
    int row = 0;
    each_value(contest, [&](Real const& value) { store(in.contest[row++], value); });
    for (int i = 0; i < count; ++i) {
        Rows const own = rows.shifted(requests[i].lane);
        PathPlan const& path = plan.paths[requests[i].path];
        JobPlan const& job = plan.jobs[path.job];
        for (int value = 0; value < contest_values; ++value) {
            *own.at(job.contest + value) = in.contest[value][i];
        }
        int const number = static_cast<int>(in.number[i]);
        *own.at(plan.pools[path.first_pool + number].most) = 0.0f;
    }
}

LEADTIME_FUNCTION bool asks(Plan const& plan, PathPlan const& path, Rows sample) {
    return *sample.at(plan.jobs[path.job].next_pool) >= 0.0f;
}

LEADTIME_FUNCTION bool
trains_mixture(Plan const& plan, PathPlan const& path, Rows sample) {
    JobPlan const& job = plan.jobs[path.job];
    return *sample.at(job.rows[static_cast<int>(JobInput::is_moe)]) > 0.5f;
}

/// Single samples: nothing to collect.
template <class Real>
LEADTIME_FUNCTION void train_singles(Plan const& plan, Rows rows, int lanes, int step) {
    for (std::int32_t p = 0; p < plan.counts.paths; ++p) {
        PathPlan const& path = plan.paths[p];
        for (std::int32_t lane = 0; trains_job(plan, p, step) && lane < lanes; ++lane) {
            Rows const sample = rows.shifted(lane);
            TrainingRequest const request{p, lane};
            ask_for_pool<Real>(plan, path, sample);
            while (asks(plan, path, sample)) {
                bool const is_moe = trains_mixture(plan, path, sample);
                train_pack<Real>(plan, rows, &request, 1, is_moe);
                ask_for_pool<Real>(plan, path, sample);
            }
        }
    }
}

inline constexpr int paths_per_queue = 8;

/// What samples ask for in one round, by family.
struct TrainingQueue {
    static constexpr int capacity = samples_per_group * paths_per_queue;
    TrainingRequest dense[capacity];
    TrainingRequest mixtures[capacity];
    int dense_count = 0;
    int mixture_count = 0;

    LEADTIME_FUNCTION void collect(Plan const& plan,
                                   PathPlan const& path,
                                   Rows rows,
                                   TrainingRequest request) {
        Rows const sample = rows.shifted(request.lane);
        if (asks(plan, path, sample)) {
            if (trains_mixture(plan, path, sample)) {
                mixtures[mixture_count++] = request;
            } else {
                dense[dense_count++] = request;
            }
        }
    }
};

/// Works off `count` requests of one family, pack by pack.
template <class Real>
LEADTIME_FUNCTION void work_off(Plan const& plan,
                                Rows rows,
                                TrainingRequest const* requests,
                                int count,
                                bool is_moe) {
    constexpr int width = Lanes<Real>::width;
    for (int i = 0; i < count; i += width) {
        int const left = count - i;
        train_pack<Real>(plan, rows, requests + i, left < width ? left : width, is_moe);
    }
}

/// Rounds of the paths from `begin` to `end`, until nobody asks.
template <class Real>
LEADTIME_FUNCTION void
train_in_packs(Plan const& plan, Rows rows, int lanes, int step, int begin, int end) {
    TrainingQueue queue;
    do {
        queue.dense_count = 0;
        queue.mixture_count = 0;
        for (std::int32_t p = begin; p < end; ++p) {
            PathPlan const& path = plan.paths[p];
            if (trains_job(plan, p, step)) {
                for_lanes<Real>(rows, lanes, [&](Rows pack) {
                    ask_for_pool<Real>(plan, path, pack);
                });
                for (std::int32_t lane = 0; lane < lanes; ++lane) {
                    queue.collect(plan, path, rows, {p, lane});
                }
            }
        }
        work_off<Real>(plan, rows, queue.dense, queue.dense_count, false);
        work_off<Real>(plan, rows, queue.mixtures, queue.mixture_count, true);
    } while (queue.dense_count + queue.mixture_count > 0);
}

/// The runs of all paths on pools that need the cluster model, for `lanes` samples.
template <class Real>
LEADTIME_FUNCTION void train_pools(Plan const& plan, Rows rows, int lanes, int step) {
    if constexpr (Lanes<Real>::width == 1) {
        train_singles<Real>(plan, rows, lanes, step);
    } else {
        for (int p = 0; p < plan.counts.paths; p += paths_per_queue) {
            int const end = p + paths_per_queue;
            train_in_packs<Real>(plan,
                                 rows,
                                 lanes,
                                 step,
                                 p,
                                 end < plan.counts.paths ? end : plan.counts.paths);
        }
    }
}

}  // namespace leadtime::kernels
