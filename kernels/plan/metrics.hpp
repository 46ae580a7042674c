// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

/// What a path reports each step (docs/model.md 6): one table for each enumeration, its
/// only list. Rows of a path's metrics, names that formulas read, columns of the results
/// and what a restricted plan leaves out are loops over these tables.
namespace leadtime::kernels {

/// When a metric of a path is known within a step, and what it is made of.
enum class MetricStage {
    run,       ///< of the largest run: a month's does not need the months before
    fleet,     ///< of what the path has and spends: needs the months before
    compared,  ///< against the reference's run in the same month
    record     ///< against the reference's runs up to then; a column of the results is
               ///< filled at the end of a sample, when later runs are known too
};

/// A row of a table; tables are in the order of their enumeration.
template <class Metric>
struct MetricFacts {
    Metric metric;
    std::string_view name;  ///< in results and in `path.NAME.METRIC`
    std::string_view unit;  ///< as estimator/quantities/unit.hpp reads it
    MetricStage stage;
};

/// In the order of their rows (row = first + number) and of their columns.
enum class PathMetric : int {
    run_flop,
    pretraining_flop,
    run_chips,
    run_chips_used,
    run_fleet_share,
    run_mfu,
    run_goodput,
    run_cost_amortised,
    run_cost_rental,
    run_cost_upfront,
    usd_per_1e24_amortised,
    usd_per_1e24_rental,
    usd_per_1e24_upfront,
    h100e_bf16,
    h100e_8bit,
    h100e_tpp,
    power,
    spend,
    cumulative_spend,
    cash,
    ratio,
    parity,
    lag_so_far,  ///< causal lag, readable by formulas
    count
};

inline constexpr auto path_metrics = std::to_array<MetricFacts<PathMetric>>({
    {PathMetric::run_flop, "run_flop", "FLOP", MetricStage::run},
    {PathMetric::pretraining_flop, "pretraining_flop", "FLOP", MetricStage::run},
    {PathMetric::run_chips, "run_chips", "chips", MetricStage::run},
    {PathMetric::run_chips_used, "run_chips_used", "chips", MetricStage::run},
    {PathMetric::run_fleet_share, "run_fleet_share", "1", MetricStage::run},
    {PathMetric::run_mfu, "run_mfu", "1", MetricStage::run},
    {PathMetric::run_goodput, "run_goodput", "1", MetricStage::run},
    {PathMetric::run_cost_amortised, "run_cost_amortised_usd", "USD", MetricStage::run},
    {PathMetric::run_cost_rental, "run_cost_rental_usd", "USD", MetricStage::run},
    {PathMetric::run_cost_upfront, "run_cost_upfront_usd", "USD", MetricStage::run},
    {PathMetric::usd_per_1e24_amortised,
     "usd_per_1e24_flop_amortised",
     "USD",
     MetricStage::run},
    {PathMetric::usd_per_1e24_rental,
     "usd_per_1e24_flop_rental",
     "USD",
     MetricStage::run},
    {PathMetric::usd_per_1e24_upfront,
     "usd_per_1e24_flop_upfront",
     "USD",
     MetricStage::run},
    {PathMetric::h100e_bf16, "h100e_bf16", "H100e", MetricStage::fleet},
    {PathMetric::h100e_8bit, "h100e_8bit", "H100e", MetricStage::fleet},
    {PathMetric::h100e_tpp, "h100e_tpp", "H100e", MetricStage::fleet},
    {PathMetric::power, "power_w", "W", MetricStage::fleet},
    {PathMetric::spend, "spend_usd", "USD", MetricStage::fleet},
    {PathMetric::cumulative_spend, "cumulative_spend_usd", "USD", MetricStage::fleet},
    {PathMetric::cash, "cash_usd", "USD", MetricStage::fleet},
    {PathMetric::ratio, "ratio", "1", MetricStage::compared},
    {PathMetric::parity, "parity", "1", MetricStage::compared},
    {PathMetric::lag_so_far, "lag_months", "month", MetricStage::record},
});

/// What a path that uses the cluster model reports besides. `time_*` are shares of the
/// time that passes and sum to 1.
enum class ClusterMetric : int {
    params,
    tokens,
    does_not_fit,
    time_compute,
    time_tensor,
    time_expert,
    time_pipeline,
    time_data,
    time_latency,
    time_overhead,
    time_failures,
    count
};

inline constexpr auto cluster_metrics = std::to_array<MetricFacts<ClusterMetric>>({
    {ClusterMetric::params, "run_params", "1", MetricStage::run},
    {ClusterMetric::tokens, "run_tokens", "tokens", MetricStage::run},
    {ClusterMetric::does_not_fit, "run_does_not_fit", "1", MetricStage::run},
    {ClusterMetric::time_compute, "run_time_compute", "1", MetricStage::run},
    {ClusterMetric::time_tensor, "run_time_tensor", "1", MetricStage::run},
    {ClusterMetric::time_expert, "run_time_expert", "1", MetricStage::run},
    {ClusterMetric::time_pipeline, "run_time_pipeline", "1", MetricStage::run},
    {ClusterMetric::time_data, "run_time_data", "1", MetricStage::run},
    {ClusterMetric::time_latency, "run_time_latency", "1", MetricStage::run},
    {ClusterMetric::time_overhead, "run_time_overhead", "1", MetricStage::run},
    {ClusterMetric::time_failures, "run_time_failures", "1", MetricStage::run},
});

/// What a path with `progress` reports besides.
enum class ProgressMetric : int { effective_flop, algorithmic_efficiency, count };

inline constexpr auto progress_metrics = std::to_array<MetricFacts<ProgressMetric>>({
    {ProgressMetric::effective_flop, "effective_flop", "FLOP", MetricStage::fleet},
    {ProgressMetric::algorithmic_efficiency,
     "algorithmic_efficiency",
     "1",
     MetricStage::fleet},
});

inline constexpr int path_metric_count = static_cast<int>(PathMetric::count);
inline constexpr int cluster_metric_count = static_cast<int>(ClusterMetric::count);
inline constexpr int progress_metric_count = static_cast<int>(ProgressMetric::count);

namespace detail {

/// Whether a table has each member of its enumeration once, in order.
template <class Metric, std::size_t size>
constexpr bool is_whole(std::array<MetricFacts<Metric>, size> const& table) {
    for (std::size_t i = 0; i < size; ++i) {
        if (static_cast<std::size_t>(table[i].metric) != i || table[i].name.empty()
            || table[i].unit.empty()) {
            return false;
        }
    }
    return size == static_cast<std::size_t>(Metric::count);
}

/// Rows of a stage are consecutive.
template <class Metric, std::size_t size>
constexpr bool has_ordered_stages(std::array<MetricFacts<Metric>, size> const& table) {
    for (std::size_t i = 1; i < size; ++i) {
        if (table[i].stage < table[i - 1].stage) {
            return false;
        }
    }
    return true;
}

}  // namespace detail

static_assert(detail::is_whole(path_metrics), "a path metric lacks its row above");
static_assert(detail::is_whole(cluster_metrics), "a metric lacks its row above");
static_assert(detail::is_whole(progress_metrics), "a metric lacks its row above");
static_assert(detail::has_ordered_stages(path_metrics), "metrics stand by stage");

/// The first metric of a path that is of this stage or a later one.
constexpr PathMetric first_of(MetricStage stage) {
    int i = 0;
    while (i < path_metric_count
           && path_metrics[static_cast<std::size_t>(i)].stage < stage) {
        ++i;
    }
    return static_cast<PathMetric>(i);
}

}  // namespace leadtime::kernels
