// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"

#include "estimator/compile/catchup_outputs.hpp"
#include "estimator/compile/plan_builder.hpp"

#include <bit>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator {
namespace detail {
namespace {

constexpr std::size_t most_rows = 1'000'000;  // 256 MB of memory for each thread

}  // namespace

void check_size(std::string_view what, std::size_t count, std::size_t most) {
    if (count > most) {
        text::ConfigIssue issue;
        issue.problem = fmt::format("the scenario has too many {}", what);
        issue.reason = fmt::format("{}; at most {}", count, most);
        throw text::ConfigError(std::move(issue));
    }
}

int RowAllocator::allocate(int count) {
    check_size("values in a sample",
               static_cast<std::size_t>(plan_.workspace_rows)
                   + static_cast<std::size_t>(count),
               most_rows);
    int const first = plan_.workspace_rows;
    plan_.workspace_rows += count;
    return first;
}

int RowAllocator::constant(double value) {
    // By bits: what is not a number equals nothing, and 1 / -0 is not 1 / 0.
    auto const bits = std::bit_cast<std::uint64_t>(value);
    auto const known = rows_by_constant_.find(bits);
    if (known != rows_by_constant_.end()) {
        return known->second;
    }
    int const row = initialised(static_cast<float>(value));
    rows_by_constant_[bits] = row;
    constants_by_row_[row] = value;
    return row;
}

std::optional<double> RowAllocator::constant_in(int row) const {
    auto const known = constants_by_row_.find(row);
    return known == constants_by_row_.end() ? std::nullopt
                                            : std::optional<double>(known->second);
}

int RowAllocator::initialised(float value) {
    int const row = allocate();
    plan_.constants.push_back({row, value});
    return row;
}

}  // namespace detail

Plan compile(Scenario const& scenario) {
    Plan plan;
    plan.steps = scenario.months();
    plan.end_step = plan.steps;
    plan.settled_step = plan.steps;
    plan.months_per_report = scenario.months_per_step;
    plan.levels = scenario.levels;
    plan.start_year = static_cast<float>(scenario.start_month / 12.0);
    plan.reference = scenario.paths.empty() ? -1 : static_cast<int>(scenario.reference);
    Analysis const analysis = analyse(scenario);
    detail::RowAllocator rows(plan);
    plan.month_row = rows.allocate();
    plan.year_row = rows.allocate();
    detail::MetricRows metrics;
    detail::allocate_paths(scenario, plan, rows, metrics);
    detail::allocate_progress(scenario, plan, rows, metrics);
    detail::DrawCompiler draws(scenario, plan, rows);
    detail::FormulaCompiler formulas(scenario, analysis, plan, rows, draws, metrics);
    detail::connect_paths(scenario, formulas, plan, rows);
    detail::connect_progress(scenario, formulas, plan);
    detail::compile_outputs(scenario, analysis, formulas, metrics, plan);
    formulas.finish();
    detail::watch_inputs(plan, rows);
    plan.metric_rows = std::move(metrics.rows);
    plan.scratch_scores = rows.allocate(static_cast<int>(plan.score_draws.size()));
    if (plan.months_per_report > 1) {
        auto const columns = static_cast<int>(plan.column_rows.size());
        int const scalars =
            static_cast<int>(plan.outputs.size()) - plan.reported_steps() * columns;
        plan.month_outputs = rows.allocate(plan.steps * columns + scalars);
    }
    return plan;
}

}  // namespace leadtime::estimator
