// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/plan/cluster_plan.hpp"

#include <array>
#include <string_view>

namespace leadtime::estimator {

struct ClusterMetricName {
    std::string_view name;
    std::string_view unit;
    std::string_view base;  ///< the base dimension, empty for a plain number
};

/// Metrics of paths that use the cluster model, by kernels::ClusterMetric.
inline constexpr std::array<ClusterMetricName, kernels::cluster_metric_count>
    cluster_metrics{{
        {"run_params", "1", ""},
        {"run_tokens", "tokens", "token"},
        {"run_does_not_fit", "1", ""},
        {"run_time_compute", "1", ""},
        {"run_time_tensor", "1", ""},
        {"run_time_expert", "1", ""},
        {"run_time_pipeline", "1", ""},
        {"run_time_data", "1", ""},
        {"run_time_latency", "1", ""},
        {"run_time_overhead", "1", ""},
        {"run_time_failures", "1", ""},
    }};

}  // namespace leadtime::estimator
