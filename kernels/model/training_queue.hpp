// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/philox.hpp"
#include "kernels/model/pool_search.hpp"
#include "kernels/model/training_request.hpp"

/// Runs on pools that need the cluster model, by far the dearest part of a step.
///
/// Each sample of each path asks for the pool that could do most and goes on until no
/// pool can beat what it has found. Samples differ in the pools they ask for, and in
/// whether they train dense models or mixtures; so what a tile asks for is collected
/// and worked off in full packs. What a sample gets does not depend on the pack it is
/// in, nor on the order of runs.
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

/// One run on one pool of a single sample.
template <class Real>
LEADTIME_FUNCTION void
train_single(Plan const& plan, Rows rows, TrainingRequest const& request) {
    bool const is_moe =
        trains_mixture(plan, plan.paths[request.path], rows.shifted(request.lane));
    RequestInputs<Real> inputs;
    read_requests(plan, rows, &request, 1, inputs);
    RequestedRun<Real> const requested = plan_requests(inputs, is_moe);
    PoolInputs<Real> const& in = requested.in;
    ClusterJob<Real> const& job = requested.run.job;
    ClusterStep<Real> const step = automatic_step(
        in.hardware,
        in.constants,
        job,
        cluster_shared(in.hardware, in.constants, job),
        requested.run.most,
        [&](Real used) { return lost_time(in, used); },
        numbers_of(in, job));
    enter_request(plan, rows, request, values_of(trained(requested, step)), 0);
}

/// Single samples: nothing to collect.
template <class Real>
LEADTIME_FUNCTION void train_singles(Plan const& plan, Rows rows, int lanes, int step) {
    for (std::int32_t p = 0; p < plan.counts.paths; ++p) {
        PathPlan const& path = plan.paths[p];
        for (std::int32_t lane = 0; trains_job(plan, p, step) && lane < lanes; ++lane) {
            auto const next = [&] {
                return static_cast<std::int32_t>(
                    next_pool<float>(plan, path, rows.shifted(lane)));
            };
            for (std::int32_t pool = next(); pool >= 0; pool = next()) {
                train_single<Real>(plan, rows, {p, lane, pool});
            }
        }
    }
}

inline constexpr int paths_per_queue = 8;

/// What samples of one family ask for; each path of a sample for one pool at a time. The
/// newest come first, so that a sample that asks often is not left over at the end.
struct TrainingQueue {
    static constexpr int capacity = samples_per_group * paths_per_queue;
    TrainingRequest requests[capacity];
    int count = 0;

    void push(TrainingRequest const& request) {
        LEADTIME_EXPECT(count < capacity);
        requests[count++] = request;
    }
};

/// The requests of one family, until nobody asks.
template <class Real>
struct QueueWorker {
    static constexpr int width = Lanes<Real>::width;
    Plan const& plan;
    Rows rows;
    bool is_moe;
    TrainingQueue& queue;
    LaneStack<Real, PoolSearch<Real>>& waiting;

    void work() {
        while (queue.count + waiting.size() > 0) {
            bool const is_full = waiting.size() >= width;
            bool const is_fuller = queue.count < width && waiting.size() > queue.count;
            PoolSearch<Real> search;
            if (is_full || is_fuller) {
                int const count = waiting.pop(search);
                search.requested.run.job.is_moe = is_moe;
                try_next(search, next_number(search));
                go_on(search, count);
            } else {
                go_on(search, begin(search));
            }
        }
    }

    /// Takes requests from the queue; gives their number.
    int begin(PoolSearch<Real>& search) {
        int const count = queue.count < width ? queue.count : width;
        queue.count -= count;
        TrainingRequest const* const own = queue.requests + queue.count;
        RequestInputs<Real> inputs;
        read_requests(plan, rows, own, count, inputs);
        search.requested = plan_requests(inputs, is_moe);
        std::int32_t places[3][width];
        for (int i = 0; i < width; ++i) {
            TrainingRequest const& request = own[i < count ? i : count - 1];
            places[0][i] = request.path;
            places[1][i] = request.lane;
            places[2][i] = request.pool;
        }
        memcpy(&search.path, places[0], sizeof search.path);
        memcpy(&search.lane, places[1], sizeof search.lane);
        memcpy(&search.pool, places[2], sizeof search.pool);
        begin_search(search);
        return count;
    }

    /// Looks on in the first `count` lanes while most of them do. Those that have found
    /// the best are entered, and the others wait.
    void go_on(PoolSearch<Real>& search, int count) {
        auto const is_own = lane_number<Real>() < count;
        for (;;) {
            auto next = next_number(search);
            next.is_there = next.is_there && is_own;
            TakenLanes const on = taken_lanes(next.is_there);
            bool const can_wait = queue.count + waiting.size() > 0;
            if (on.count == 0 || (can_wait && 2 * on.count <= count)) {
                enter(search, taken_lanes(is_own && !next.is_there));
                if (on.count > 0) {
                    waiting.push(search, on);
                }
                return;
            }
            try_next(search, next);
        }
    }

    void enter(PoolSearch<Real> const& search, TakenLanes done) {
        if (done.count == 0) {
            return;
        }
        auto const runs = values_of(trained(search.requested, search.best.step));
        std::int32_t places[3][width];
        memcpy(places[0], &search.path, sizeof search.path);
        memcpy(places[1], &search.lane, sizeof search.lane);
        memcpy(places[2], &search.pool, sizeof search.pool);
        for (std::uint32_t bits = done.bits; bits != 0; bits &= bits - 1) {
            int const i = __builtin_ctz(bits);
            TrainingRequest request{places[0][i], places[1][i], places[2][i]};
            enter_request(plan, rows, request, runs, i);
            request.pool = static_cast<std::int32_t>(next_pool<float>(
                plan, plan.paths[request.path], rows.shifted(request.lane)));
            if (request.pool >= 0) {
                queue.push(request);
            }
        }
    }
};

template <class Real>
void work_off(Plan const& plan, Rows rows, TrainingQueue& queue, bool is_moe) {
    if (queue.count > 0) {
        LaneStack<Real, PoolSearch<Real>> waiting;
        QueueWorker<Real>{plan, rows, is_moe, queue, waiting}.work();
    }
}

/// The paths from `begin` to `end`.
template <class Real>
LEADTIME_FUNCTION void
train_in_packs(Plan const& plan, Rows rows, int lanes, int step, int begin, int end) {
    TrainingQueue dense;
    TrainingQueue mixtures;
    for (std::int32_t p = begin; p < end; ++p) {
        if (!trains_job(plan, p, step)) {
            continue;
        }
        PathPlan const& path = plan.paths[p];
        for (std::int32_t first = 0; first < lanes; first += Lanes<Real>::width) {
            float pools[Lanes<Real>::width];
            store(pools, next_pool<Real>(plan, path, rows.shifted(first)));
            for (std::int32_t i = 0; i < Lanes<Real>::width; ++i) {
                std::int32_t const lane = first + i;
                auto const pool = static_cast<std::int32_t>(pools[i]);
                if (pool >= 0) {
                    bool const is_moe = trains_mixture(plan, path, rows.shifted(lane));
                    (is_moe ? mixtures : dense).push({p, lane, pool});
                }
            }
        }
    }
    work_off<Real>(plan, rows, dense, false);
    work_off<Real>(plan, rows, mixtures, true);
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
