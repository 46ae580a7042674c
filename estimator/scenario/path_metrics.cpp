// SPDX-License-Identifier: Apache-2.0
#include "estimator/scenario/cluster_metrics.hpp"
#include "estimator/scenario/dependencies.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

struct NamedDimension {
    std::string_view name;
    std::string_view base;  ///< the base dimension, empty for a plain number
};

constexpr std::array<NamedDimension, 16> metrics{{
    {"run_flop", "FLOP"},
    {"run_chips", "chip"},
    {"run_mfu", ""},
    {"run_goodput", ""},
    {"run_cost_amortised_usd", "USD"},
    {"run_cost_rental_usd", "USD"},
    {"run_cost_upfront_usd", "USD"},
    {"usd_per_1e24_flop_amortised", "USD"},
    {"usd_per_1e24_flop_rental", "USD"},
    {"usd_per_1e24_flop_upfront", "USD"},
    {"h100e_bf16", "H100e"},
    {"h100e_8bit", "H100e"},
    {"h100e_tpp", "H100e"},
    {"power_w", "W"},
    {"spend_usd", "USD"},
    {"cumulative_spend_usd", "USD"},
}};

constexpr std::array<NamedDimension, 5> more_metrics{{
    {"cash_usd", "USD"},
    {"lag", "month"},
    {"lag_months", "month"},
    {"ratio", ""},
    {"parity", ""},
}};

constexpr std::array<NamedDimension, 2> progress_metrics{{
    {"effective_flop", "FLOP"},
    {"algorithmic_efficiency", ""},
}};

constexpr std::size_t first_against_reference = 1;  // of more_metrics

Dimension dimension_of(std::string_view base) {
    return base.empty() ? Dimension{} : Dimension{{{std::string(base), 1.0}}};
}

}  // namespace

std::optional<PathMetric> find_path_metric(Scenario const& scenario,
                                           std::string_view name) {
    if (!name.starts_with("path.")) {
        return std::nullopt;
    }
    name.remove_prefix(5);
    auto const dot = name.find('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < scenario.paths.size(); ++i) {
        if (scenario.paths[i].name == name.substr(0, dot)) {
            return PathMetric{i, std::string(name.substr(dot + 1))};
        }
    }
    return std::nullopt;
}

std::vector<std::string> readable_metrics(Scenario const& scenario, std::size_t path) {
    std::vector<std::string> names;
    for (auto const& metric : metrics) {
        names.emplace_back(metric.name);
    }
    std::size_t const count =
        path == scenario.reference ? first_against_reference : more_metrics.size();
    for (std::size_t i = 0; i < count; ++i) {
        names.emplace_back(more_metrics[i].name);
    }
    if (scenario.paths[path].progress) {
        for (auto const& metric : progress_metrics) {
            names.emplace_back(metric.name);
        }
    }
    if (scenario.paths[path].job) {
        for (auto const& metric : cluster_metrics) {
            names.emplace_back(metric.name);
        }
    }
    for (auto const& accelerator : scenario.paths[path].accelerators) {
        names.push_back("chips." + accelerator.profile);
    }
    for (auto const& channel : scenario.paths[path].channels) {
        names.push_back("channel." + channel.name);
    }
    return names;
}

std::optional<Dimension> metric_dimension(std::string_view metric) {
    if (metric.starts_with("chips.") || metric.starts_with("channel.")) {
        return dimension_of("chip");
    }
    for (auto const& known : metrics) {
        if (known.name == metric) {
            return dimension_of(known.base);
        }
    }
    for (auto const& known : more_metrics) {
        if (known.name == metric) {
            return dimension_of(known.base);
        }
    }
    for (auto const& known : progress_metrics) {
        if (known.name == metric) {
            return dimension_of(known.base);
        }
    }
    for (auto const& known : cluster_metrics) {
        if (known.name == metric) {
            return dimension_of(known.base);
        }
    }
    return std::nullopt;
}

std::vector<Input> inputs_of(Path const& path) {
    std::vector<Input> inputs{path.budget,
                              path.initial_cash,
                              path.attrition,
                              path.training_share,
                              path.largest_run_share,
                              path.run_months,
                              path.pue,
                              path.electricity_price,
                              path.power_load,
                              path.life,
                              path.interconnect_share,
                              path.staff_cost,
                              path.value_decline};
    if (path.multi_site_efficiency) {
        inputs.push_back(*path.multi_site_efficiency);
    }
    if (path.power_cap) {
        inputs.push_back(*path.power_cap);
    }
    if (path.progress) {
        Progress const& progress = *path.progress;
        inputs.insert(inputs.end(),
                      {progress.level,
                       progress.doubling_time,
                       progress.talent,
                       progress.spillover,
                       progress.spillover_lag,
                       progress.isolation,
                       progress.open_weights,
                       progress.open_weights_lag,
                       progress.distillation,
                       progress.distillation_access,
                       progress.distillation_ceiling,
                       progress.distillation_lag,
                       progress.leak,
                       progress.leak_gap,
                       progress.inference_uplift});
    }
    for (auto const& use : path.accelerators) {
        inputs.insert(inputs.end(),
                      {use.price,
                       use.rental_price,
                       use.it_power,
                       use.max_cluster,
                       use.software_ready,
                       use.port_delay,
                       use.abort,
                       use.retry_delay});
        for (auto const& given : {use.mfu, use.goodput}) {
            if (given) {
                inputs.push_back(*given);
            }
        }
        if (use.cluster) {
            auto const& cluster = use.cluster->inputs;
            inputs.insert(inputs.end(), cluster.begin(), cluster.end());
        }
    }
    if (path.job) {
        inputs.insert(inputs.end(), path.job->begin(), path.job->end());
    }
    for (auto const& channel : path.channels) {
        inputs.insert(inputs.end(),
                      {channel.supply,
                       channel.initial,
                       channel.initial_age,
                       channel.buyer_share,
                       channel.price,
                       channel.premium,
                       channel.fee,
                       channel.system_multiplier,
                       channel.share,
                       channel.open,
                       channel.stock_open,
                       channel.lead,
                       channel.loss,
                       channel.cap_total,
                       channel.cap_pool_total,
                       channel.scarcity_exponent,
                       channel.scarcity_max,
                       channel.max_cluster});
    }
    return inputs;
}

}  // namespace leadtime::estimator
