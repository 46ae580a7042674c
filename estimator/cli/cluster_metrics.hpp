// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/backtest/backtest.hpp"
#include "estimator/cluster/solved_case.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// A figure at median inputs and, where samples were drawn, its quantiles.
struct ClusterMetric {
    std::string key;  ///< as in JSON, with its unit
    double point = 0;
    std::optional<PredictedRange> range;

    /// The one centre that is printed: the median of the samples, else the point.
    double centre() const { return range ? range->median : point; }
};

/// FLOP of an outcome; of a job that was sought and is found nowhere 0.
double flop_found(ClusterOutcome const& outcome, ClusterSought sought);

/// What `leadtime cluster` tells, and how an outcome says it; nothing where it is not
/// known, as costs without a price.
struct ClusterMetricKind {
    std::string key;
    std::function<std::optional<double>(ClusterOutcome const&)> get;
};

/// Everything that is told, in the order of the table. A number of accelerators that is
/// found nowhere is infinite. `own_grid`: kg of CO2 a kWh, instead of the grids of
/// countries.
std::vector<ClusterMetricKind> cluster_metric_kinds(ClusterTask const& task,
                                                    std::optional<double> own_grid);

/// `at_point` with the quantiles of `values`, where there are any.
ClusterMetric
cluster_metric(std::string key, double at_point, std::vector<double> values);

}  // namespace leadtime::estimator
