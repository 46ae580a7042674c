// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/model/effective.hpp"

/// What is known of two paths, compared in one measure, once all months are: ratio,
/// lag, parity at any fraction, milestones (docs/model.md 5 and 10).
namespace leadtime::kernels {

/// When own first has `fraction` of theirs, and what had been spent by then; +infinity
/// where that never happens.
template <class Real>
struct Parity {
    Real month;
    Real cost_usd;
};

template <class Real>
LEADTIME_FUNCTION Parity<Real> first_parity(Plan const& plan,
                                            ComparisonPlan const& comparison,
                                            Rows outputs,
                                            float fraction) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const level = broadcast<Real>(fraction);
    Parity<Real> found{infinity, infinity};
    Real before = zero;
    Real spent_before = zero;
    for (int step = 0; step < comparison.end_step; ++step) {
        int const first = step * plan.columns;
        Real const own = outputs.get<Real>(first + comparison.own);
        Real const theirs = outputs.get<Real>(first + comparison.theirs);
        Real const spent = outputs.get<Real>(first + comparison.cumulative_spend);
        Real const ratio = select(theirs > zero, own / theirs, zero);
        Real back = zero;  // months back from this one to the crossing
        if (step > 0) {
            Real const share = logarithm(level / before) / logarithm(ratio / before);
            back = select(
                before > zero && ratio > zero, one - clamp(share, zero, one), zero);
        }
        Real const month = broadcast<Real>(static_cast<float>(step)) - back;
        Real const cost =
            step == 0 ? zero : fused(one - back, spent - spent_before, spent_before);
        auto const now = found.month == infinity && has_as_much(own, level * theirs);
        found.month = select(now, month, found.month);
        found.cost_usd = select(now, cost, found.cost_usd);
        before = ratio;
        spent_before = spent;
    }
    return found;
}

/// Fills the columns and scalars of one comparison.
template <class Real>
LEADTIME_FUNCTION void compare_paths(Plan const& plan,
                                     ComparisonPlan const& comparison,
                                     Rows rows,
                                     Rows outputs) {
    Real const zero = broadcast<Real>(0.0f);
    Record const reference = record_of(plan, comparison.reference);
    for (int step = 0; step < comparison.end_step; ++step) {
        int const first = step * plan.columns;
        Real const own = outputs.get<Real>(first + comparison.own);
        Real const theirs = outputs.get<Real>(first + comparison.theirs);
        if (comparison.ratio >= 0) {
            outputs.set(first + comparison.ratio,
                        select(theirs > zero, own / theirs, zero));
            outputs.set(first + comparison.lag,
                        lag_months(reference, rows, own, step, plan.steps));
        }
        for (int i = 0; i < comparison.fraction_count; ++i) {
            Real const level =
                broadcast<Real>(plan.fractions[comparison.first_fraction + i]);
            outputs.set(first + comparison.first_parity + i,
                        truth<Real>(has_as_much(own, level * theirs)));
        }
    }
    for (int i = 0; i < comparison.fraction_count; ++i) {
        Parity<Real> const parity = first_parity<Real>(
            plan, comparison, outputs, plan.fractions[comparison.first_fraction + i]);
        outputs.set(comparison.first_parity_month + i, parity.month);
        outputs.set(comparison.first_parity_cost + i, parity.cost_usd);
    }
}

/// Milestones of one record, and the lag behind another at each of them.
template <class Real>
LEADTIME_FUNCTION void reach_milestones(Plan const& plan,
                                        MilestonePlan const& group,
                                        Rows rows,
                                        Rows outputs) {
    using Int = typename Lanes<Real>::Int;
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const zero = broadcast<Real>(0.0f);
    Record const record = record_of(plan, group.own);
    for (int m = 0; m < group.level_count; ++m) {
        Real const level = broadcast<Real>(plan.milestones[group.first_level + m]);
        FirstReached<Real> const first = first_reached(
            record, rows, level, level, record.history_count + plan.steps);
        Real const month = milestone_month(record, first);
        if (group.first_month >= 0) {
            outputs.set(group.first_month + m, month);
        }
        if (group.first_cost >= 0) {
            Int const step = first.point - record.history_count;
            Int const here = select(step < Int(0), Int(0), step);
            Int const last = Int(plan.steps - 1);
            Int const bounded = select(here > last, last, here);
            Int const before = select(bounded > Int(0), bounded - 1, Int(0));
            Real const spend_here = outputs.get_by_lane<Real>(group.cumulative_spend,
                                                              bounded * plan.columns);
            Real const spend_before = outputs.get_by_lane<Real>(group.cumulative_spend,
                                                                before * plan.columns);
            Real cost = fused(first.fraction, spend_here - spend_before, spend_before);
            cost = select(step <= Int(0), zero, cost);
            outputs.set(group.first_cost + m, select(first.never, infinity, cost));
        }
        if (group.first_lag >= 0) {
            Record const theirs = record_of(plan, group.theirs);
            Real const their_month = milestone_month(
                theirs,
                first_reached(
                    theirs, rows, level, level, theirs.history_count + plan.steps));
            Real lag = select(month == their_month, zero, month - their_month);
            lag = select(month == infinity, infinity, lag);
            outputs.set(group.first_lag + m, lag);
        }
    }
}

}  // namespace leadtime::kernels
