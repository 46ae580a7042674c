// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/cluster_metrics.hpp"

#include <fmt/format.h>
#include <limits>

namespace leadtime::estimator {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Value = std::optional<double>;

double chips_of(ClusterOutcome const& outcome, ClusterSought sought) {
    if (outcome.is_met || sought != ClusterSought::count) {
        return outcome.figures.chips;
    }
    return infinity;
}

}  // namespace

double flop_found(ClusterOutcome const& outcome, ClusterSought sought) {
    return outcome.is_met || sought != ClusterSought::job ? outcome.figures.flop : 0;
}

std::vector<ClusterMetricKind> cluster_metric_kinds(ClusterTask const& task,
                                                    std::optional<double> own_grid) {
    auto const figure = [](double ClusterFigures::*member) {
        return [=](ClusterOutcome const& o) -> Value { return o.figures.*member; };
    };
    auto const sought = task.sought;
    std::vector<ClusterMetricKind> kinds{
        {"duration_days",
         [](ClusterOutcome const& o) -> Value { return o.figures.days(); }},
        {"accelerators",
         [sought](ClusterOutcome const& o) -> Value { return chips_of(o, sought); }},
        {"accelerators_used", figure(&ClusterFigures::chips_used)},
        {"flop",
         [sought](ClusterOutcome const& o) -> Value { return flop_found(o, sought); }},
        {"training_tokens",
         [sought](ClusterOutcome const& o) -> Value {
             return flop_found(o, sought) / o.figures.flop_per_token;
         }},
        {"mfu_fraction", figure(&ClusterFigures::mfu)},
        {"model_flop_per_s_per_accelerator", figure(&ClusterFigures::model_flop_per_s)},
        {"tokens_per_s", figure(&ClusterFigures::tokens_per_s)},
        {"step_s", figure(&ClusterFigures::step_s)},
        {"goodput_fraction", figure(&ClusterFigures::goodput)},
        {"accelerator_hours",
         [](ClusterOutcome const& o) -> Value { return o.bill.accelerator_hours; }},
    };
    for (auto const method : cost_methods) {
        kinds.push_back(
            {fmt::format("{}_usd", to_string(method)),
             [method](ClusterOutcome const& o) { return o.bill.usd_by(method); }});
    }
    for (auto const method : cost_methods) {
        if (method != CostMethod::upfront) {  // they serve other runs too
            kinds.push_back({fmt::format("{}_usd_per_1e24_flop", to_string(method)),
                             [method, sought](ClusterOutcome const& o) -> Value {
                                 auto const usd = o.bill.usd_by(method);
                                 auto const flop = flop_found(o, sought);
                                 return usd ? Value(*usd / (flop / 1e24)) : Value();
                             }});
        }
    }
    kinds.push_back({"facility_mw", [](ClusterOutcome const& o) -> Value {
                         auto const& watts = o.bill.facility_w;
                         return watts ? Value(*watts / 1e6) : Value();
                     }});
    auto const energy = [&](std::string key, double scale) {
        kinds.push_back({std::move(key), [scale](ClusterOutcome const& o) -> Value {
                             auto const& kwh = o.bill.energy_kwh;
                             return kwh ? Value(*kwh * scale) : Value();
                         }});
    };
    energy("energy_mwh", 1e-3);
    if (own_grid) {
        energy("co2_t", *own_grid * 1e-3);
    } else {
        for (auto const& grid : grids) {
            energy(fmt::format("co2_{}_t", grid.id), grid.kg_per_kwh * 1e-3);
        }
    }
    kinds.push_back({"mem_used_bytes", figure(&ClusterFigures::mem_used_bytes)});
    return kinds;
}

ClusterMetric
cluster_metric(std::string key, double at_point, std::vector<double> values) {
    ClusterMetric metric{std::move(key), at_point, {}};
    if (!values.empty()) {
        metric.range = range_of(std::move(values));
    }
    return metric;
}

}  // namespace leadtime::estimator
