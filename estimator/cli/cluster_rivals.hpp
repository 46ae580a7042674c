// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_answer.hpp"

#include <vector>

namespace leadtime::estimator {

/// An accelerator beside the first: the same job, or the same days, with as many of them
/// as have what `asked.equal` says in common. Each sample is compared with the same.
struct ClusterRival {
    ClusterAnswer answer;
    std::vector<ClusterMetric> per_base;  ///< ratios: accelerators, days, flop, costs
};
ClusterRival answer_rival(ClusterQuestion const& asked,
                          ClusterAnswer const& base,
                          ClusterMachine const& machine);

/// What an accelerator trains in so many days.
struct FrontierPoint {
    ClusterMachine const* machine;
    double days;
    ClusterMetric flop;
    std::vector<float> samples;  ///< of it, ascending; one where none were drawn
};

/// All of `asked.frontier_days`, the first accelerator before the others for each.
std::vector<FrontierPoint> cluster_frontier(ClusterQuestion const& asked);

}  // namespace leadtime::estimator
