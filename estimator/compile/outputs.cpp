// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/catchup_outputs.hpp"
#include "estimator/compile/output_layout.hpp"
#include "estimator/scenario/dependencies.hpp"

#include <algorithm>
#include <string>

namespace leadtime::estimator::detail {
namespace {

/// What a path reports each step, in the order of the results.
void add_path_columns(Scenario const& scenario,
                      std::size_t index,
                      MetricRows const& metrics,
                      OutputLayout& layout,
                      kernels::PathOutputs& out) {
    Path const& path = scenario.paths[index];
    std::string const prefix = "path." + path.name + ".";
    std::ranges::fill(out.columns, -1);
    for (auto const& metric : kernels::path_metrics) {
        if (metric.stage >= kernels::MetricStage::compared
            && index == scenario.reference) {
            continue;
        }
        std::string const name(metric.name);
        bool const comes_later = metric.stage == kernels::MetricStage::record;
        out.columns[static_cast<std::size_t>(metric.metric)] = layout.add_column(
            {path.name, name, std::string(metric.unit), 1.0, comes_later},
            comes_later ? -1 : metrics.rows.at(prefix + name));
    }
    if (path.job) {
        for (auto const& metric : kernels::cluster_metrics) {
            std::string const name(metric.name);
            layout.add_column({path.name, name, std::string(metric.unit), 1.0, false},
                              metrics.rows.at(prefix + name));
        }
    }
    for (AcceleratorUse const& use : path.accelerators) {
        std::string const metric = "chips." + use.profile;
        layout.add_column({path.name, metric, "chips", 1.0, false},
                          metrics.rows.at(prefix + metric));
    }
    for (Channel const& channel : path.channels) {
        std::string const metric = "channel." + channel.name;
        layout.add_column({path.name, metric, "chips", 1.0, false},
                          metrics.rows.at(prefix + metric));
    }
}

/// Who carries the runs of a path: too much to be reported of every month, so of the ends
/// of years.
void add_carriers(Scenario const& scenario,
                  Path const& path,
                  FormulaCompiler& formulas,
                  MetricRows const& metrics,
                  Plan& plan,
                  OutputLayout& layout) {
    for (std::string const& metric : carrier_metrics(path)) {
        int const row = metrics.rows.at("path." + path.name + "." + metric);
        for (int const step : year_end_steps(scenario)) {
            plan.scalar_rows.push_back(formulas.row_at(row, scenario.last_month(step)));
            layout.add_scalar({path.name, metric, "1", 1.0, false, step});
        }
    }
}

}  // namespace

void compile_outputs(Scenario const& scenario,
                     Analysis const& analysis,
                     FormulaCompiler& formulas,
                     MetricRows const& metrics,
                     Plan& plan) {
    OutputLayout layout(plan);
    CatchupOutputs catchup(scenario, plan, layout);
    plan.path_outputs.resize(scenario.paths.size());
    for (std::size_t i = 0; i < scenario.paths.size(); ++i) {
        add_path_columns(scenario, i, metrics, layout, plan.path_outputs[i]);
        catchup.add_columns(i);
    }
    auto const info = [&](QuantityIndex index) {
        Quantity const& quantity = scenario.quantities[index];
        // Only what is known at the end, as crossing(), has a "never".
        return OutputInfo{"",
                          quantity.name,
                          quantity.unit.text,
                          quantity.unit.scale,
                          analysis.stage[index] == Stage::result};
    };
    auto const is_monthly = [&](QuantityIndex index) {
        return analysis.stage[index] == Stage::series
               || analysis.stage[index] == Stage::after_paths;
    };
    // What has a memory is a state: that of a step is its last month's. An event is the
    // share of the step in which it is active, however it comes.
    auto const is_event = [&](QuantityIndex index) {
        return std::ranges::any_of(
            scenario.events, [&](Event const& event) { return event.active == index; });
    };
    for (QuantityIndex const index : scenario.outputs) {
        if (is_monthly(index)) {
            layout.add_column(info(index),
                              formulas.row_of(index),
                              analysis.has_memory[index] && !is_event(index)
                                  ? OutputLayout::Reported::last_month
                                  : OutputLayout::Reported::mean);
        }
    }
    layout.lay_out_columns();
    // Scalars with rows come first: the kernel copies them in one go.
    for (QuantityIndex const index : scenario.outputs) {
        if (!is_monthly(index)) {
            plan.scalar_rows.push_back(formulas.row_of(index));
            layout.add_scalar(info(index));
        }
    }
    for (Path const& path : scenario.paths) {
        add_carriers(scenario, path, formulas, metrics, plan, layout);
    }
    for (std::size_t i = 0; i < scenario.paths.size(); ++i) {
        if (i != scenario.reference) {
            plan.path_outputs[i].parity_month =
                layout.add_scalar({scenario.paths[i].name, "parity_month", "month"});
        }
        catchup.add_scalars(i);
    }
}

}  // namespace leadtime::estimator::detail
