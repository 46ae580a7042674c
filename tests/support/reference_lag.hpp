// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace leadtime::tests {

/// Largest runs over time: (month from start, FLOP), history first.
struct ReferenceRuns {
    std::vector<std::pair<double, double>> points;
};

/// A path's history and the runs of its months.
ReferenceRuns reference_runs(estimator::Path const& path,
                             std::vector<double> const& run_flop);

/// When a level was first reached.
enum class Reached { before_record, within, beyond_horizon };
struct ReferenceCrossing {
    Reached reached = Reached::beyond_horizon;
    double month = 0.0;     ///< where `within`
    std::size_t point = 0;  ///< the first point at or above the level
};

/// The first point with FLOP >= level, interpolated in log FLOP with the one before it.
/// A point whose FLOP lie below the level by less than `tie` of it has them, too.
ReferenceCrossing
first_crossing(ReferenceRuns const& runs, double level, double tie = 0.0);

/// Whether `own` is `theirs` or more, but for what counts as equal (docs/model.md 5).
bool reference_has_as_much(double own, double theirs);

/// The lag at `month` of a path that does `flop`; +infinity "before the record",
/// -infinity "beyond the horizon".
double reference_lag(ReferenceRuns const& reference, double flop, double month);

/// The lag that formulas read: `reference` holds the points up to `month` only.
double reference_causal_lag(ReferenceRuns const& reference, double flop, double month);

/// First month with own >= reference, own > 0; +infinity if never.
double reference_parity_month(std::vector<double> const& own,
                              std::vector<double> const& reference);

/// Month of the first crossing of a milestone; -infinity where the first point of the
/// history has it, 0 where step 0 has it and there is no history, +infinity if never.
double reference_milestone_month(estimator::Path const& path,
                                 std::vector<double> const& run_flop,
                                 double milestone);

/// Cumulative spend at a (milestone) month.
double reference_spend_at(std::vector<double> const& total_spend, double month);

/// Own milestone month less the reference's.
double reference_milestone_lag(double own, double reference);

}  // namespace leadtime::tests
