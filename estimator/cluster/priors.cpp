// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/priors.hpp"

#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <cmath>

namespace leadtime::estimator {
namespace {

constexpr double z95 = 1.6448536269514722;  // normal quantile of 0.95

/// Lognormal of a standard deviation, median 1.
Spread lognormal(double sd) {
    return {portable::exp(-z95 * sd), 1.0, portable::exp(z95 * sd)};
}

Spread team_quality(ClusterEcosystem ecosystem, ClusterTeam team) {
    if (team == ClusterTeam::unknown) {  // spans both: judgement
        return ecosystem == ClusterEcosystem::ascend ? Spread{0.45, 0.85, 1.08}
                                                     : Spread{0.60, 0.87, 1.08};
    }
    bool const is_frontier = team == ClusterTeam::frontier;
    if (ecosystem == ClusterEcosystem::ascend) {
        return is_frontier ? Spread{0.80, 0.97, 1.08} : Spread{0.45, 0.72, 0.92};
    }
    return is_frontier ? Spread{0.82, 0.93, 1.08} : Spread{0.60, 0.80, 0.95};
}

}  // namespace

double value_at(Spread const& spread, double z) {
    auto const [low, median, high] = spread;
    if (low == median && median == high) {
        return median;
    }
    auto const score = z / z95;
    if (low <= 0 || median <= 0) {
        return std::max(0.0, median + score * (z < 0 ? median - low : high - median));
    }
    return median
           * portable::exp(score * portable::log(z < 0 ? median / low : high / median));
}

double discrepancy_sd(bool is_moe, ClusterLayoutSource layout) {
    if (is_moe) {
        return 0.35;  // seven rows tell the two apart by nothing
    }
    return layout == ClusterLayoutSource::given ? 0.10 : 0.16;
}

// All numbers below: docs/cluster.md, "Constants" and "Reliability and operations".
void set_cluster_priors(ClusterSpreads& spreads,
                        ClusterEcosystem ecosystem,
                        ClusterTeam team,
                        bool is_moe,
                        ClusterLayoutSource layout) {
    using enum ClusterQuantity;
    bool const is_ascend = ecosystem == ClusterEcosystem::ascend;
    spreads[kernel_quality] = {0.86, 0.92, 0.97};
    spreads[ClusterQuantity::team_quality] =
        leadtime::estimator::team_quality(ecosystem, team);
    spreads[width_half] = {450, 900, 1700};
    spreads[tokens_half] = {80, 166, 350};
    spreads[moe_quality] = {0.40, 0.60, 0.90};
    spreads[expert_imbalance] = {0.03, 0.10, 0.30};
    spreads[vector_bytes] = {90, 135, 200};
    spreads[permute_bytes] = {12, 21.5, 40};
    spreads[low_precision_traffic] = {1.05, 1.22, 1.5};
    spreads[hidden_tensor] = {0.2, 0.55, 0.85};
    spreads[hidden_expert] = {0.4, 0.77, 0.93};
    spreads[hidden_data] = {0.65, 0.84, 0.95};
    spreads[scale_up_fraction] = {0.60, 0.75, 0.88};
    spreads[scale_out_fraction] = {0.60, 0.80, 0.92};
    spreads[scale_up_latency_s] = {2e-6, 4e-6, 10e-6};
    spreads[scale_out_latency_s] = {5e-6, 10e-6, 40e-6};
    spreads[host_spread] = {0.003, 0.0077, 0.02};
    spreads[doubling_loss] = {0.0, 0.0036, 0.015};
    spreads[system_overhead] = {0.02, 0.06, 0.15};
    spreads[mfu_discrepancy] = lognormal(discrepancy_sd(is_moe, layout));

    spreads[mtbf_h] = is_ascend ? Spread{6e3, 25e3, 120e3} : Spread{12e3, 40e3, 90e3};
    spreads[job_failures_per_h] = {1.0 / 200, 1.0 / 80, 1.0 / 24};
    spreads[checkpoint_s] = is_ascend ? Spread{1, 15, 90} : Spread{0.5, 8, 60};
    spreads[save_s] = is_ascend ? Spread{20, 90, 400} : Spread{20, 60, 300};
    spreads[restart_s] = is_ascend ? Spread{30, 600, 3600} : Spread{60, 480, 1800};
    spreads[straggler_waste] =
        is_ascend ? Spread{0.02, 0.08, 0.30} : Spread{0.01, 0.06, 0.21};
    spreads[setup_s] = certain(0);
    spreads[critical_batch_tokens] = {15e6, 60e6, 250e6};
    spreads[training_tokens] = certain(1);
    spreads[sites] = certain(1);
    spreads[site_link_bytes_per_s] = certain(1);
    spreads[site_round_trip_s] = certain(0);
    spreads[site_bytes_per_param] = certain(2);
    spreads[site_hidden] = certain(0);
    spreads[inner_steps] = certain(1);
    spreads[outer_loss] = {0.0, 0.03, 0.08};
    spreads[outer_site_loss] = {0.0, 0.01, 0.04};
}

}  // namespace leadtime::estimator
