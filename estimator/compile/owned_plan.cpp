// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/owned_plan.hpp"

namespace leadtime::estimator {

kernels::Plan Plan::view() const {
    return view([](void const* array, std::size_t) { return array; });
}

kernels::Plan Plan::view(Placer const& place) const {
    // Every array goes through here, or a device would read the host's memory.
    auto const placed = [&]<class T>(std::vector<T> const& list) {
        return static_cast<T const*>(place(list.data(), list.size() * sizeof(T)));
    };
    auto const count = [](auto const& list) { return static_cast<int>(list.size()); };
    kernels::Plan plan;
    plan.steps = steps;
    plan.end_step = end_step;
    plan.settled_step = settled_step;
    plan.awaited_flop = placed(awaited_flop);
    plan.awaited_count = count(awaited_flop);
    plan.months_per_report = months_per_report;
    plan.month_outputs = month_outputs;
    plan.column_means = placed(column_means);
    plan.start_year = start_year;
    plan.month_row = month_row;
    plan.year_row = year_row;
    plan.watch_row = watch_row;
    plan.workspace_rows = workspace_rows;
    plan.scratch_scores = scratch_scores;
    plan.output_rows = count(outputs);
    plan.columns = count(column_rows);
    plan.reference = reference;

    plan.score_draws = placed(score_draws);
    plan.score_draw_count = count(score_draws);
    plan.sobol_directions = placed(sobol_directions);
    plan.sobol_replicate_shift = sobol_replicate_shift;
    plan.reflections = placed(reflections);
    plan.reflection_count = count(reflections);
    plan.reflection_terms = placed(reflection_terms);
    plan.score_terms = placed(score_terms);
    plan.value_draws = placed(value_draws);
    plan.value_draw_count = count(value_draws);
    plan.pieces = placed(pieces);
    plan.coefficients = placed(coefficients);
    plan.step_scores = placed(step_scores);
    plan.step_values = placed(step_values);

    plan.constants = placed(constants);
    plan.constant_count = count(constants);
    plan.prologue = placed(prologue);
    plan.prologue_count = count(prologue);
    plan.step = placed(step);
    plan.step_count = count(step);
    plan.after_paths = placed(after_paths);
    plan.after_paths_count = count(after_paths);
    plan.end_of_step = placed(end_of_step);
    plan.end_of_step_count = count(end_of_step);
    plan.epilogue = placed(epilogue);
    plan.epilogue_count = count(epilogue);
    plan.series_knot = placed(series_knot);
    plan.series_weight = placed(series_weight);

    plan.paths = placed(paths);
    plan.path_outputs = placed(path_outputs);
    plan.path_count = count(paths);
    plan.run_steps = placed(run_steps);
    plan.channels = placed(channels);
    plan.pools = placed(pools);
    plan.pool_channels = placed(pool_channels);
    plan.clusters = placed(clusters);
    plan.jobs = placed(jobs);
    for (auto const& path : paths) {
        plan.joins_sites =
            plan.joins_sites || (path.end_step > 0 && path.job >= 0 && path.multi_site);
    }
    plan.chip_groups = placed(chip_groups);
    plan.history_months = placed(history_months);
    plan.history_flop = placed(history_flop);
    plan.milestones = placed(milestones);
    plan.milestone_groups = placed(milestone_groups);
    plan.milestone_group_count = count(milestone_groups);
    plan.progress = placed(progress);
    plan.progress_count = count(progress);
    plan.comparisons = placed(comparisons);
    plan.comparison_count = count(comparisons);
    plan.fractions = placed(fractions);

    plan.column_rows = placed(column_rows);
    plan.scalar_rows = placed(scalar_rows);
    plan.scalar_count = count(scalar_rows);
    return plan;
}

}  // namespace leadtime::estimator
