// SPDX-License-Identifier: Apache-2.0
#include "estimator/sampler/sobol_plan.hpp"
#include "estimator/sensitivity/factors.hpp"
#include "estimator/sensitivity/given_data.hpp"

#include <algorithm>
#include <numeric>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t pilot_samples = 4096;

/// Lags in the last month of each year, and what [output] has in the last month.
std::vector<SelectedOutput> headline_outputs(Scenario const& scenario,
                                             Plan const& plan) {
    std::vector<SelectedOutput> outputs;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        OutputInfo const& info = plan.outputs[i];
        bool const is_last = info.step == scenario.steps - 1;
        int const next =
            scenario.start_month + (info.step + 1) * scenario.months_per_step;
        bool const is_year_end = is_last || (info.step >= 0 && next % 12 == 0);
        bool const is_lag =
            !info.path.empty() && info.metric == "lag_months" && is_year_end;
        if (is_lag || (info.path.empty() && (is_last || info.step < 0))) {
            outputs.push_back({static_cast<int>(i), info.metric, "", info});
        }
    }
    return outputs;
}

}  // namespace

std::vector<int>
scores_by_importance(Scenario const& scenario, Plan const& plan, std::uint64_t seed) {
    std::vector<int> order(plan.score_draws.size());
    std::iota(order.begin(), order.end(), 0);
    auto const outputs = headline_outputs(scenario, plan);
    if (outputs.empty()) {
        return order;
    }
    HostRunner runner(plan, seed);
    OutputTable const table(
        scenario, runner, outputs, pilot_samples, rank_bins_for(pilot_samples));
    FactorScores scores(plan, seed, pilot_samples);
    std::vector<double> importance(order.size());
    for (int const score : order) {
        Factor factor;
        factor.quantity = static_cast<QuantityIndex>(score);
        factor.terms = {{score, 1.0f}};
        auto const slices = slice_by_factor(table, scores.of(factor));
        double& own = importance[static_cast<std::size_t>(score)];
        for (std::size_t output = 0; output < outputs.size(); ++output) {
            own = std::max(own, indices_of(table, slices, output).rank.value);
        }
    }
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return importance[static_cast<std::size_t>(a)]
               > importance[static_cast<std::size_t>(b)];
    });
    return order;
}

}  // namespace leadtime::estimator
