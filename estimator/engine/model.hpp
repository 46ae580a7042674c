// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/output_selection.hpp"
#include "estimator/scenario/scenario.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Policies that were looked for, by number of the path: once for a model and all that is
/// made of it.
struct PolicyMemo {
    std::mutex mutex;
    std::map<std::size_t, BuyingPolicy> found;
};

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
    /// The output rows that it computes, ascending: all, or those of only().
    std::span<int const> rows() const { return *rows_; }
    /// The outputs that some texts name, as select_outputs() takes them, each once.
    /// Throws: RunError with a suggestion.
    std::vector<SelectedOutput> find(std::span<std::string const> texts) const {
        return select_outputs(*scenario_, *plan_, texts);
    }
    /// The same, but a text without a month names all months of a series.
    std::vector<SelectedOutput> find_series(std::span<std::string const> texts) const {
        return select_series(*scenario_, *plan_, texts);
    }

    /// The model that computes what the texts name too, with every quantity among it in
    /// its outputs. Throws: as find().
    Model with_outputs(std::span<std::string const> texts) const;
    /// The model that computes these output rows and nothing that they do not need, of
    /// any that the whole model has. Rows keep their numbers and their bits; what is in
    /// the others is undefined.
    Model only(std::span<int const> outputs) const;
    /// The model that computes all rows again.
    Model whole() const;
    /// The same scenario and rows with a plan that was changed: its draws held, or made
    /// anew.
    Model with_plan(Plan plan) const;

    /// Numbers of the paths that it computes, with order = "best", whose policy nobody
    /// has looked for.
    std::vector<std::size_t> undecided_paths() const;
    PolicyMemo& policy_memo() const { return *policy_memo_; }

  private:
    using Rows = std::vector<int>;
    Model(Model const& other,
          std::shared_ptr<Plan const> whole,
          std::shared_ptr<Plan const> plan,
          std::shared_ptr<Rows const> rows);

    std::shared_ptr<Scenario const> scenario_;
    std::shared_ptr<Plan const> whole_;
    std::shared_ptr<Plan const> plan_;  ///< what is needed of it
    std::shared_ptr<Rows const> rows_;
    std::shared_ptr<PolicyMemo> policy_memo_;
};

}  // namespace leadtime::estimator
