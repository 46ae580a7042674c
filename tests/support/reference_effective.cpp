// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_effective.hpp"

#include "tests/support/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

namespace leadtime::tests {

namespace {

using estimator::Input;
using estimator::Path;
using estimator::Progress;
using estimator::Scenario;

constexpr double plus_infinity = std::numeric_limits<double>::infinity();

}  // namespace

ReferenceProgress::ReferenceProgress(Scenario const& scenario,
                                     ReferenceQuantities& quantities,
                                     ReferenceRecord& record)
    : scenario_(scenario)
    , quantities_(quantities)
    , record_(record)
    , states_(scenario.paths.size()) {}

double ReferenceProgress::not_negative(Input const& input) {
    return std::max(at(input), 0.0);
}

double ReferenceProgress::fraction(Input const& input) {
    return std::clamp(at(input), 0.0, 1.0);
}

/// Linear between steps; before the start the efficiency of step 0, less its growth.
double ReferenceProgress::algorithms_at(State const& state, double month) const {
    if (month < 0.0) {
        return state.algorithms.front() * std::exp2(state.start_speed * month);
    }
    auto const step = static_cast<std::size_t>(month);
    if (step + 1 >= state.algorithms.size()) {
        return state.algorithms.back();
    }
    double const weight = month - static_cast<double>(step);
    return state.algorithms[step]
           + weight * (state.algorithms[step + 1] - state.algorithms[step]);
}

/// The most so far, between the points before and after a month.
double ReferenceProgress::best_at(State const& state, double month) const {
    double best_before = 0.0;
    double month_before = -plus_infinity;
    double best = 0.0;
    for (auto const& [point, flop] : state.runs.points) {
        best = std::max(best, flop);
        if (point > month) {
            if (month_before == -plus_infinity) {
                return 0.0;  // before the record
            }
            double const weight = (month - month_before) / (point - month_before);
            if (month < 0.0 && best_before <= 0.0) {
                return 0.0;
            }
            return month < 0.0 ? best_before * std::pow(best / best_before, weight)
                               : best_before + weight * (best - best_before);
        }
        best_before = best;
        month_before = point;
    }
    return best;
}

void ReferenceProgress::advance(int step) {
    step_ = step;
    for (State& state : states_) {
        state.done = false;
    }
    for (std::size_t p = 0; p < scenario_.paths.size(); ++p) {
        if (scenario_.paths[p].progress && !states_[p].done) {
            advance_path(p);
        }
    }
}

void ReferenceProgress::advance_path(std::size_t index) {
    Path const& path = scenario_.paths[index];
    Progress const& progress = *path.progress;
    State& state = states_[index];
    State const* const leader = progress.leader ? &states_[*progress.leader] : nullptr;
    if (leader != nullptr && !leader->done) {
        advance_path(*progress.leader);
    }
    // the reader asks for a leader where anything is learned from one
    State const& source = leader != nullptr ? *leader : state;
    double const now = step_;
    double const speed =
        not_negative(progress.inputs[estimator::ProgressInput::talent])
        / std::max(at(progress.inputs[estimator::ProgressInput::doubling_time]), 0.1);
    double known = 0.0;
    if (step_ == 0) {
        state.start_speed = speed;
        known = not_negative(progress.inputs[estimator::ProgressInput::level]);
    } else {
        known = state.algorithms.back() * std::exp2(speed);
    }
    if (progress.inputs[estimator::ProgressInput::spillover].quantity) {
        double const coefficient =
            not_negative(progress.inputs[estimator::ProgressInput::spillover])
            * (1.0 - fraction(progress.inputs[estimator::ProgressInput::isolation]));
        double const month =
            now
            - not_negative(progress.inputs[estimator::ProgressInput::spillover_lag]);
        known = std::max(known, coefficient * algorithms_at(source, month));
    }
    state.algorithms.push_back(known);

    double const uplift =
        not_negative(progress.inputs[estimator::ProgressInput::inference_uplift]);
    if (step_ == 0) {
        for (auto const& [month, flop] : path.history) {
            state.runs.points.emplace_back(month,
                                           flop * algorithms_at(state, month) * uplift);
        }
    }
    ReferenceMetrics& metrics = record_[path.name];
    double effective = metrics.by_step["run_flop"].back() * known * uplift;
    if (progress.inputs[estimator::ProgressInput::distillation].quantity) {
        double const access =
            fraction(progress.inputs[estimator::ProgressInput::distillation_access]);
        double const factor =
            std::max(at(progress.inputs[estimator::ProgressInput::distillation]), 1.0);
        double const student = effective * (1.0 + access * (factor - 1.0));
        double const ceiling =
            not_negative(
                progress.inputs[estimator::ProgressInput::distillation_ceiling])
            * best_at(
                source,
                now
                    - not_negative(
                        progress.inputs[estimator::ProgressInput::distillation_lag]));
        effective = std::max(effective, std::min(student, ceiling));
    }
    if (progress.inputs[estimator::ProgressInput::open_weights].quantity) {
        double const open =
            fraction(progress.inputs[estimator::ProgressInput::open_weights])
            * best_at(
                source,
                now
                    - not_negative(
                        progress.inputs[estimator::ProgressInput::open_weights_lag]));
        state.released = std::max(state.released, open);
        effective = std::max(effective, state.released);
    }
    if (progress.inputs[estimator::ProgressInput::leak].quantity) {
        bool const leaking = at(progress.inputs[estimator::ProgressInput::leak]) > 0.0;
        if (leaking && !state.was_leaking) {
            state.leaked = std::max(
                state.leaked,
                best_at(source,
                        now
                            - not_negative(
                                progress.inputs[estimator::ProgressInput::leak_gap])));
        }
        state.was_leaking = leaking;
        effective = std::max(effective, state.leaked);
    }
    state.runs.points.emplace_back(now, effective);
    metrics.by_step["effective_flop"].push_back(effective);
    metrics.by_step["algorithmic_efficiency"].push_back(known);
    state.done = true;
}

ReferenceRuns ReferenceProgress::runs(std::size_t path) const {
    return states_[path].runs;
}

namespace {

/// One measure of one path: its record and its values by step.
struct Measured {
    ReferenceRuns runs;
    std::vector<double> by_step;
};

class Catchup {
  public:
    Catchup(Scenario const& scenario,
            ReferenceProgress const& progress,
            ReferenceRecord& record)
        : scenario_(scenario)
        , progress_(progress)
        , record_(record) {}

    void append() {
        for (std::size_t p = 0; p < scenario_.paths.size(); ++p) {
            Path const& path = scenario_.paths[p];
            if (p != scenario_.reference) {
                against(p, scenario_.reference, {});
            }
            for (std::size_t const other : path.compare_to) {
                against(p, other, "." + scenario_.paths[other].name);
            }
            if (path.progress) {
                milestones(p);
            }
        }
    }

  private:
    Measured measure(std::size_t path, bool effective) {
        std::vector<double> const& values =
            record_[scenario_.paths[path].name]
                .by_step[effective ? "effective_flop" : "run_flop"];
        return {effective ? progress_.runs(path)
                          : reference_runs(scenario_.paths[path], values),
                values};
    }

    static double month_of(ReferenceRuns const& runs, double level) {
        ReferenceCrossing const crossing = first_crossing(runs, level);
        if (crossing.reached == Reached::within) {
            return crossing.month;
        }
        if (crossing.reached == Reached::beyond_horizon) {
            return plus_infinity;
        }
        return runs.points.front().first < 0.0 ? -plus_infinity : 0.0;
    }

    static std::string at_fraction(double fraction) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "@%g", fraction);
        return text.data();
    }

    void against(std::size_t p, std::size_t other, std::string const& suffix) {
        Path const& path = scenario_.paths[p];
        compare(p, other, suffix, false);
        if (path.progress && scenario_.paths[other].progress) {
            compare(p, other, suffix, true);
        }
    }

    void compare(std::size_t p,
                 std::size_t other,
                 std::string const& suffix,
                 bool effective) {
        ReferenceMetrics& metrics = record_[scenario_.paths[p].name];
        Measured const own = measure(p, effective);
        Measured const theirs = measure(other, effective);
        std::string const prefix = effective ? "effective_" : "";
        bool const has_defaults = !effective && suffix.empty();
        if (!has_defaults) {
            for (std::size_t t = 0; t < own.by_step.size(); ++t) {
                double const a = own.by_step[t];
                double const b = theirs.by_step[t];
                metrics.by_step[prefix + "ratio" + suffix].push_back(b > 0.0 ? a / b
                                                                             : 0.0);
                metrics.by_step[prefix + "lag_months" + suffix].push_back(
                    reference_lag(theirs.runs, a, static_cast<double>(t)));
            }
            for (double const level :
                 effective ? scenario_.effective_milestones : scenario_.milestones) {
                metrics.scalars[prefix + "milestone_lag_months" + suffix + "@"
                                + reference_milestone_name(level)] =
                    reference_milestone_lag(month_of(own.runs, level),
                                            month_of(theirs.runs, level));
            }
            parity(metrics, own, theirs, prefix, suffix, 1.0, "");
        }
        for (double const fraction : scenario_.parity_fractions) {
            if (has_defaults || fraction != 1.0) {
                parity(metrics,
                       own,
                       theirs,
                       prefix,
                       suffix,
                       fraction,
                       at_fraction(fraction));
            }
        }
    }

    void parity(ReferenceMetrics& metrics,
                Measured const& own,
                Measured const& theirs,
                std::string const& prefix,
                std::string const& suffix,
                double fraction,
                std::string const& name) {
        std::vector<double> part;
        auto& series = metrics.by_step[prefix + "parity" + suffix + name];
        for (std::size_t t = 0; t < own.by_step.size(); ++t) {
            part.push_back(fraction * theirs.by_step[t]);
            series.push_back(reference_has_as_much(own.by_step[t], part[t]) ? 1.0
                                                                            : 0.0);
        }
        double const month = reference_parity_month(own.by_step, part);
        metrics.scalars[prefix + "parity_month" + suffix + name] = month;
        metrics.scalars[prefix + "parity_cost_usd" + suffix + name] =
            reference_spend_at(metrics.by_step["cumulative_spend_usd"], month);
    }

    void milestones(std::size_t p) {
        ReferenceMetrics& metrics = record_[scenario_.paths[p].name];
        Measured const own = measure(p, true);
        for (double const level : scenario_.effective_milestones) {
            std::string const name = "@" + reference_milestone_name(level);
            double const month = month_of(own.runs, level);
            metrics.scalars["effective_milestone_month" + name] = month;
            metrics.scalars["effective_milestone_cost_usd" + name] =
                reference_spend_at(metrics.by_step["cumulative_spend_usd"], month);
        }
    }

    Scenario const& scenario_;
    ReferenceProgress const& progress_;
    ReferenceRecord& record_;
};

}  // namespace

void append_catchup(Scenario const& scenario,
                    ReferenceProgress const& progress,
                    ReferenceRecord& record) {
    Catchup(scenario, progress, record).append();
}

}  // namespace leadtime::tests
