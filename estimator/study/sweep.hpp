// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/run_options.hpp"
#include "estimator/study/buying_policy.hpp"
#include "estimator/study/design.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What `leadtime sweep` was asked.
struct SweepOptions {
    std::vector<std::string> vary;     ///< SweepDesign
    std::size_t latin_hypercube = 0;   ///< cells; 0: a grid
    std::vector<std::string> outputs;  ///< select_outputs(); none: lags at the end
    /// Of the whole sweep, which the reader has already; for the record.
    std::vector<std::string> overrides = {};
};

/// Reads the scenario with these overrides on top of those of the whole sweep.
using ScenarioReader =
    std::function<Scenario(std::vector<std::string> const& overrides)>;

/// One cell of a sweep, run.
struct SweptCell {
    std::size_t number = 0;
    std::vector<SelectedOutput> outputs;
    std::vector<Row> rows;  ///< of exact_row(), by output
};

/// Every cell of a design, run with the same seed, so that cells differ by their keys
/// only.
class Sweep {
  public:
    /// Reads the first and the last cell. `run` gives samples, seed, progress (cells)
    /// and stop. Throws: text::ConfigError, RunError.
    Sweep(ScenarioReader read, SweepOptions const& options, RunOptions run);

    SweepDesign const& design() const { return design_; }
    /// Of the first cell, with the outputs.
    Scenario const& scenario() const { return model_.scenario(); }
    /// Of every cell, in order.
    std::vector<SelectedOutput> const& outputs() const { return outputs_; }

    /// Runs the cells from `first` on, and hands each on before the next begins.
    /// Throws: text::ConfigError, RunError, Interrupted.
    void run(Executor const& executor,
             std::size_t first,
             std::function<void(SweptCell const&)> const& take) const;

  private:
    Scenario scenario_of(std::size_t cell) const;
    Model model_of(std::size_t cell) const;
    /// What cells are offered where paths look for a policy: found for the first cell
    /// and the extreme ones of each key, before any is run, so that cells stay
    /// independent.
    std::vector<PolicyOffer> offers(Executor const& executor) const;
    SweptCell run_cell(Executor const& executor,
                       std::size_t cell,
                       std::vector<PolicyOffer> const& offers) const;

    ScenarioReader read_;
    RunOptions run_;
    SweepDesign design_;
    std::vector<std::string> wanted_;
    Model model_;  ///< of the first cell
    std::vector<SelectedOutput> outputs_;
};

}  // namespace leadtime::estimator
