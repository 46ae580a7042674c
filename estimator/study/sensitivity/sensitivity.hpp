// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/run_options.hpp"
#include "estimator/study/sensitivity/given_data.hpp"
#include "estimator/study/sensitivity/pick_freeze.hpp"
#include "estimator/study/sensitivity/tornado.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What `leadtime sensitivity` was asked.
struct SensitivityOptions {
    std::vector<std::string> outputs;   ///< select_outputs(); none: lags at the end
    std::vector<std::string> decision;  ///< options to choose between; one: or nothing
    std::uint64_t samples = 100'000;    ///< of the given-data indices
    std::uint64_t pick_freeze = 0;      ///< samples a run; 0: not done
    std::uint64_t tornado = 10'000;     ///< samples a run; 0: not done
    std::size_t top = 12;               ///< inputs that get a tornado and pick-freeze
    std::vector<std::string> groups;    ///< NAME=PATTERN,... in place of the top ones
};

/// Fewest samples of each method.
inline constexpr std::uint64_t fewest_sensitivity_samples = 1024;

/// One output's sensitivity. Lists are by SensitivityResult::inputs, groups and bars.
struct OutputSensitivity {
    SelectedOutput output;
    OutputSummary summary;
    std::vector<GivenDataIndices> given_data;
    std::vector<PickFreezeIndices> pick_freeze;
    std::vector<TornadoBar> tornado;
};

/// Value of information for a decision, in the options' unit.
struct DecisionValue {
    std::vector<SelectedOutput> options;
    std::vector<OutputSummary> summaries;
    std::string best;  ///< name, or "nothing"
    Estimate perfect;
    std::vector<Estimate> partial;  ///< by input
};

struct SensitivityResult {
    std::string scenario_name;
    std::string scenario_file;
    std::string scenario_hash;
    std::uint64_t seed = 0;
    SensitivityOptions options;
    std::vector<Factor> inputs;
    std::vector<FactorGroup> groups;  ///< of pick-freeze
    std::vector<std::string> bars;    ///< quantities of the tornado
    std::vector<std::pair<std::string, std::string>>
        bar_values;  ///< p5 and p95 in words
    std::vector<OutputSensitivity> outputs;
    std::optional<DecisionValue> decision;
    std::uint64_t model_runs = 0;  ///< samples in all
    std::string backend;
    std::string ordering;  ///< Thrust's back end
    double wall_time_s = 0.0;
};

/// Runs the analysis. `run` gives seed and control; its `samples` is not used.
/// Throws: RunError, Interrupted.
SensitivityResult analyse_sensitivity(Model const& model,
                                      Executor const& executor,
                                      SensitivityOptions const& options,
                                      RunOptions const& run);

/// Inputs by falling importance for one output: the largest of its indices that are
/// beyond three standard errors counts.
std::vector<std::size_t> ranked_inputs(OutputSensitivity const& output);

}  // namespace leadtime::estimator
