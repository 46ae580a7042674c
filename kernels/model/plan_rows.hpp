// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/macros.hpp"
#include "kernels/plan/plan.hpp"

/// Where inputs and metrics lie: workspace rows, and columns of the outputs.
namespace leadtime::kernels {

LEADTIME_FUNCTION int row_of(PathPlan const& path, PathInput input) {
    return path.inputs.rows[static_cast<int>(input)];
}
LEADTIME_FUNCTION int row_of(PathPlan const& path, JoinInput input) {
    return path.join.rows[static_cast<int>(input)];
}
LEADTIME_FUNCTION int row_of(ChannelPlan const& channel, ChannelInput input) {
    return channel.inputs.rows[static_cast<int>(input)];
}
LEADTIME_FUNCTION int row_of(ProgressPlan const& progress, ProgressInput input) {
    return progress.inputs.rows[static_cast<int>(input)];
}

LEADTIME_FUNCTION int metric_row(PathPlan const& path, PathMetric metric) {
    return path.metrics + static_cast<int>(metric);
}
LEADTIME_FUNCTION int metric_row(JobPlan const& job, ClusterMetric metric) {
    return job.metrics + static_cast<int>(metric);
}
LEADTIME_FUNCTION int metric_row(ProgressPlan const& progress, ProgressMetric metric) {
    return progress.metrics + static_cast<int>(metric);
}

/// -1: not among the outputs.
LEADTIME_FUNCTION int column_of(PathOutputs const& outputs, PathMetric metric) {
    return outputs.columns[static_cast<int>(metric)];
}

}  // namespace leadtime::kernels
