// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/largest_run.hpp"

/// Runs on pools that need the cluster model, by far the dearest part of a step.
///
/// Each sample asks for the pool that could do most and goes on until no pool can beat
/// what it has found. Samples differ in the pools they ask for, and in whether they
/// train dense models or mixtures; so what a tile asks for is collected and worked off
/// in full packs. A sample's result does not depend on which pack it is in.
namespace leadtime::kernels {

/// What the samples of a tile ask for in one round: lanes that train one family.
struct TrainingQueue {
    std::int32_t lanes[full_tile];
    int count = 0;

    LEADTIME_FUNCTION void push(int lane) { lanes[count++] = lane; }
};

/// Leaves the number of the pool to look at next, or -1, in its row: that which could
/// do most of those that could do more than the best run so far. Where sites can be
/// joined every pool counts, so all are looked at, in their order.
template <class Real>
LEADTIME_FUNCTION void ask_for_pool(Plan const& plan, PathPlan const& path, Rows rows) {
    Real const zero = broadcast<Real>(0.0f);
    Real next = broadcast<Real>(-1.0f);
    Real best = rows.get<Real>(plan.contest_rows + contest_best_flop);
    for (int p = 0; p < path.pool_count; ++p) {
        PoolPlan const& pool = plan.pools[path.first_pool + p];
        if (!is_modelled(pool)) {
            continue;
        }
        Real const most = rows.get<Real>(pool.most);
        auto const is_next = path.multi_site ? next < zero && most > zero : most > best;
        next = select(is_next, broadcast<Real>(static_cast<float>(p)), next);
        best = select(is_next, most, best);
    }
    rows.set(plan.next_pool_row, next);
}

/// What the samples of a pack need of the pools they have asked for. Filled sample by
/// sample: gathering the place of each value and then the value takes twice as long.
template <class Real>
struct AskedPools {
    static constexpr int width = Lanes<Real>::width;
    alignas(64) float inputs[cluster_input_count][width];
    alignas(64) float number[width];
    alignas(64) float chips[width];
    alignas(64) float planned_flop[width];
    alignas(64) float goodput[width];  ///< below 0: the cluster model's
    alignas(64) float peak_flop_per_s[width];
    alignas(64) float peak16_flop_per_s[width];
    alignas(64) float is_low_precision[width];
};

template <class Real>
LEADTIME_FUNCTION void ask_pools(Plan const& plan,
                                 PathPlan const& path,
                                 Rows rows,
                                 std::int32_t const* lanes,
                                 AskedPools<Real>& asked) {
    for (int i = 0; i < Lanes<Real>::width; ++i) {
        Rows const own = rows.shifted(lanes[i]);
        float const number = *own.at(plan.next_pool_row);
        PoolPlan const& pool = plan.pools[path.first_pool + static_cast<int>(number)];
        ClusterPlan const& cluster = plan.clusters[pool.cluster];
        for (int input = 0; input < cluster_input_count; ++input) {
            asked.inputs[input][i] = *own.at(cluster.rows[input]);
        }
        asked.number[i] = number;
        asked.chips[i] = *own.at(pool.chips);
        asked.planned_flop[i] = *own.at(pool.planned);
        asked.goodput[i] =
            pool.goodput >= 0 ? clamp_fraction(*own.at(pool.goodput)) : -1.0f;
        asked.peak_flop_per_s[i] = pool.peak_flop_per_s;
        asked.peak16_flop_per_s[i] = cluster.peak16_flop_per_s;
        asked.is_low_precision[i] = cluster.is_low_precision ? 1.0f : 0.0f;
    }
}

template <class Real>
LEADTIME_FUNCTION typename Lanes<Real>::Int load_int(std::int32_t const* from) {
    typename Lanes<Real>::Int a;
    memcpy(&a, from, sizeof a);
    return a;
}

/// One run for each sample of a pack, entered into its contest.
template <class Real>
LEADTIME_FUNCTION RunContest<Real> train_asked(Plan const& plan,
                                               PathPlan const& path,
                                               Rows rows,
                                               std::int32_t const* lanes,
                                               bool is_moe) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    PickedRows<Real> const picked{rows, load_int<Real>(lanes)};
    AskedPools<Real> asked;
    ask_pools(plan, path, rows, lanes, asked);
    Real const peak = load<Real>(asked.peak_flop_per_s);
    PoolInputs<Real> const in =
        pool_inputs(peak, load<Real>(asked.peak16_flop_per_s), [&](ClusterInput input) {
            return load<Real>(asked.inputs[static_cast<int>(input)]);
        });
    JobPlanning<Real> const planning = job_planning<Real>(plan.jobs[path.job], picked);
    Real const run_months = not_negative(picked.template get<Real>(path.run_months));
    Real const chips = load<Real>(asked.chips);
    Training<Real> run{};
    run.planned_flop = load<Real>(asked.planned_flop);
    PoolTraining<Real> const training =
        train(in,
              planning,
              chips,
              run.planned_flop,
              is_moe,
              load<Real>(asked.is_low_precision) > zero);
    Real const given = load<Real>(asked.goodput);
    run.mfu = training.mfu;
    run.goodput = select(given < zero, training.goodput, given);
    run.params = training.params;
    run.time = scaled_time(training.step_shares, run.goodput);
    run.time.failures = one - run.goodput;
    run.flop = chips * (peak * run.mfu * run.goodput) * run_seconds(run_months);
    auto contest = saved_contest<Real>(plan, path, picked);
    contest.does_not_fit = maximum(contest.does_not_fit,
                                   select(chips > zero, training.does_not_fit, zero));
    enter(contest, run, load<Real>(asked.number), chips * peak, path.multi_site);
    return contest;
}

/// One run for each of `count` samples, at most a pack of them, and strikes the pools
/// it was done on off their lists.
template <class Real>
LEADTIME_FUNCTION void train_pack(Plan const& plan,
                                  PathPlan const& path,
                                  Rows rows,
                                  std::int32_t const* first_lane,
                                  int count,
                                  bool is_moe) {
    constexpr int width = Lanes<Real>::width;
    std::int32_t lanes[width];
    for (int i = 0; i < width; ++i) {  // the last one fills the pack
        lanes[i] = first_lane[i < count ? i : count - 1];
    }
    auto const contest = train_asked<Real>(plan, path, rows, lanes, is_moe);
    int row = plan.contest_rows;
    each_value(path, contest, [&](Real const& value) {
        float values[width];
        store(values, value);
        for (int i = 0; i < count; ++i) {
            rows.at(row)[lanes[i]] = values[i];
        }
        ++row;
    });
    for (int i = 0; i < count; ++i) {
        int const number = static_cast<int>(rows.at(plan.next_pool_row)[lanes[i]]);
        rows.at(plan.pools[path.first_pool + number].most)[lanes[i]] = 0.0f;
    }
}

/// Works off a queue, pack by pack.
template <class Real>
LEADTIME_FUNCTION void work_off(Plan const& plan,
                                PathPlan const& path,
                                Rows rows,
                                TrainingQueue const& queue,
                                bool is_moe) {
    constexpr int width = Lanes<Real>::width;
    for (int first = 0; first < queue.count; first += width) {
        int const left = queue.count - first;
        train_pack<Real>(
            plan, path, rows, queue.lanes + first, left < width ? left : width, is_moe);
    }
}

/// Single samples: nothing to collect.
template <class Real>
LEADTIME_FUNCTION void
train_singles(Plan const& plan, PathPlan const& path, Rows rows, int lanes) {
    float const* const is_moe =
        rows.at(plan.jobs[path.job].rows[static_cast<int>(JobInput::is_moe)]);
    float const* const next = rows.at(plan.next_pool_row);
    for (std::int32_t lane = 0; lane < lanes; ++lane) {
        ask_for_pool<Real>(plan, path, rows.shifted(lane));
        while (next[lane] >= 0.0f) {
            train_pack<Real>(plan, path, rows, &lane, 1, is_moe[lane] > 0.5f);
            ask_for_pool<Real>(plan, path, rows.shifted(lane));
        }
    }
}

template <class Real>
LEADTIME_FUNCTION void
train_in_packs(Plan const& plan, PathPlan const& path, Rows rows, int lanes) {
    float const* const is_moe =
        rows.at(plan.jobs[path.job].rows[static_cast<int>(JobInput::is_moe)]);
    float const* const next = rows.at(plan.next_pool_row);
    while (true) {
        for_lanes<Real>(
            rows, lanes, [&](Rows pack) { ask_for_pool<Real>(plan, path, pack); });
        TrainingQueue dense;
        TrainingQueue mixtures;
        for (int lane = 0; lane < lanes; ++lane) {
            if (next[lane] >= 0.0f) {
                (is_moe[lane] > 0.5f ? mixtures : dense).push(lane);
            }
        }
        if (dense.count + mixtures.count == 0) {
            return;
        }
        work_off<Real>(plan, path, rows, dense, false);
        work_off<Real>(plan, path, rows, mixtures, true);
    }
}

/// The runs of a path's pools that need the cluster model, for `lanes` samples.
template <class Real>
LEADTIME_FUNCTION void
train_pools(Plan const& plan, PathPlan const& path, Rows rows, int lanes) {
    if constexpr (Lanes<Real>::width == 1) {
        train_singles<Real>(plan, path, rows, lanes);
    } else {
        train_in_packs<Real>(plan, path, rows, lanes);
    }
}

}  // namespace leadtime::kernels
