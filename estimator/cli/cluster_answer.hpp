// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/backtest/backtest.hpp"
#include "estimator/cli/cluster_question.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// A figure with its median-input value and, where samples were drawn, its quantiles.
struct ClusterMetric {
    std::string key;  ///< as in JSON, with its unit
    double point = 0;
    std::optional<PredictedRange> range;
};

/// Costs of the run by three methods, USD; absent where a price is not known.
struct ClusterCosts {
    std::optional<double>
        amortised;  ///< depreciation, network, energy (Epoch AI's method)
    std::optional<double> rental;   ///< accelerator-hours times the hourly rent
    std::optional<double> upfront;  ///< buying the accelerators
};

/// The answer for one number of accelerators.
struct ClusterAnswer {
    double chips = 0;
    ClusterFigures point;
    std::vector<ClusterMetric> metrics;
    ClusterCosts costs;
    double feasible_fraction = 0;  ///< of the samples
    /// Share of the step, largest first, with names: compute, pipeline, ...
    std::vector<std::pair<std::string, double>> shares;
    std::vector<std::string> flags;  ///< fits not, idle, fewer accelerators, ...
};

ClusterAnswer answer_cluster(ClusterQuestion const& asked, double chips);

}  // namespace leadtime::estimator
