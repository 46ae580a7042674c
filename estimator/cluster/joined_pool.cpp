// SPDX-License-Identifier: Apache-2.0
#include "estimator/cluster/joined_pool.hpp"

#include <algorithm>
#include <cstdlib>

namespace leadtime::estimator {
namespace {

double value(ClusterValues const& values, ClusterQuantity quantity) {
    return static_cast<double>(values[static_cast<std::size_t>(quantity)]);
}

double rate(ClusterValues const& values) {
    return value(values, ClusterQuantity::peak_flop_per_s)
           * value(values, ClusterQuantity::gemm_fraction);
}

}  // namespace

std::optional<double> joined_worth(ClusterMachine const& carrier,
                                   ClusterMachine const& other) {
    if (carrier.id == other.id) {
        return 1;
    }
    if (carrier.vendor != other.vendor || !carrier.generation || !other.generation) {
        return {};
    }
    switch (std::abs(*carrier.generation - *other.generation)) {
    case 0:
        return 1;
    case 1:
        return JoinDefaults::one_generation_apart;
    case 2:
        return JoinDefaults::two_generations_apart;
    default:
        return {};
    }
}

double join(JoinedPool const& pool,
            double own,
            ClusterValues const& other,
            ClusterValues& carrier) {
    auto const worth = rate(other) / rate(carrier) * pool.worth;
    auto const equal =
        std::max(1.0, JoinDefaults::efficiency * (own + worth * pool.chips));
    auto const crowd = (own + pool.chips) / equal;
    auto& mtbf_h = carrier[static_cast<std::size_t>(ClusterQuantity::mtbf_h)];
    mtbf_h = static_cast<float>(static_cast<double>(mtbf_h) / crowd);
    return equal;
}

ClusterFigures joined_figures(JoinedPool const& pool,
                              double own,
                              ClusterValues const& other,
                              ClusterValues const& carrier,
                              ClusterFigures figures) {
    auto const real = own + pool.chips;
    auto const peak = own * value(carrier, ClusterQuantity::peak_flop_per_s)
                      + pool.chips * value(other, ClusterQuantity::peak_flop_per_s);
    auto const flop_per_s = figures.flop_per_token * figures.tokens_per_s;
    figures.chips_used *= real / figures.chips;
    figures.chips = real;
    figures.model_flop_per_s = flop_per_s / real;
    figures.mfu = flop_per_s / peak;
    return figures;
}

}  // namespace leadtime::estimator
