// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/job_plan.hpp"
#include "estimator/cluster/machine.hpp"
#include "estimator/cluster/model_shape.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Most accelerators of one job: the range of docs/cluster.md.
inline constexpr double max_cluster_chips = 1e7;

inline constexpr double seconds_per_day = 86400;

/// A layout the user gives. Absent factors are 1. Accelerators beyond whole replicas of
/// tensor x pipeline x context idle.
struct ClusterSplit {
    double tensor = 1;
    double pipeline = 1;
    double virtual_stages = 1;
    double expert = 1;
    double context = 1;
    double micro_batch = 1;
    bool is_sharded = false;
};

/// One question to the cluster model.
struct ClusterCase {
    ClusterMachine machine;
    ClusterModel model;                 ///< of a planned job only its sites
    std::optional<PlannedJob> planned;  ///< instead of the model's shape and training
    double chips = 1;
    ClusterTeam team = ClusterTeam::frontier;
    std::optional<ClusterSplit> split;  ///< the model chooses without it
    double recompute_floor = 0;         ///< 1: every layer is recomputed
    double attention_count = 0.5;       ///< c of eq 1
    std::optional<double> year;  ///< when it trains, as set_cluster_priors() has it
    std::optional<double> masked_failures;  ///< f of eq 30a, instead of the prior
    std::optional<double> learners;         ///< M of eq 30a, likewise
    std::optional<double> hot_spares;       ///< sp of eq 30a, likewise

    bool is_moe() const { return planned ? planned->is_moe : model.is_moe(); }
};

/// The answer, every figure in base units.
struct ClusterFigures {
    double chips = 0;             ///< offered, on all sites
    double mfu = 0;               ///< of the peak at the job's precision
    double model_flop_per_s = 0;  ///< per accelerator offered
    double tokens_per_s = 0;
    double step_s = 0;
    double goodput = 0;
    double checkpoint_interval_s = 0;
    double duration_s = 0;  ///< +infinity where it cannot finish
    double tokens_needed = 0;
    double flop = 0;
    double flop_per_token = 0;
    double largest_flop_per_s = 0;
    double chips_used = 0;
    double active_fraction = 0;
    double micro_batches = 0;
    double mem_used_bytes = 0;
    double recomputed_fraction = 0;
    bool is_feasible = false;
    // seconds of the step
    double compute_s = 0;
    double tensor_s = 0;
    double expert_s = 0;
    double latency_s = 0;
    double pipeline_s = 0;
    double data_s = 0;
    double optimizer_s = 0;
    double slowdown_s = 0;
    double site_exchange_s = 0;
    ClusterSplit split;

    double days() const { return duration_s / seconds_per_day; }
};

/// At the median of every input, discrepancy 1.
ClusterFigures evaluate_cluster(ClusterCase const& question);

/// `count` draws from the priors of docs/cluster.md; the same seed, the same figures.
/// Ascend draws share an ecosystem factor (correlation 0.5 of q, g_moe, MTBF, restart).
std::vector<ClusterFigures>
sample_cluster(ClusterCase const& question, std::uint64_t count, std::uint64_t seed);

}  // namespace leadtime::estimator
