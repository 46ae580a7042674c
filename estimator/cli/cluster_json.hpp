// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_rivals.hpp"

#include <nlohmann/json.hpp>
#include <vector>

namespace leadtime::estimator {

/// The document of `leadtime cluster --json`; its keys are those of run_cluster().
nlohmann::ordered_json json_document(ClusterQuestion const& asked,
                                     std::vector<ClusterAnswer> const& answers,
                                     std::vector<ClusterRival> const& rivals);

/// The same of a frontier.
nlohmann::ordered_json json_document(ClusterQuestion const& asked,
                                     std::vector<FrontierPoint> const& points);

}  // namespace leadtime::estimator
