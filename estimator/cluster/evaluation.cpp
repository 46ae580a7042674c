// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/evaluation.hpp"

#include "estimator/cluster/solved_case.hpp"

namespace leadtime::estimator {

ClusterFigures evaluate_cluster(ClusterCase const& question) {
    ClusterTask task;
    task.question = question;
    return evaluate_task(task).figures;
}

std::vector<ClusterFigures>
sample_cluster(ClusterCase const& question, std::uint64_t count, std::uint64_t seed) {
    ClusterTask task;
    task.question = question;
    std::vector<ClusterFigures> figures;
    figures.reserve(count);
    for (auto const& outcome : sample_task(task, count, seed)) {
        figures.push_back(outcome.figures);
    }
    return figures;
}

}  // namespace leadtime::estimator
