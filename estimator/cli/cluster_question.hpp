// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_command.hpp"
#include "estimator/cluster/evaluation.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// `leadtime cluster`'s options, read and checked.
struct ClusterQuestion {
    ClusterCase question;
    std::vector<double> counts;  ///< one, or those of a sweep
    std::uint64_t samples = 0;
    std::uint64_t seed = 1;
    bool is_sweep = false;
    std::vector<std::string> flags;  ///< what the user should know about the answer
};

/// Throws: UsageError, text::ConfigError.
ClusterQuestion read_cluster_question(ClusterOptions const& options);

}  // namespace leadtime::estimator
