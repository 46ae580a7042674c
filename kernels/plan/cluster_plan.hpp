// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The cluster model's part of a Plan (docs/model.md 3): which rows hold its inputs for
/// a pool and for a path's job.
namespace leadtime::kernels {

/// Inputs of the cluster model that a scenario may set for an accelerator, in base
/// units (times in months, bandwidths in bytes a month). docs/cluster.md has the
/// symbols.
enum class ClusterInput : int {
    gemm_fraction,  ///< e_p
    gemm16_fraction,
    memory,
    memory_bandwidth,
    scale_up_domain,
    scale_up_bandwidth,
    scale_out_bandwidth,
    kernel_quality,  ///< g
    team_quality,    ///< q
    width_half,
    tokens_half,
    moe_quality,  ///< g_moe
    expert_imbalance,
    vector_bytes,
    permute_bytes,
    low_precision_traffic,
    hidden_tensor,
    hidden_expert,
    hidden_data,
    scale_up_fraction,
    scale_out_fraction,
    scale_up_latency,
    scale_out_latency,
    host_spread,
    doubling_loss,
    system_overhead,
    dense_discrepancy,  ///< factor on the throughput of dense jobs
    moe_discrepancy,    ///< of mixtures of experts
    mtbf,
    job_failure_rate,
    checkpoint_time,
    save_time,
    restart_time,
    straggler_waste,
    masked_failures,  ///< share that stops one replica only
    stall_time,       ///< what the others wait at such a failure
    learners,
    replica_loss,
    hot_spares,
    learner_efficiency,
    count
};

/// Inputs of a path's training job (docs/model.md 3).
enum class JobInput : int {
    is_moe,  ///< above 0.5: mixture of experts
    tokens_per_param,
    sparsity,  ///< total over active parameters of a mixture
    experts_active,
    remote_domains,  ///< most domains a token's experts lie in
    sequence_tokens,
    critical_batch,  ///< at 15T tokens
    critical_batch_exponent,
    batch_ratio,  ///< batch over critical batch
    hidden_bubble,
    count
};

inline constexpr int cluster_input_count = static_cast<int>(ClusterInput::count);
inline constexpr int job_input_count = static_cast<int>(JobInput::count);

/// Values of a RunContest (kernels/model/largest_run.hpp).
inline constexpr int contest_values = 15;

/// Rows of the inputs of one pool's accelerator.
struct ClusterPlan {
    int rows[cluster_input_count] = {};
    float peak16_flop_per_s = 0.0f;
    bool is_low_precision = false;  ///< narrower than 16 bit
};

/// Rows of the inputs of a path's job, and of what it reports (ClusterMetric).
struct JobPlan {
    int rows[job_input_count] = {};
    int metrics = 0;  ///< first of cluster_metric_count rows
    int contest = 0;  ///< first of contest_values work rows: a RunContest
    /// First of a work row for each pool of the path: FLOP that no run on it exceeds; 0
    /// once it is done, and where the cluster model does not decide.
    int most = 0;
};

}  // namespace leadtime::kernels
