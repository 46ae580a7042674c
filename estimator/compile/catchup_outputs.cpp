// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/catchup_outputs.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace leadtime::estimator::detail {

using kernels::MilestonePlan;
using kernels::PathMetric;
using kernels::ProgressPlan;
using kernels::RecordPlan;

namespace {

/// Paths with progress, each after the one it learns from. The reader has refused
/// cycles.
std::vector<std::size_t> leaders_first(Scenario const& scenario) {
    std::vector<std::size_t> order;
    auto const is_placed = [&](std::size_t path) {
        return std::find(order.begin(), order.end(), path) != order.end();
    };
    bool grew = true;
    while (grew) {
        grew = false;
        for (std::size_t p = 0; p < scenario.paths.size(); ++p) {
            auto const& progress = scenario.paths[p].progress;
            if (progress && !is_placed(p)
                && (!progress->leader || is_placed(*progress->leader))) {
                order.push_back(p);
                grew = true;
            }
        }
    }
    return order;
}

/// Of a metric's name: "@0.5". Parity with all of it is the plain name, unless that is
/// taken.
std::string parity_suffix(double fraction, bool plain_is_taken) {
    return fraction == 1.0 && !plain_is_taken ? std::string{}
                                              : fmt::format("@{:g}", fraction);
}

}  // namespace

void allocate_progress(Scenario const& scenario,
                       Plan& plan,
                       RowAllocator& rows,
                       MetricRows& metrics) {
    std::vector<int> index(scenario.paths.size(), -1);
    for (std::size_t const p : leaders_first(scenario)) {
        Path const& path = scenario.paths[p];
        ProgressPlan out;
        PartRows own;
        own.first = plan.workspace_rows;
        out.end_step = plan.steps;
        out.path = static_cast<int>(p);
        out.leader = path.progress->leader ? index[*path.progress->leader] : -1;
        out.metrics = rows.allocate(kernels::progress_metric_count);
        metrics.add("path." + path.name + ".", kernels::progress_metrics, out.metrics);
        int const points = static_cast<int>(path.history.size()) + plan.steps;
        out.search_flop = rows.allocate(points);
        out.search_best = rows.allocate(points);
        out.algorithms = rows.allocate(plan.steps);
        out.start_speed = rows.allocate();
        out.open_floor = rows.allocate();
        out.leak_floor = rows.allocate();
        out.leak_before = rows.allocate();
        index[p] = static_cast<int>(plan.progress.size());
        plan.progress.push_back(out);
        own.end = plan.workspace_rows;
        plan.progress_rows.push_back(std::move(own));
    }
}

void connect_progress(Scenario const& scenario, FormulaCompiler& formulas, Plan& plan) {
    for (std::size_t i = 0; i < plan.progress.size(); ++i) {
        ProgressPlan& out = plan.progress[i];
        auto const row = [&](Input const& input) {
            return plan.progress_rows[i].inputs.emplace_back(formulas.row_of(input));
        };
        Progress const& in =
            *scenario.paths[static_cast<std::size_t>(out.path)].progress;
        int* next = out.inputs.rows;
        for (Input const& input : in.inputs) {
            *next++ = row(input);
        }
        auto const is_on = [&](ProgressInput input) {
            return in.inputs[input].quantity.has_value();
        };
        out.learns = is_on(ProgressInput::spillover);
        out.distils = is_on(ProgressInput::distillation);
        out.takes_open_weights = is_on(ProgressInput::open_weights);
        out.takes_leaks = is_on(ProgressInput::leak);
    }
}

CatchupOutputs::CatchupOutputs(Scenario const& scenario,
                               Plan& plan,
                               OutputLayout& layout)
    : scenario_(scenario)
    , plan_(plan)
    , layout_(layout)
    , effective_columns_(scenario.paths.size(), -1) {
    auto const add_levels = [&](std::vector<double> const& levels) {
        for (double const level : levels) {
            plan.milestones.push_back(static_cast<float>(level));
        }
    };
    add_levels(scenario.milestones);
    add_levels(scenario.effective_milestones);
}

bool CatchupOutputs::has_progress(std::size_t path) const {
    return scenario_.paths[path].progress.has_value();
}

void CatchupOutputs::add_columns(std::size_t path) {
    Path const& own = scenario_.paths[path];
    if (has_progress(path)) {
        auto const progress = std::find_if(
            plan_.progress.begin(), plan_.progress.end(), [&](ProgressPlan const& p) {
                return static_cast<std::size_t>(p.path) == path;
            });
        for (auto const& metric : kernels::progress_metrics) {
            int const number =
                layout_.add_column({own.name,
                                    std::string(metric.name),
                                    std::string(metric.unit),
                                    1.0,
                                    false},
                                   progress->metrics + static_cast<int>(metric.metric));
            if (metric.metric == kernels::ProgressMetric::effective_flop) {
                effective_columns_[path] = number;
            }
        }
    }
    bool const is_reference = path == scenario_.reference;
    if (!is_reference && !scenario_.parity_fractions.empty()) {
        add_comparison(path, scenario_.reference, Measure::run_flop, {});
    }
    for (std::size_t const other : own.compare_to) {
        add_comparison(
            path, other, Measure::run_flop, "." + scenario_.paths[other].name);
    }
    if (!has_progress(path)) {
        return;
    }
    if (!is_reference && has_progress(scenario_.reference)) {
        add_comparison(path, scenario_.reference, Measure::effective_flop, {});
    }
    for (std::size_t const other : own.compare_to) {
        if (has_progress(other)) {
            add_comparison(path,
                           other,
                           Measure::effective_flop,
                           "." + scenario_.paths[other].name);
        }
    }
}

void CatchupOutputs::add_comparison(std::size_t path,
                                    std::size_t reference,
                                    Measure measure,
                                    std::string const& suffix) {
    Comparison comparison;
    comparison.path = path;
    comparison.reference = reference;
    comparison.measure = measure;
    comparison.suffix = suffix;
    comparison.has_default_columns = measure == Measure::run_flop && suffix.empty();
    comparison.fractions = scenario_.parity_fractions;
    auto& fractions = comparison.fractions;
    if (!comparison.has_default_columns
        && std::find(fractions.begin(), fractions.end(), 1.0) == fractions.end()) {
        fractions.insert(fractions.begin(), 1.0);
    }
    std::string const& name = scenario_.paths[path].name;
    std::string const prefix = measure == Measure::effective_flop ? "effective_" : "";
    kernels::ComparisonPlan& plan = comparison.plan;
    plan.end_step = plan_.steps;
    if (!comparison.has_default_columns) {
        plan.ratio =
            layout_.add_column({name, prefix + "ratio" + suffix, "1", 1.0, false}, -1);
        plan.lag = layout_.add_column(
            {name, prefix + "lag_months" + suffix, "month", 1.0, true}, -1);
    }
    plan.first_fraction = static_cast<int>(plan_.fractions.size());
    plan.fraction_count = static_cast<int>(fractions.size());
    for (std::size_t i = 0; i < fractions.size(); ++i) {
        plan_.fractions.push_back(static_cast<float>(fractions[i]));
        int const number = layout_.add_column(
            {name,
             prefix + "parity" + suffix
                 + parity_suffix(fractions[i], comparison.has_default_columns),
             "1",
             1.0,
             false},
            -1);
        plan.first_parity = i == 0 ? number : plan.first_parity;
    }
    comparisons_.push_back(std::move(comparison));
}

void CatchupOutputs::add_scalars(std::size_t path) {
    Path const& own = scenario_.paths[path];
    bool const is_reference = path == scenario_.reference;
    auto const default_reference =
        is_reference ? std::nullopt : std::optional(scenario_.reference);
    add_milestones(path, default_reference, Measure::run_flop, {});
    for (std::size_t const other : own.compare_to) {
        add_milestones(
            path, other, Measure::run_flop, "." + scenario_.paths[other].name);
    }
    if (has_progress(path)) {
        bool const compared = !is_reference && has_progress(scenario_.reference);
        add_milestones(path,
                       compared ? default_reference : std::nullopt,
                       Measure::effective_flop,
                       {});
        for (std::size_t const other : own.compare_to) {
            if (has_progress(other)) {
                add_milestones(path,
                               other,
                               Measure::effective_flop,
                               "." + scenario_.paths[other].name);
            }
        }
    }
    for (Comparison& comparison : comparisons_) {
        if (comparison.path != path) {
            continue;
        }
        kernels::ComparisonPlan& plan = comparison.plan;
        plan.reference = record(comparison.reference, comparison.measure);
        plan.own = column(path, comparison.measure);
        plan.theirs = column(comparison.reference, comparison.measure);
        plan.cumulative_spend = column_of(path, PathMetric::cumulative_spend);
        std::string const prefix =
            comparison.measure == Measure::effective_flop ? "effective_" : "";
        auto const add = [&](char const* metric, char const* unit) {
            int first = -1;
            for (double const fraction : comparison.fractions) {
                int const output = layout_.add_scalar(
                    {own.name,
                     prefix + metric + comparison.suffix
                         + parity_suffix(fraction, comparison.has_default_columns),
                     unit});
                first = first < 0 ? output : first;
            }
            return first;
        };
        plan.first_parity_month = add("parity_month", "month");
        plan.first_parity_cost = add("parity_cost_usd", "USD");
        plan_.comparisons.push_back(plan);
    }
}

void CatchupOutputs::add_milestones(std::size_t path,
                                    std::optional<std::size_t> reference,
                                    Measure measure,
                                    std::string const& suffix) {
    bool const effective = measure == Measure::effective_flop;
    auto const& levels =
        effective ? scenario_.effective_milestones : scenario_.milestones;
    if (levels.empty()) {
        return;
    }
    MilestonePlan group;
    group.own = record(path, measure);
    group.first_level = effective ? static_cast<int>(scenario_.milestones.size()) : 0;
    group.level_count = static_cast<int>(levels.size());
    group.cumulative_spend = column_of(path, PathMetric::cumulative_spend);
    std::string const prefix = effective ? "effective_" : "";
    auto const add_all = [&](char const* metric, char const* unit) {
        int first = -1;
        for (double const level : levels) {
            int const output = layout_.add_scalar(
                {scenario_.paths[path].name,
                 fmt::format("{}{}{}@{:g}", prefix, metric, suffix, level),
                 unit});
            first = first < 0 ? output : first;
        }
        return first;
    };
    if (suffix.empty()) {
        group.first_month = add_all("milestone_month", "month");
        group.first_cost = add_all("milestone_cost_usd", "USD");
    }
    if (reference) {
        group.theirs = record(*reference, measure);
        group.first_lag = add_all("milestone_lag_months", "month");
    }
    plan_.milestone_groups.push_back(group);
}

RecordPlan CatchupOutputs::record(std::size_t path, Measure measure) const {
    kernels::PathPlan const& own = plan_.paths[path];
    RecordPlan record{
        own.search_flop, own.search_best, own.first_history, own.history_count};
    if (measure == Measure::effective_flop) {
        for (ProgressPlan const& progress : plan_.progress) {
            if (static_cast<std::size_t>(progress.path) == path) {
                record.flop = progress.search_flop;
                record.best = progress.search_best;
            }
        }
    }
    return record;
}

int CatchupOutputs::column_of(std::size_t path, PathMetric metric) const {
    return plan_.path_outputs[path].columns[static_cast<std::size_t>(metric)];
}

int CatchupOutputs::column(std::size_t path, Measure measure) const {
    return measure == Measure::effective_flop ? effective_columns_[path]
                                              : column_of(path, PathMetric::run_flop);
}

}  // namespace leadtime::estimator::detail
