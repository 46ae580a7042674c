// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/catchup_outputs.hpp"
#include "estimator/compile/output_layout.hpp"
#include "estimator/scenario/cluster_metrics.hpp"

#include <algorithm>
#include <string>

namespace leadtime::estimator::detail {
namespace {

struct NamedColumn {
    char const* metric;
    char const* unit;
    bool against_reference;
};

/// What every path reports each step, in the order of the results.
constexpr NamedColumn path_columns[] = {
    {"run_flop", "FLOP", false},
    {"run_chips", "chips", false},
    {"run_mfu", "1", false},
    {"run_goodput", "1", false},
    {"run_cost_amortised_usd", "USD", false},
    {"run_cost_rental_usd", "USD", false},
    {"run_cost_upfront_usd", "USD", false},
    {"usd_per_1e24_flop_amortised", "USD", false},
    {"usd_per_1e24_flop_rental", "USD", false},
    {"usd_per_1e24_flop_upfront", "USD", false},
    {"h100e_bf16", "H100e", false},
    {"h100e_8bit", "H100e", false},
    {"h100e_tpp", "H100e", false},
    {"power_w", "W", false},
    {"spend_usd", "USD", false},
    {"cumulative_spend_usd", "USD", false},
    {"cash_usd", "USD", false},
    {"ratio", "1", true},
    {"parity", "1", true},
    {"lag_months", "month", true},
};

void add_path_columns(Scenario const& scenario,
                      std::size_t index,
                      MetricRows const& metrics,
                      OutputLayout& layout,
                      kernels::PathOutputs& out) {
    Path const& path = scenario.paths[index];
    std::string const prefix = "path." + path.name + ".";
    for (NamedColumn const& column : path_columns) {
        if (column.against_reference && index == scenario.reference) {
            continue;
        }
        std::string const metric = column.metric;
        bool const is_lag = metric == "lag_months";
        int const number =
            layout.add_column({path.name, metric, column.unit, 1.0, is_lag},
                              is_lag ? -1 : metrics.rows.at(prefix + metric));
        if (metric == "run_flop") {
            out.run_flop = number;
        } else if (metric == "cumulative_spend_usd") {
            out.cumulative_spend = number;
        } else if (metric == "ratio") {
            out.ratio = number;
        } else if (metric == "parity") {
            out.parity = number;
        } else if (is_lag) {
            out.lag = number;
        }
    }
    if (path.job) {
        for (auto const& metric : cluster_metrics) {
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
    // Scalars of quantities come first: the kernel copies them in one go.
    for (QuantityIndex const index : scenario.outputs) {
        if (!is_monthly(index)) {
            plan.scalar_rows.push_back(formulas.row_of(index));
            layout.add_scalar(info(index));
        }
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
