// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cluster/types.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace leadtime::estimator {

/// A positive quantity known by its 5 %, 50 % and 95 % quantiles: lognormal on either
/// side of the median, normal cut at 0 where the 5 % quantile is 0. Equal numbers: not
/// uncertain.
struct Spread {
    double low;
    double median;
    double high;
};

constexpr Spread certain(double value) {
    return {value, value, value};
}

/// The quantile at a normal score z.
double value_at(Spread const& spread, double z);

/// Everything of the cluster model that is uncertain: the members of ClusterHardware,
/// ClusterConstants and ClusterOperations in their order.
enum class ClusterQuantity : int {
    peak_flop_per_s,
    peak16_flop_per_s,
    gemm_fraction,
    gemm16_fraction,
    mem_bytes,
    mem_bytes_per_s,
    domain_chips,
    scale_up_bytes_per_s,
    scale_out_bytes_per_s,

    kernel_quality,
    team_quality,
    width_half,
    tokens_half,
    moe_quality,
    expert_imbalance,
    vector_bytes,
    permute_bytes,
    low_precision_traffic,
    hidden_tensor,
    hidden_expert,
    hidden_data,
    scale_up_fraction,
    scale_out_fraction,
    scale_up_latency_s,
    scale_out_latency_s,
    host_spread,
    doubling_loss,
    system_overhead,
    mfu_discrepancy,

    mtbf_h,
    job_failures_per_h,
    checkpoint_s,
    save_s,
    restart_s,
    masked_failures,
    stall_s,
    learners,
    replica_loss,
    hot_spares,
    learner_efficiency,
    straggler_waste,
    setup_s,
    campaign_factor,
    critical_batch_tokens,
    training_tokens,
    sites,
    site_link_bytes_per_s,
    site_round_trip_s,
    site_bytes_per_param,
    site_hidden,
    inner_steps,
    outer_loss,
    outer_site_loss,
    count
};

/// A spread for every quantity.
class ClusterSpreads {
  public:
    static constexpr std::size_t size =
        static_cast<std::size_t>(ClusterQuantity::count);
    Spread& operator[](ClusterQuantity quantity) {
        return spreads_[static_cast<std::size_t>(quantity)];
    }
    Spread const& operator[](ClusterQuantity quantity) const {
        return spreads_[static_cast<std::size_t>(quantity)];
    }

  private:
    std::array<Spread, size> spreads_{};
};

/// One number for each ClusterQuantity.
using ClusterValues = std::array<float, ClusterSpreads::size>;

/// Who trains: a vendor or frontier laboratory, anybody else, or not known which.
enum class ClusterTeam { frontier, ordinary, unknown };
enum class ClusterEcosystem { nvidia, ascend };

/// Who chooses the layout: a published or given one leaves the model less to miss.
enum class ClusterLayoutSource { given, chosen };

/// Standard deviation of the logarithm of what the model misses: the scatter of
/// published throughputs about it, each row left out in turn, less the spread of team
/// quality, which is drawn as well (docs/cluster.md 2.11).
double discrepancy_sd(bool is_moe, ClusterLayoutSource layout);

/// Sets constants and operations to the priors of docs/cluster.md; hardware is left
/// alone. `year`: when the job trains, 2025.5 is July 2025, where that is known. Ordinary
/// teams reached less before October 2023; failures of single replicas stop fewer runs
/// from 2024 on; software improves from mid-2025 on. Without it none of this is assumed.
void set_cluster_priors(ClusterSpreads& spreads,
                        ClusterEcosystem ecosystem,
                        ClusterTeam team,
                        bool is_moe,
                        ClusterLayoutSource layout,
                        std::optional<double> year = {});

}  // namespace leadtime::estimator
