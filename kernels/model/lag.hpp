// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/math.hpp"
#include "kernels/lanes/rows.hpp"
#include "kernels/plan/plan.hpp"

/// When a path first had a level of FLOP, and what follows from it: lags, milestones,
/// parity (docs/model.md 5).
namespace leadtime::kernels {

/// Runs of two paths that differ by less than this are equal: with the same
/// accelerators and the same limit (critical batch, failures) they do the same, but for
/// rounding.
inline constexpr float tie_fraction = 1e-5f;  // docs/model.md 5

/// Whether a path does as much as another, or as a part of it; false without a run.
template <class Real>
LEADTIME_FUNCTION auto has_as_much(Real own, Real theirs) {
    return own >= theirs * (1.0f - tie_fraction) && own > broadcast<Real>(0.0f);
}

/// The record of a path's largest run: history before the start, then the steps done so
/// far. Point i of `best` is the largest FLOP up to it, so it never falls and can be
/// bisected; points of steps to come hold +infinity.
struct Record {
    int flop = 0;  ///< first row of FLOP by point
    int best = 0;  ///< first row of the largest FLOP so far
    int history_count = 0;
    float const* history_months = nullptr;

    LEADTIME_FUNCTION float month_of(int point) const {
        return point < history_count ? history_months[point]
                                     : static_cast<float>(point - history_count);
    }
};

LEADTIME_FUNCTION Record record_of(Plan const& plan, PathPlan const& path) {
    return {path.search_flop,
            path.search_best,
            path.history_count,
            plan.history_months + path.first_history};
}

LEADTIME_FUNCTION Record record_of(Plan const& plan, RecordPlan const& record) {
    return {record.flop,
            record.best,
            record.history_count,
            plan.history_months + record.first_history};
}

/// Fills the record with the history and +infinity for the steps to come.
template <class Real>
LEADTIME_FUNCTION void start_record(Plan const& plan, PathPlan const& path, Rows rows) {
    for (int i = 0; i < path.history_count; ++i) {
        Real const flop = broadcast<Real>(plan.history_flop[path.first_history + i]);
        rows.set(path.search_flop + i, flop);
        rows.set(path.search_best + i, flop);
    }
    for (int i = path.history_count; i < path.history_count + plan.steps; ++i) {
        rows.set(path.search_best + i, broadcast<Real>(__builtin_inff()));
    }
}

/// Adds this step's largest run to the record.
template <class Real>
LEADTIME_FUNCTION void
extend_record(PathPlan const& path, Rows rows, int step, Real flop) {
    int const point = path.history_count + step;
    rows.set(path.search_flop + point, flop);
    rows.set(path.search_best + point,
             point == 0 ? flop
                        : maximum(flop, rows.get<Real>(path.search_best + point - 1)));
}

/// Where a level was first reached.
template <class Real>
struct FirstReached {
    typename Lanes<Real>::Int
        point;  ///< first point with FLOP >= level; `points` if none
    typename Lanes<Real>::Mask
        at_start;  ///< already the first point: month is not known
    typename Lanes<Real>::Mask never;
    Real month;     ///< linear in log FLOP between the point before and this one
    Real fraction;  ///< of the way from the point before to this one, 0..1
};

/// Where a level was first reached among the first `points` points of a record. A point
/// that has `least`, which is the level or little less, counts as having it.
template <class Real>
LEADTIME_FUNCTION FirstReached<Real>
first_reached(Record const& record, Rows rows, Real level, Real least, int points) {
    using Int = typename Lanes<Real>::Int;
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Int below = Int(0);  // points known to be below the level
    int width = 1;
    while (width < points) {
        width *= 2;
    }
    for (; width > 0; width /= 2) {
        Int const probe = below + (width - 1);
        auto const inside = probe < Int(points);
        Real const best =
            rows.get_by_lane<Real>(record.best, select(inside, probe, Int(0)));
        below = select(inside && best < least, probe + 1, below);
    }
    auto const never = below >= Int(points);
    auto const at_start = below == Int(0);
    Int const here = select(never, Int(points - 1), below);
    Int const before = select(at_start, Int(0), here - 1);
    Real const flop_here = rows.get_by_lane<Real>(record.flop, here);
    Real const flop_before = rows.get_by_lane<Real>(record.flop, before);
    Real fraction = logarithm(level / flop_before) / logarithm(flop_here / flop_before);
    fraction = select(flop_before > zero, clamp(fraction, zero, one), one);

    Int const history = Int(record.history_count);
    Real month_here = to_real(here - history);
    Real month_before = to_real(before - history);
    for (int i = 0; i < record.history_count; ++i) {
        Real const dated = broadcast<Real>(record.history_months[i]);
        month_here = select(here == Int(i), dated, month_here);
        month_before = select(before == Int(i), dated, month_before);
    }
    return {below,
            at_start,
            never,
            fused(fraction, month_here - month_before, month_before),
            fraction};
}

/// lag = this month - the month the reference first had `flop`; +infinity where that
/// was before the record (or there is no run), -infinity where it is beyond the
/// horizon.
template <class Real>
LEADTIME_FUNCTION Real
lag_months(Record const& reference, Rows rows, Real flop, int step, int steps) {
    Real const infinity = broadcast<Real>(__builtin_inff());
    FirstReached<Real> const first = first_reached(reference,
                                                   rows,
                                                   flop,
                                                   flop * (1.0f - tie_fraction),
                                                   reference.history_count + steps);
    Real const now = broadcast<Real>(static_cast<float>(step));
    Real const lag = select(first.never, -infinity, now - first.month);
    return select(first.at_start || flop <= broadcast<Real>(0.0f), infinity, lag);
}

/// Whether the reference has reached all that lags wait for by the steps before `step`:
/// what it does later changes none of them.
template <class Real>
LEADTIME_FUNCTION bool
lags_are_settled(Plan const& plan, Rows rows, Rows outputs, int step) {
    PathPlan const& reference = plan.paths[plan.reference];
    Real const best =
        rows.get<Real>(reference.search_best + reference.history_count + step - 1);
    for (int i = 0; i < plan.counts.awaited_flop; ++i) {
        Real const flop = outputs.get<Real>(plan.awaited_flop[i]);
        if (any_lane(best < flop * (1.0f - tie_fraction))) {
            return false;
        }
    }
    return true;
}

/// The lag as it can be known at this step: nothing reached yet gives 0, nothing
/// recorded early enough gives the months since the first record.
template <class Real>
LEADTIME_FUNCTION Real
lag_so_far(Record const& reference, Rows rows, Real flop, int step) {
    Real const zero = broadcast<Real>(0.0f);
    FirstReached<Real> const first = first_reached(reference,
                                                   rows,
                                                   flop,
                                                   flop * (1.0f - tie_fraction),
                                                   reference.history_count + step + 1);
    auto const now = static_cast<float>(step);
    float const since =
        now - (reference.history_count > 0 ? reference.month_of(0) : 0.0f);
    Real const lag = select(first.never, zero, broadcast<Real>(now) - first.month);
    return select(first.at_start || flop <= zero, broadcast<Real>(since), lag);
}

/// The month a path first has `level`: -infinity before the record, 0 at step 0 where
/// there is no history, +infinity beyond the horizon.
template <class Real>
LEADTIME_FUNCTION Real milestone_month(Record const& record,
                                       FirstReached<Real> const& first) {
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real const early = record.history_count > 0 ? -infinity : broadcast<Real>(0.0f);
    return select(first.never, infinity, select(first.at_start, early, first.month));
}

/// First step at which a path has as much as the reference (its `parity` column is 1),
/// linear in the logarithm of `ratio` where both steps have one; +infinity if never.
template <class Real>
LEADTIME_FUNCTION Real
parity_month(Plan const& plan, Rows outputs, int parity_column, int ratio_column) {
    Real const zero = broadcast<Real>(0.0f);
    Real const one = broadcast<Real>(1.0f);
    Real const infinity = broadcast<Real>(__builtin_inff());
    Real found = infinity;
    Real before = zero;
    for (int step = 0; step < plan.steps; ++step) {
        int const first = step * plan.columns;
        Real const ratio = outputs.get<Real>(first + ratio_column);
        auto const level =
            outputs.get<Real>(first + parity_column) > broadcast<Real>(0.5f);
        Real back = zero;  // months back from this one to the crossing
        if (step > 0) {
            Real const fraction = logarithm(one / before) / logarithm(ratio / before);
            back = select(
                before > zero && ratio > zero, one - clamp(fraction, zero, one), zero);
        }
        Real const month = broadcast<Real>(static_cast<float>(step)) - back;
        found = select(found == infinity && level, month, found);
        before = ratio;
    }
    return found;
}

}  // namespace leadtime::kernels
