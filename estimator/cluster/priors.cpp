// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/priors.hpp"

#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace leadtime::estimator {
namespace {

constexpr double fitted_year = 2025.5;      // of the software that constants are for
constexpr double z95 = 1.6448536269514722;  // normal quantile of 0.95

/// Lognormal of a standard deviation, median 1.
Spread lognormal(double sd) {
    return {portable::exp(-z95 * sd), 1.0, portable::exp(z95 * sd)};
}

Spread
team_quality(ClusterEcosystem ecosystem, ClusterTeam team, std::optional<double> year) {
    constexpr double october_2023 = 2023.75;
    if (team == ClusterTeam::ordinary && ecosystem == ClusterEcosystem::nvidia && year
        && *year < october_2023) {
        return {0.30, 0.48, 0.70};
    }
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

/// Software improves from mid-2025 on, about which the constants were fitted: a factor a
/// year, its spread on top of what there is.
Spread improved(Spread const& spread, Spread const& a_year, double years) {
    auto const side = [&](double end, double gain) {
        auto const own = portable::log(end / spread.median);
        auto const gained = years * portable::log(gain / a_year.median);
        return std::sqrt(own * own + gained * gained);
    };
    auto const median = spread.median * portable::pow(a_year.median, years);
    return {median * portable::exp(-side(spread.low, a_year.low)),
            median,
            median * portable::exp(side(spread.high, a_year.high))};
}

/// A spread whose median is at most `most`.
Spread at_most(Spread const& spread, double most) {
    auto const scale = std::min(1.0, most / spread.median);
    return {spread.low * scale, spread.median * scale, spread.high * scale};
}

/// f by date: published from 2026 on, by leaders first; half a year later on Ascend.
Spread masked_failures_in(ClusterEcosystem ecosystem, std::optional<double> year) {
    struct Knot {
        double year;
        Spread share;
    };
    constexpr std::array knots{Knot{2024, {0, 0, 0}},
                               Knot{2025.5, {0.02, 0.20, 0.60}},
                               Knot{2027, {0.25, 0.60, 0.90}},
                               Knot{2030, {0.50, 0.80, 0.95}}};
    auto const late = ecosystem == ClusterEcosystem::ascend ? 0.5 : 0.0;
    auto const at = year.value_or(knots.front().year) - late;
    if (at <= knots.front().year) {
        return knots.front().share;
    }
    for (std::size_t i = 1; i < knots.size(); ++i) {
        auto const& [from, before] = knots[i - 1];
        auto const& [to, after] = knots[i];
        if (at < to) {
            auto const part = (at - from) / (to - from);
            return {std::lerp(before.low, after.low, part),
                    std::lerp(before.median, after.median, part),
                    std::lerp(before.high, after.high, part)};
        }
    }
    return knots.back().share;
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
        return layout == ClusterLayoutSource::given ? 0.18 : 0.26;
    }
    return layout == ClusterLayoutSource::given ? 0.10 : 0.15;
}

// All numbers below: docs/cluster.md, "Constants" and "Reliability and operations".
void set_cluster_priors(ClusterSpreads& spreads,
                        ClusterEcosystem ecosystem,
                        ClusterTeam team,
                        bool is_moe,
                        ClusterLayoutSource layout,
                        std::optional<double> year) {
    using enum ClusterQuantity;
    bool const is_ascend = ecosystem == ClusterEcosystem::ascend;
    spreads[kernel_quality] = {0.86, 0.92, 0.97};
    spreads[ClusterQuantity::team_quality] =
        leadtime::estimator::team_quality(ecosystem, team, year);
    spreads[width_half] = {450, 900, 1700};
    spreads[tokens_half] = {80, 166, 350};
    spreads[moe_quality] =
        is_ascend ? Spread{0.40, 0.60, 0.90} : Spread{0.50, 0.70, 0.95};
    spreads[expert_imbalance] = {0.03, 0.10, 0.30};
    if (auto const years = year.value_or(0) - fitted_year; years > 0) {
        auto& team_quality = spreads[ClusterQuantity::team_quality];
        team_quality =
            at_most(improved(team_quality, {1.00, 1.06, 1.15}, years),
                    std::max(team_quality.median, 1.08));  // the best team of 2025
        // mixtures 1.20 a year in all
        spreads[moe_quality] = at_most(
            improved(spreads[moe_quality], {1.00, 1.20 / 1.06, 1.26}, years), 1.0);
    }
    spreads[vector_bytes] = {90, 135, 200};
    spreads[permute_bytes] = {12, 21.5, 40};
    spreads[low_precision_traffic] = {1.15, 1.5, 2.0};
    spreads[hidden_tensor] = {0.2, 0.55, 0.85};
    spreads[hidden_expert] = {0.20, 0.47, 0.75};
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
    spreads[masked_failures] = masked_failures_in(ecosystem, year);
    spreads[stall_s] = {15, 60, 180};
    spreads[learners] = certain(1);
    spreads[replica_loss] = {0.005, 0.02, 0.07};
    spreads[hot_spares] = certain(0);
    spreads[learner_efficiency] = {0.95, 0.99, 1.0};
    spreads[straggler_waste] =
        is_ascend ? Spread{0.02, 0.08, 0.30} : Spread{0.01, 0.06, 0.21};
    spreads[setup_s] = certain(0);
    // rows that state the stepping rate and all hours: log-mean 0.11, sd 0.14
    spreads[campaign_factor] = {0.87, 1.10, 1.39};
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
