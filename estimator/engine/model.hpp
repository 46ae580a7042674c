// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/output_selection.hpp"
#include "estimator/scenario/scenario.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// A compiled scenario: what an Executor runs. Immutable and cheap to copy.
class Model {
  public:
    /// Compiles it. Throws: text::ConfigError (cycles, a distribution that cannot be
    /// tabulated).
    explicit Model(Scenario scenario);

    Scenario const& scenario() const { return *scenario_; }
    Plan const& plan() const { return *plan_; }
    std::shared_ptr<Plan const> const& shared_plan() const { return plan_; }

    /// What can be asked for, by output row.
    std::span<OutputInfo const> outputs() const { return plan_->outputs; }
    /// The outputs that some texts name, as select_outputs() takes them, each once.
    /// Throws: RunError with a suggestion.
    std::vector<SelectedOutput> find(std::span<std::string const> texts) const {
        return select_outputs(*scenario_, *plan_, texts);
    }

    /// The model with every quantity that the texts name among its outputs.
    Model with_outputs(std::span<std::string const> texts) const;
    /// The model that computes these output rows and nothing that they do not need.
    /// Rows keep their numbers and their bits; what is in the others is undefined.
    Model only(std::span<int const> outputs) const;
    /// The same scenario with a plan that was changed: its draws held, or made anew.
    Model with_plan(Plan plan) const;

  private:
    Model(std::shared_ptr<Scenario const> scenario, std::shared_ptr<Plan const> plan);

    std::shared_ptr<Scenario const> scenario_;
    std::shared_ptr<Plan const> plan_;
};

}  // namespace leadtime::estimator
