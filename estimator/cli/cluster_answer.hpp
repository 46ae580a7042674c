// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_metrics.hpp"
#include "estimator/cli/cluster_question.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// The answer to one task.
struct ClusterAnswer {
    ClusterTask task;
    ClusterOutcome point;               ///< at median inputs
    std::vector<ClusterOutcome> drawn;  ///< by sample
    std::vector<ClusterMetric> metrics;
    double feasible_fraction = 0;  ///< of the samples
    double met_fraction = 0;       ///< of the samples: some count, or some job, does it
    /// Share of the time that passes, at median inputs, largest first: compute, ...
    std::vector<std::pair<std::string, double>> shares;
    std::vector<std::string> flags;  ///< fits not, idle, fewer accelerators, ...

    /// Nothing where it is not known, as costs without a price.
    ClusterMetric const* find(std::string_view key) const;
    /// `failures 59 %`: what takes most time but arithmetic; empty where nothing does.
    std::string largest_loss() const;
};

/// `chips`: those of the task, unless they are sought or follow from money or power.
ClusterAnswer answer_cluster(ClusterQuestion const& asked, double chips);

/// The answer to a task of the question; `targets` as sample_task() has them.
ClusterAnswer answer_task(ClusterQuestion const& asked,
                          ClusterTask task,
                          SampleTargets const& targets,
                          std::vector<std::string> flags);

}  // namespace leadtime::estimator
