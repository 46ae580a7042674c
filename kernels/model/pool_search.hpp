// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lane_stack.hpp"
#include "kernels/model/training_request.hpp"

/// What automatic_step() does, for packs: most samples are content with the accelerators
/// that they are offered, or with few tries of fewer. So those that look on leave their
/// packs and meet in full ones; each looks at the same numbers as it would alone.
namespace leadtime::kernels {

/// What a run needs of its best step.
template <class Real>
struct RunStep {
    Real step_s;
    Real compute_s;
    Real tensor_s;
    Real expert_s;
    Real latency_s;
    Real pipeline_s;
    Real data_s;
    Real chips_used;
    typename Lanes<Real>::Mask is_feasible;

    RunStep() = default;
    LEADTIME_FUNCTION explicit RunStep(ClusterStep<Real> const& step)
        : step_s(step.step_s)
        , compute_s(step.compute_s)
        , tensor_s(step.tensor_s)
        , expert_s(step.expert_s)
        , latency_s(step.latency_s)
        , pipeline_s(step.pipeline_s)
        , data_s(step.data_s)
        , chips_used(step.chips_used)
        , is_feasible(step.is_feasible) {}
};

template <class Real, class Mask>
LEADTIME_FUNCTION RunStep<Real>
select_step(Mask mask, RunStep<Real> const& a, RunStep<Real> const& b) {
    RunStep<Real> step;
    step.step_s = select(mask, a.step_s, b.step_s);
    step.compute_s = select(mask, a.compute_s, b.compute_s);
    step.tensor_s = select(mask, a.tensor_s, b.tensor_s);
    step.expert_s = select(mask, a.expert_s, b.expert_s);
    step.latency_s = select(mask, a.latency_s, b.latency_s);
    step.pipeline_s = select(mask, a.pipeline_s, b.pipeline_s);
    step.data_s = select(mask, a.data_s, b.data_s);
    step.chips_used = select(mask, a.chips_used, b.chips_used);
    step.is_feasible = (mask && a.is_feasible) || (!mask && b.is_feasible);
    return step;
}

/// Runs on pools whose best number of accelerators is sought.
template <class Real>
struct PoolSearch {
    static constexpr int tries = NearNumbers<Real>::most_tries;
    RequestedRun<Real> requested;
    ClusterShared<Real> shared;
    Real least;  ///< chip-seconds of a step
    BestStep<Real, RunStep<Real>> best;
    Real numbers
        [tries];       ///< of accelerators, to be tried in this order; 0: not any more
    Real lost[tries];  ///< what failures multiply their times by
    typename Lanes<Real>::Int path;  ///< of the request, as the next two
    typename Lanes<Real>::Int lane;
    typename Lanes<Real>::Int pool;
};

/// One number of accelerators for each sample of `is_on`. Out of line, so that there is
/// one copy of the cluster model.
template <class Real>
[[gnu::noinline]] void try_in_search(PoolSearch<Real>& search,
                                     typename Lanes<Real>::Mask is_on,
                                     Real number,
                                     Real lost,
                                     bool is_first) {
    try_number(search.requested.in.hardware,
               search.requested.in.constants,
               search.requested.run.job,
               search.shared,
               is_on,
               number,
               lost,
               NearNumbers<Real>::is_thorough,
               is_first,
               search.best);
}

/// Tries the first number and lists the others that could be better.
template <class Real>
LEADTIME_FUNCTION void begin_search(PoolSearch<Real>& search) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    PoolInputs<Real> const& in = search.requested.in;
    ClusterJob<Real> const& job = search.requested.run.job;
    search.shared = cluster_shared(in.hardware, in.constants, job);
    search.least = least_chip_seconds(in.constants, job, search.shared);
    auto const near = numbers_of(in, job);
    Real number = first_number(job, search.requested.run.most, near);
    try_in_search(search, one <= one, number, lost_time(in, number), true);
    auto const first = first_step(number, search.best.step);
    for (int i = 0; i < search.tries; ++i) {
        number = near.number(i, number, first);
        Real const tried = at_least(number, 1.0f);
        auto const can_win =
            number >= one && search.best.can_be_beaten(search.least, one, tried);
        bool const any = any_lane(can_win);
        search.numbers[i] = select(can_win, number, zero);
        search.lost[i] = any ? lost_time(in, tried) : one;
    }
}

/// What each sample tries next.
template <class Real>
struct NextNumber {
    typename Lanes<Real>::Mask is_there;
    typename Lanes<Real>::Int place;  ///< in the list
    Real number;                      ///< 1 where nothing is tried
    Real lost;
};

template <class Real>
LEADTIME_FUNCTION NextNumber<Real> next_number(PoolSearch<Real> const& search) {
    using Int = typename Lanes<Real>::Int;
    Real const one = broadcast<Real>(1.0f);
    NextNumber<Real> next{one < one, Int(-1), one, one};
    for (int i = search.tries - 1; i >= 0; --i) {
        Real const number = search.numbers[i];
        auto const can_win =
            number >= one
            && search.best.can_be_beaten(search.least, search.lost[i], number);
        next.is_there = next.is_there || can_win;
        next.place = select(can_win, Int(i), next.place);
        next.number = select(can_win, number, next.number);
        next.lost = select(can_win, search.lost[i], next.lost);
    }
    return next;
}

template <class Real>
LEADTIME_FUNCTION void try_next(PoolSearch<Real>& search,
                                NextNumber<Real> const& next) {
    for (int i = 0; i < search.tries; ++i) {
        search.numbers[i] =
            select(next.place == i, broadcast<Real>(0.0f), search.numbers[i]);
    }
    try_in_search(search, next.is_there, next.number, next.lost, false);
}

}  // namespace leadtime::kernels
