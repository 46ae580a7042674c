// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_answer.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Numbers of `leadtime cluster` as people read them.
namespace leadtime::estimator {

/// Peak of a machine at the precision that it computes in, FLOP/s.
double peak_of(ClusterMachine const& machine);

/// A value of a metric; `never` where it is not finite.
std::string cell(std::string_view key, double value);

/// What a metric is called.
std::string label_of(std::string const& key, ClusterTask const& task);

/// `1.3 (0.9 to 2.1)`, or the one number there is; `not known` of none.
std::string range_cell(ClusterMetric const* metric);

/// The ratio of that key, as of plain numbers.
std::string ratio_cell(std::vector<ClusterMetric> const& ratios, std::string_view key);

/// Factors are whole where the model chooses; stages of a pipeline and sequences of a
/// micro-batch are shown so.
std::string layout_text(ClusterSplit const& split);

}  // namespace leadtime::estimator
