// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/quantile_levels.hpp"
#include "kernels/plan/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What an output row of a Plan means to a person.
struct OutputInfo {
    std::string path;  ///< empty for quantities of [output]
    std::string metric;
    std::string unit;
    double scale = 1.0;           ///< value in `unit` = base value / scale
    bool may_be_infinite = true;  ///< censored; else infinity means overflow
    int step = -1;                ///< reported one; -1: a scalar
};

/// Which quantity (and knot) a ValueDraw draws.
struct DrawInfo {
    std::size_t quantity = 0;  ///< index into Scenario::quantities
    std::uint32_t knot = 0;
};

/// The rows of a path, or of its progress, as its surroundings see it; it has work rows
/// besides. For restrict_plan().
struct PartRows {
    int first = 0;  ///< rows [first, end) are what others may read of it
    int end = 0;
    std::vector<int> inputs;  ///< read by it
    std::vector<int> shared;  ///< read and written by it, and by others
};

/// Where a quantity's values stand: for messages.
struct QuantityRow {
    std::size_t quantity = 0;  ///< index into Scenario::quantities
    int row = 0;
    std::optional<double> month;  ///< inside at(): the one it is evaluated in
};

/// A compiled scenario: owns the arrays that kernels::Plan points into.
struct Plan {
    std::vector<kernels::ScoreDraw> score_draws;
    std::vector<std::uint32_t> sobol_directions;  ///< empty: all draws are Philox
    std::vector<kernels::Reflection> reflections;
    std::vector<kernels::ScoreTerm> reflection_terms;
    std::vector<kernels::ScoreTerm> score_terms;
    std::vector<kernels::ValueDraw> value_draws;
    std::vector<kernels::TablePiece> pieces;
    std::vector<float> coefficients;
    std::vector<float> step_scores;
    std::vector<float> step_values;
    std::vector<kernels::Constant> constants;
    std::vector<kernels::Instruction> prologue;
    std::vector<kernels::Instruction> step;
    std::vector<kernels::Instruction> after_paths;
    std::vector<kernels::Instruction> end_of_step;
    std::vector<kernels::Instruction> epilogue;
    std::vector<int> series_knot;
    std::vector<float> series_weight;
    std::vector<kernels::PathPlan> paths;
    std::vector<kernels::PathOutputs> path_outputs;
    std::vector<std::uint8_t> run_steps;  ///< [path][step]: 1 where its runs count
    std::vector<kernels::ChannelPlan> channels;
    std::vector<kernels::PoolPlan> pools;
    std::vector<int> pool_channels;
    std::vector<kernels::ClusterPlan> clusters;
    std::vector<kernels::JobPlan> jobs;
    std::vector<kernels::ChipGroup> chip_groups;
    std::vector<float> history_months;
    std::vector<float> history_flop;
    std::vector<float> milestones;  ///< of run_flop, then of effective_flop
    std::vector<kernels::MilestonePlan> milestone_groups;
    std::vector<kernels::ProgressPlan> progress;
    std::vector<kernels::ComparisonPlan> comparisons;
    std::vector<float> fractions;
    std::vector<int> column_rows;
    std::vector<std::uint8_t> column_means;  ///< kernels::Plan::column_means
    std::vector<int> scalar_rows;
    std::vector<OutputInfo> outputs;         ///< by output row
    std::vector<DrawInfo> draw_infos;        ///< by value draw
    std::vector<QuantityRow> quantity_rows;  ///< each after those that it reads
    std::map<std::string, int> metric_rows;  ///< of `path.NAME.METRIC`
    std::vector<PartRows> path_rows;
    std::vector<PartRows> progress_rows;
    QuantileLevels levels;  ///< of what is computed of each output

    int steps = 0;     ///< of the model, a month each
    int end_step = 0;  ///< steps that are run; fewer than `steps` if no more are needed
    int settled_step = 0;           ///< kernels::Plan::settled_step
    std::vector<int> awaited_flop;  ///< output rows
    int months_per_report = 1;      ///< months of a reported step
    int month_outputs = 0;          ///< kernels::Plan::month_outputs
    float start_year = 0.0f;
    int month_row = 0;
    int year_row = 0;
    int watch_row = -1;
    int workspace_rows = 0;
    int scratch_scores = 0;
    int sobol_replicate_shift = 32;
    int reference = -1;

    int reported_steps() const { return steps / months_per_report; }
    /// The last month of a reported step, from the start.
    int last_month(int reported) const {
        return (reported + 1) * months_per_report - 1;
    }

    /// The view that kernels take; valid while this Plan is neither moved nor changed.
    kernels::Plan view() const;
    /// The same over copies of the arrays: `place` is told where an array lies and its
    /// size in bytes, and gives where kernels will find it, e.g. on a device.
    using Placer = std::function<void const*(void const* array, std::size_t bytes)>;
    kernels::Plan view(Placer const& place) const;
};

}  // namespace leadtime::estimator
