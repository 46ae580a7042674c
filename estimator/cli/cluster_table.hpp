// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_rivals.hpp"

#include <ostream>
#include <string>
#include <vector>

/// What `leadtime cluster` prints for people.
namespace leadtime::estimator {

/// `at the same power`, and so on.
std::string equal_words(ClusterQuestion const& asked);

/// One answer with all its figures, and what limits it.
void write_answer(ClusterAnswer const& answer,
                  ClusterQuestion const& asked,
                  std::ostream& out);

/// A scaling curve, a line for each number of accelerators.
void write_sweep(std::vector<ClusterAnswer> const& answers,
                 ClusterQuestion const& asked,
                 std::ostream& out);

/// Accelerators beside the first, a line for each.
void write_side_by_side(ClusterAnswer const& base,
                        std::vector<ClusterRival> const& rivals,
                        ClusterQuestion const& asked,
                        std::ostream& out);

/// A line for each number of days, a column for each accelerator.
void write_frontier(std::vector<FrontierPoint> const& points,
                    ClusterQuestion const& asked,
                    std::ostream& out);

}  // namespace leadtime::estimator
