// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/planned_runs.hpp"

#include "estimator/compile/restrict.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

/// Leaves no output behind.
void forget_outputs(Plan& plan) {
    plan.column_rows.clear();
    plan.column_means.clear();
    plan.scalar_rows.clear();
    plan.comparisons.clear();
    plan.milestone_groups.clear();
    plan.awaited_flop.clear();
    for (auto& outputs : plan.path_outputs) {
        std::ranges::fill(outputs.columns, -1);
        outputs.parity_month = -1;
    }
    plan.outputs.clear();
    plan.months_per_report = 1;
}

}  // namespace

Plan planned_runs(Plan plan, std::span<std::size_t const> paths) {
    forget_outputs(plan);
    for (std::size_t const p : paths) {
        plan.paths[p].planned_run = plan.workspace_rows++;
        plan.column_rows.push_back(plan.paths[p].planned_run);
        plan.column_means.push_back(0);
    }
    plan.outputs.resize(static_cast<std::size_t>(plan.steps) * paths.size(),
                        {.path = {}, .metric = "planned run", .unit = "FLOP"});
    for (std::size_t row = 0; row < plan.outputs.size(); ++row) {
        plan.outputs[row].step = static_cast<int>(row / paths.size());
    }
    std::vector<int> all(plan.outputs.size());
    std::iota(all.begin(), all.end(), 0);
    return restrict_plan(std::move(plan), all);
}

}  // namespace leadtime::estimator
