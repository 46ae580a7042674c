// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include "tests/support/reference_formula.hpp"
#include "tests/support/reference_lag.hpp"

#include <cstddef>
#include <vector>

namespace leadtime::tests {

/// Effective compute of all paths in one sample (model.md 9), in double and step by
/// step.
class ReferenceProgress {
  public:
    /// Keeps references: all must outlive this.
    ReferenceProgress(estimator::Scenario const& scenario,
                      ReferenceQuantities& quantities,
                      ReferenceRecord& record);

    /// Once every path has taken `step`: appends effective_flop and
    /// algorithmic_efficiency.
    void advance(int step);

    /// The path's effective FLOP with those of its history, once all months are known.
    ReferenceRuns runs(std::size_t path) const;

  private:
    struct State {
        std::vector<double> algorithms;  ///< by step
        double start_speed = 0.0;        ///< doublings a month
        ReferenceRuns runs;              ///< effective FLOP, history first
        double released = 0.0;           ///< best open weights so far
        double leaked = 0.0;
        bool was_leaking = false;
        bool done = false;  ///< this step
    };

    double at(estimator::Input const& input) { return quantities_.value(input, step_); }
    double not_negative(estimator::Input const& input);
    double fraction(estimator::Input const& input);
    void advance_path(std::size_t path);
    double algorithms_at(State const& state, double month) const;
    double best_at(State const& state, double month) const;

    estimator::Scenario const& scenario_;
    ReferenceQuantities& quantities_;
    ReferenceRecord& record_;
    std::vector<State> states_;  ///< by path
    int step_ = 0;
};

/// Everything of model.md 10 that compares paths: other references, parity at
/// fractions, effective FLOP and its milestones. Appends to the record.
void append_catchup(estimator::Scenario const& scenario,
                    ReferenceProgress const& progress,
                    ReferenceRecord& record);

}  // namespace leadtime::tests
