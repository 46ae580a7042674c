// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/contracts.hpp"
#include "kernels/model/channel.hpp"
#include "kernels/model/lag.hpp"
#include "kernels/model/plan_rows.hpp"

/// Effective compute: what a run's FLOP is worth with the algorithms, models and
/// inference of its path (docs/model.md 9).
namespace leadtime::kernels {

LEADTIME_FUNCTION Record record_of(Plan const& plan, ProgressPlan const& progress) {
    PathPlan const& path = plan.paths[progress.path];
    return {progress.search_flop,
            progress.search_best,
            path.history_count,
            plan.history_months + path.first_history};
}

/// Where a month lies among the steps done: row offsets and the weight of the later.
template <class Real>
struct StepPlace {
    typename Lanes<Real>::Int before;
    typename Lanes<Real>::Int after;
    Real weight;
};

/// Precondition: month <= step. Months before the start give step 0.
template <class Real>
LEADTIME_FUNCTION StepPlace<Real> place_of(Real month, int step) {
    using Int = typename Lanes<Real>::Int;
    Real const zero = broadcast<Real>(0.0f);
    Real const position = maximum(month, zero);
    Int const before = truncate_to_int(position);
    LEADTIME_EXPECT(!any_lane(before > Int(step)));
    Int const next = before + 1;
    Int const last = Int(step);
    return {before, select(next > last, last, next), position - to_real(before)};
}

/// Algorithmic efficiency of a path in a month; before the start it grew at the speed
/// of step 0.
template <class Real>
LEADTIME_FUNCTION Real
algorithms_at(ProgressPlan const& progress, Rows rows, Real month, int step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const ln2 = broadcast<Real>(0.693147181f);  // ln 2
    StepPlace<Real> const place = place_of(month, step);
    Real const before = rows.get_by_lane<Real>(progress.algorithms, place.before);
    Real const after = rows.get_by_lane<Real>(progress.algorithms, place.after);
    Real const early =
        rows.get<Real>(progress.algorithms)
        * exponential(ln2 * rows.get<Real>(progress.start_speed) * month);
    return select(month < zero, early, fused(place.weight, after - before, before));
}

/// The largest effective FLOP that a path had up to a month: linear between steps,
/// linear in the logarithm between runs of its history, 0 before the first of them.
template <class Real>
LEADTIME_FUNCTION Real effective_best_at(
    Plan const& plan, ProgressPlan const& progress, Rows rows, Real month, int step) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Record const record = record_of(plan, progress);
    Real early = zero;
    for (int i = 0; i < record.history_count; ++i) {
        Real const from = broadcast<Real>(record.month_of(i));
        Real const length = broadcast<Real>(record.month_of(i + 1)) - from;
        Real const low = rows.get<Real>(record.best + i);
        Real const high = rows.get<Real>(record.best + i + 1);
        Real const weight = clamp((month - from) / length, zero, one);
        Real const between = low * power(high / low, weight);
        early = select(month >= from, select(low > zero, between, zero), early);
    }
    StepPlace<Real> const place = place_of(month, step);
    int const first = record.best + record.history_count;
    Real const before = rows.get_by_lane<Real>(first, place.before);
    Real const after = rows.get_by_lane<Real>(first, place.after);
    return select(month < zero, early, fused(place.weight, after - before, before));
}

/// Algorithmic efficiency of this step: what was known before, improved at the path's
/// own speed, or what has come over from the leader if that is more.
template <class Real>
LEADTIME_FUNCTION Real improve_algorithms(Plan const& plan,
                                          ProgressPlan const& progress,
                                          Rows rows,
                                          int step) {
    Real const one = broadcast<Real>(1.0f);
    Real const zero = broadcast<Real>(0.0f);
    Real const ln2 = broadcast<Real>(0.693147181f);  // ln 2
    Real const speed =
        not_negative(rows.get<Real>(row_of(progress, ProgressInput::talent)))
        / maximum(rows.get<Real>(row_of(progress, ProgressInput::doubling_time)),
                  broadcast<Real>(0.1f));
    Real known = not_negative(rows.get<Real>(row_of(progress, ProgressInput::level)));
    if (step == 0) {
        rows.set(progress.start_speed, speed);
    } else {
        known =
            rows.get<Real>(progress.algorithms + step - 1) * exponential(ln2 * speed);
    }
    if (progress.learns) {
        Real const month = broadcast<Real>(static_cast<float>(step))
                           - not_negative(rows.get<Real>(
                               row_of(progress, ProgressInput::spillover_lag)));
        Real const isolation = clamp(
            rows.get<Real>(row_of(progress, ProgressInput::isolation)), zero, one);
        Real const coefficient =
            not_negative(rows.get<Real>(row_of(progress, ProgressInput::spillover)))
            * (one - isolation);
        known = maximum(
            known,
            coefficient
                * algorithms_at(plan.progress[progress.leader], rows, month, step));
    }
    rows.set(progress.algorithms + step, known);
    return known;
}

/// What a path's own `effective` FLOP become through the models of its leader.
template <class Real>
LEADTIME_FUNCTION Real take_models(Plan const& plan,
                                   ProgressPlan const& progress,
                                   Rows rows,
                                   int step,
                                   Real effective) {
    Real const one = broadcast<Real>(1.0f);
    Real const zero = broadcast<Real>(0.0f);
    auto const leader_had = [&](int ago_row) {
        Real const month = broadcast<Real>(static_cast<float>(step))
                           - not_negative(rows.get<Real>(ago_row));
        return effective_best_at(
            plan, plan.progress[progress.leader], rows, month, step);
    };
    if (progress.distils) {
        Real const access =
            clamp(rows.get<Real>(row_of(progress, ProgressInput::distillation_access)),
                  zero,
                  one);
        Real const factor =
            maximum(rows.get<Real>(row_of(progress, ProgressInput::distillation)), one);
        Real const ceiling =
            not_negative(
                rows.get<Real>(row_of(progress, ProgressInput::distillation_ceiling)))
            * leader_had(row_of(progress, ProgressInput::distillation_lag));
        Real const student = effective * fused(access, factor - one, one);
        effective = maximum(effective, minimum(student, ceiling));
    }
    if (progress.takes_open_weights) {
        Real const share = clamp(
            rows.get<Real>(row_of(progress, ProgressInput::open_weights)), zero, one);
        Real const released = maximum(
            rows.get<Real>(progress.open_floor),
            share * leader_had(row_of(progress, ProgressInput::open_weights_lag)));
        rows.set(progress.open_floor, released);
        effective = maximum(effective, released);
    }
    if (progress.takes_leaks) {
        Real const leak = rows.get<Real>(row_of(progress, ProgressInput::leak));
        auto const begins = leak > zero && rows.get<Real>(progress.leak_before) <= zero;
        Real const held = rows.get<Real>(progress.leak_floor);
        Real const leaked =
            select(begins,
                   maximum(held, leader_had(row_of(progress, ProgressInput::leak_gap))),
                   held);
        rows.set(progress.leak_before, leak);
        rows.set(progress.leak_floor, leaked);
        effective = maximum(effective, leaked);
    }
    return effective;
}

/// The known runs before the start, with the algorithms of their time.
template <class Real>
LEADTIME_FUNCTION void start_effective_record(Plan const& plan,
                                              ProgressPlan const& progress,
                                              Rows rows,
                                              Real uplift) {
    PathPlan const& path = plan.paths[progress.path];
    Real best = broadcast<Real>(0.0f);
    for (int i = 0; i < path.history_count; ++i) {
        Real const month = broadcast<Real>(plan.history_months[path.first_history + i]);
        Real const flop = broadcast<Real>(plan.history_flop[path.first_history + i])
                          * algorithms_at(progress, rows, month, 0) * uplift;
        best = maximum(flop, best);
        rows.set(progress.search_flop + i, flop);
        rows.set(progress.search_best + i, best);
    }
    for (int i = path.history_count; i < path.history_count + plan.steps; ++i) {
        rows.set(progress.search_best + i, broadcast<Real>(__builtin_inff()));
    }
}

/// One step of one path's progress. The leader's must be done.
template <class Real>
LEADTIME_FUNCTION void
step_progress(Plan const& plan, ProgressPlan const& progress, Rows rows, int step) {
    PathPlan const& path = plan.paths[progress.path];
    Real const algorithms = improve_algorithms<Real>(plan, progress, rows, step);
    Real const uplift =
        not_negative(rows.get<Real>(row_of(progress, ProgressInput::inference_uplift)));
    if (step == 0) {
        start_effective_record<Real>(plan, progress, rows, uplift);
    }
    Real const flop = rows.get<Real>(metric_row(path, PathMetric::run_flop));
    Real const effective =
        take_models(plan, progress, rows, step, flop * algorithms * uplift);
    rows.set(metric_row(progress, ProgressMetric::effective_flop), effective);
    rows.set(metric_row(progress, ProgressMetric::algorithmic_efficiency), algorithms);
    int const point = path.history_count + step;
    rows.set(progress.search_flop + point, effective);
    rows.set(progress.search_best + point,
             point == 0 ? effective
                        : maximum(effective,
                                  rows.get<Real>(progress.search_best + point - 1)));
}

}  // namespace leadtime::kernels
