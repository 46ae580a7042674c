// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/directions.hpp"
#include "estimator/engine/output_selection.hpp"
#include "estimator/engine/pilot.hpp"
#include "estimator/engine/sobol_plan.hpp"

#include <algorithm>
#include <numeric>

namespace leadtime::estimator {
namespace {

constexpr std::size_t pilot_samples = 4096;

/// More directions gained nothing on the baseline (docs/convergence.md 2).
constexpr std::size_t most_directions = 4;
constexpr std::size_t most_turned = 128;

/// Lags in the last month of each year; without any, what [output] has in the last
/// month.
std::vector<int> headline_outputs(Model const& model) {
    Scenario const& scenario = model.scenario();
    std::vector<int> lags;
    std::vector<int> quantities;
    for (std::size_t i = 0; i < model.outputs().size(); ++i) {
        OutputInfo const& info = model.outputs()[i];
        bool const is_last = info.step == scenario.steps - 1;
        int const next =
            scenario.start_month + (info.step + 1) * scenario.months_per_step;
        bool const is_year_end = is_last || (info.step >= 0 && next % 12 == 0);
        if (!info.path.empty() && info.metric == "lag_months" && is_year_end) {
            lags.push_back(static_cast<int>(i));
        }
        if (info.path.empty() && (is_last || info.step < 0)) {
            quantities.push_back(static_cast<int>(i));
        }
    }
    return lags.empty() ? quantities : lags;
}

std::vector<int> outputs_of(Model const& model, std::span<std::string const> aims) {
    return aims.empty() ? headline_outputs(model) : rows_of(model.find(aims));
}

std::vector<std::size_t> by_falling(std::vector<double> const& importance) {
    std::vector<std::size_t> order(importance.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return importance[a] > importance[b];
    });
    return order;
}

/// Whether a score decides a step function: its steps are seen best from its own axis.
std::vector<bool> scores_of_steps(Plan const& plan) {
    std::vector<bool> steps(plan.score_draws.size());
    for (kernels::ValueDraw const& draw : plan.value_draws) {
        for (int i = 0; i < draw.term_count; ++i) {
            if (draw.shape == kernels::DrawShape::steps) {
                auto const term = static_cast<std::size_t>(draw.first_term + i);
                steps[static_cast<std::size_t>(plan.score_terms[term].score)] = true;
            }
        }
    }
    return steps;
}

}  // namespace

SobolLayout sobol_layout(Executor const& executor,
                         Model const& model,
                         std::uint64_t seed,
                         std::span<std::string const> aims) {
    auto const outputs = outputs_of(model, aims);
    Pilot pilot(executor, model, outputs, seed, pilot_samples);
    auto const importance = pilot.importance();
    auto const order = by_falling(importance);
    auto const is_stepped = scores_of_steps(model.plan());
    std::vector<std::size_t> turnable;
    std::vector<std::size_t> fixed;
    for (std::size_t i = 0; i < order.size() && i < most_turned; ++i) {
        if (importance[order[i]] > 0.0) {
            (is_stepped[order[i]] ? fixed : turnable).push_back(order[i]);
        }
    }
    auto const directions = main_directions(pilot, turnable, fixed, most_directions);
    AxesOfDirections const axes = axes_of_directions(directions);
    SobolLayout layout;
    // The scores u along the new axes have z = H_1 H_2 ... u, so the last comes first.
    for (std::size_t i = axes.reflections.size(); i-- > 0;) {
        auto const& terms = axes.reflections[i].terms;
        layout.reflections.push_back(
            {static_cast<int>(layout.terms.size()), static_cast<int>(terms.size())});
        for (auto const& [score, weight] : terms) {
            layout.terms.push_back(
                {static_cast<int>(score), static_cast<float>(weight)});
        }
    }
    for (ScoreReflection const& reflection : axes.reflections) {
        pilot.reflect(reflection);  // u = ... H_2 H_1 z
    }
    for (std::size_t const score : by_falling(pilot.importance())) {
        layout.by_importance.push_back(static_cast<int>(score));
    }
    return layout;
}

}  // namespace leadtime::estimator
