// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan.hpp"

namespace leadtime::estimator {

kernels::Plan Plan::view() const {
    auto const count = [](auto const& list) { return static_cast<int>(list.size()); };
    kernels::Plan plan;
    plan.steps = steps;
    plan.months_per_step = months_per_step;
    plan.start_year = start_year;
    plan.month_row = month_row;
    plan.year_row = year_row;
    plan.workspace_rows = workspace_rows;
    plan.scratch_scores = scratch_scores;
    plan.output_rows = count(outputs);
    plan.columns = count(column_rows);
    plan.reference = reference;

    plan.score_draws = score_draws.data();
    plan.score_draw_count = count(score_draws);
    plan.score_terms = score_terms.data();
    plan.value_draws = value_draws.data();
    plan.value_draw_count = count(value_draws);
    plan.pieces = pieces.data();
    plan.coefficients = coefficients.data();
    plan.step_scores = step_scores.data();
    plan.step_values = step_values.data();

    plan.constants = constants.data();
    plan.constant_count = count(constants);
    plan.prologue = prologue.data();
    plan.prologue_count = count(prologue);
    plan.step = step.data();
    plan.step_count = count(step);
    plan.after_paths = after_paths.data();
    plan.after_paths_count = count(after_paths);
    plan.end_of_step = end_of_step.data();
    plan.end_of_step_count = count(end_of_step);
    plan.epilogue = epilogue.data();
    plan.epilogue_count = count(epilogue);
    plan.series_knot = series_knot.data();
    plan.series_weight = series_weight.data();

    plan.paths = paths.data();
    plan.path_outputs = path_outputs.data();
    plan.path_count = count(paths);
    plan.channels = channels.data();
    plan.pools = pools.data();
    plan.pool_channels = pool_channels.data();
    plan.chip_groups = chip_groups.data();
    plan.history_months = history_months.data();
    plan.history_flop = history_flop.data();
    plan.milestones = milestones.data();
    plan.milestone_count = count(milestones);

    plan.column_rows = column_rows.data();
    plan.scalar_rows = scalar_rows.data();
    plan.scalar_count = count(scalar_rows);
    return plan;
}

}  // namespace leadtime::estimator
