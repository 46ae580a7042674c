// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_lag.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leadtime::tests {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr double tie = 1e-5;  // docs/model.md 5: runs that differ by less are equal

}  // namespace

ReferenceRuns reference_runs(estimator::Path const& path,
                             std::vector<double> const& run_flop) {
    ReferenceRuns runs{path.history};
    for (std::size_t t = 0; t < run_flop.size(); ++t) {
        runs.points.emplace_back(static_cast<double>(t), run_flop[t]);
    }
    return runs;
}

bool reference_has_as_much(double own, double theirs) {
    return own > 0.0 && own >= theirs * (1.0 - tie);
}

ReferenceCrossing
first_crossing(ReferenceRuns const& runs, double level, double tie_fraction) {
    for (std::size_t i = 0; i < runs.points.size(); ++i) {
        auto const [month, flop] = runs.points[i];
        if (flop < level * (1.0 - tie_fraction)) {
            continue;
        }
        if (i == 0) {
            return {Reached::before_record, 0.0, 0};
        }
        auto const [month_before, flop_before] = runs.points[i - 1];
        if (flop_before <= 0.0) {
            return {Reached::within, month, i};
        }
        double const fraction =
            std::min(1.0, std::log(level / flop_before) / std::log(flop / flop_before));
        return {Reached::within, month_before + fraction * (month - month_before), i};
    }
    return {};
}

double reference_lag(ReferenceRuns const& reference, double flop, double month) {
    if (flop == 0.0) {
        return infinity;
    }
    ReferenceCrossing const crossing = first_crossing(reference, flop, tie);
    switch (crossing.reached) {
    case Reached::before_record:
        return infinity;
    case Reached::within:
        return month - crossing.month;
    case Reached::beyond_horizon:
        break;
    }
    return -infinity;
}

double reference_causal_lag(ReferenceRuns const& reference, double flop, double month) {
    double const lag = reference_lag(reference, flop, month);
    if (lag == infinity) {
        return month - reference.points.front().first;
    }
    return lag == -infinity ? 0.0 : lag;
}

double reference_parity_month(std::vector<double> const& own,
                              std::vector<double> const& reference) {
    for (std::size_t t = 0; t < own.size(); ++t) {
        if (!reference_has_as_much(own[t], reference[t])) {
            continue;
        }
        auto const month = static_cast<double>(t);
        if (t == 0 || own[t - 1] <= 0.0 || reference[t - 1] <= 0.0
            || reference[t] <= 0.0) {
            return month;
        }
        double const before = own[t - 1] / reference[t - 1];
        double const after = own[t] / reference[t];
        return month - 1.0
               + std::min(1.0, std::log(1.0 / before) / std::log(after / before));
    }
    return infinity;
}

double reference_milestone_month(estimator::Path const& path,
                                 std::vector<double> const& run_flop,
                                 double milestone) {
    ReferenceCrossing const crossing =
        first_crossing(reference_runs(path, run_flop), milestone);
    switch (crossing.reached) {
    case Reached::before_record:
        return path.history.empty() ? 0.0 : -infinity;
    case Reached::within:
        return crossing.month;
    case Reached::beyond_horizon:
        break;
    }
    return infinity;
}

double reference_spend_at(std::vector<double> const& total_spend, double month) {
    if (month <= 0.0) {
        return 0.0;
    }
    if (month == infinity) {
        return infinity;
    }
    auto const below = static_cast<std::size_t>(month);
    double const fraction = month - static_cast<double>(below);
    if (below + 1 >= total_spend.size()) {
        return total_spend.back();
    }
    return total_spend[below]
           + fraction * (total_spend[below + 1] - total_spend[below]);
}

double reference_milestone_lag(double own, double reference) {
    if (own == infinity) {
        return infinity;
    }
    if (reference == infinity) {
        return -infinity;
    }
    return own == reference ? 0.0 : own - reference;
}

}  // namespace leadtime::tests
