// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/drawn_inputs.hpp"

#include "estimator/quantities/portable_math.hpp"
#include "kernels/lanes/normal.hpp"
#include "kernels/lanes/philox.hpp"

#include <algorithm>
#include <cmath>

namespace leadtime::estimator::detail {
namespace {

using Quantity = ClusterQuantity;

/// Shares must stay shares however far out a draw is.
double bounded(Quantity quantity, double value) {
    switch (quantity) {
    case Quantity::gemm_fraction:
    case Quantity::gemm16_fraction:
    case Quantity::hidden_tensor:
    case Quantity::hidden_expert:
    case Quantity::hidden_data:
    case Quantity::scale_up_fraction:
    case Quantity::scale_out_fraction:
    case Quantity::straggler_waste:
        return std::min(value, 0.99);
    case Quantity::learner_efficiency:
    case Quantity::masked_failures:
        return std::min(value, 1.0);
    default:
        return value;
    }
}

/// Names of the draws: a quantity that says the same twice shares its score.
std::uint32_t draw_id(Quantity quantity, bool is_low_precision) {
    if (quantity == Quantity::peak16_flop_per_s && !is_low_precision) {
        quantity = Quantity::peak_flop_per_s;
    }
    if (quantity == Quantity::gemm16_fraction) {
        quantity = Quantity::gemm_fraction;
    }
    return static_cast<std::uint32_t>(quantity);
}

bool shares_ecosystem(Quantity quantity) {
    return quantity == Quantity::team_quality || quantity == Quantity::moe_quality
           || quantity == Quantity::mtbf_h || quantity == Quantity::restart_s;
}

constexpr std::uint32_t ecosystem_id = 1000;  // beyond every quantity

}  // namespace

ClusterSpreads spreads_of(ClusterCase const& question) {
    auto spreads = question.machine.spreads;
    auto const& model = question.model;
    set_cluster_priors(spreads,
                       question.machine.ecosystem,
                       question.team,
                       question.is_moe(),
                       question.split ? ClusterLayoutSource::given
                                      : ClusterLayoutSource::chosen,
                       question.year);
    if (question.masked_failures) {
        spreads[Quantity::masked_failures] = certain(*question.masked_failures);
    }
    if (question.learners) {
        spreads[Quantity::learners] = certain(*question.learners);
    }
    if (question.hot_spares) {
        spreads[Quantity::hot_spares] = certain(*question.hot_spares);
    }
    if (model.training_tokens) {
        spreads[Quantity::training_tokens] = certain(*model.training_tokens);
        // grows with the data, exponent 0.45; the prior is at 15T tokens
        // (docs/cluster.md)
        auto const factor = portable::pow(*model.training_tokens / 15e12, 0.45);
        auto& critical = spreads[Quantity::critical_batch_tokens];
        critical = {
            critical.low * factor, critical.median * factor, critical.high * factor};
    }
    if (model.critical_batch_tokens) {
        spreads[Quantity::critical_batch_tokens] =
            certain(*model.critical_batch_tokens);
    }
    if (model.sites > 1) {
        spreads[Quantity::sites] = certain(model.sites);
        spreads[Quantity::site_link_bytes_per_s] = certain(model.site_link_bytes_per_s);
        spreads[Quantity::site_round_trip_s] = certain(model.site_round_trip_s);
        spreads[Quantity::inner_steps] = certain(model.inner_steps);
        // 8-bit pseudo-gradients in the loose variant (docs/cluster.md, eq 33)
        spreads[Quantity::site_bytes_per_param] =
            certain(model.inner_steps > 1 ? 1 : 2);
    }
    return spreads;
}

double score(std::uint64_t seed, std::uint64_t sample, std::uint32_t id) {
    auto const word = kernels::random_word(seed, sample, id, 0);
    return kernels::normal_score<float>(static_cast<std::int32_t>(word));
}

ClusterValues draw(ClusterSpreads const& spreads,
                   ClusterMachine const& machine,
                   std::uint64_t seed,
                   std::uint64_t sample) {
    ClusterValues values{};
    for (std::size_t i = 0; i < ClusterSpreads::size; ++i) {
        auto const quantity = static_cast<Quantity>(i);
        auto const& spread = spreads[quantity];
        double value = spread.median;
        if (spread.low != spread.high) {
            auto z = score(seed, sample, draw_id(quantity, machine.is_low_precision));
            if (machine.ecosystem == ClusterEcosystem::ascend
                && shares_ecosystem(quantity)) {
                auto common = score(seed, sample, ecosystem_id);
                common =
                    quantity == Quantity::restart_s ? -common : common;  // bad is long
                z = std::sqrt(0.5) * (z + common);
            }
            value = value_at(spread, z);
        }
        values[i] = static_cast<float>(bounded(quantity, value));
    }
    return values;
}

ClusterValues medians_of(ClusterSpreads const& spreads) {
    ClusterValues values{};
    for (std::size_t i = 0; i < ClusterSpreads::size; ++i) {
        auto const quantity = static_cast<Quantity>(i);
        values[i] = static_cast<float>(bounded(quantity, spreads[quantity].median));
    }
    return values;
}

}  // namespace leadtime::estimator::detail
