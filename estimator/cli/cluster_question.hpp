// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/cluster_command.hpp"
#include "estimator/cluster/solved_case.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// What accelerators that are compared have in common.
enum class ClusterEqual { time, count, usd, power };
std::string_view to_string(ClusterEqual equal);

/// `leadtime cluster`'s options, read and checked.
struct ClusterQuestion {
    ClusterTask task;
    std::vector<double> counts;  ///< those of a sweep, else the one given; may be empty
    std::uint64_t samples = 0;
    std::uint64_t seed = 1;
    bool is_sweep = false;
    std::vector<double> frontier_days;  ///< the job is sought for each; else empty
    bool wants_point = false;
    std::optional<double> grid_kg_per_kwh;  ///< of the user; else those of `grids`
    std::vector<ClusterMachine> others;     ///< to stand beside the first
    ClusterEqual equal = ClusterEqual::time;
    std::vector<std::string> flags;  ///< what the user should know about the answer
};

/// Throws: UsageError, text::ConfigError.
ClusterQuestion read_cluster_question(ClusterOptions const& options);

}  // namespace leadtime::estimator
