// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/costs.hpp"
#include "estimator/cluster/evaluation.hpp"

#include <optional>

namespace leadtime::estimator {

/// What `[join]` of a scenario says where it says nothing: assumptions
/// (docs/scenario-reference.md). `leadtime cluster --with` joins with the same.
struct JoinDefaults {
    static constexpr double efficiency = 0.93;
    static constexpr double one_generation_apart = 0.92;
    static constexpr double two_generations_apart = 0.8;
    static constexpr double link = 0;
    static constexpr double mixed = 0;
    static constexpr double site_efficiency = 0.85;
};

/// Accelerators of another kind that train with a carrier's (docs/model.md 3).
struct JoinedPool {
    ClusterMachine machine;
    ClusterPrices prices;
    double chips = 0;
    double worth = 1;  ///< of one at its own rate, by generations
};

/// Of accelerators that far apart; nothing where they do not train together: further
/// apart, of another ecosystem, or of generations not known.
std::optional<double> joined_worth(ClusterMachine const& carrier,
                                   ClusterMachine const& other);

/// `own` accelerators of the carrier with those of the pool, as so many of the carrier's:
/// rates add, by peak times best matrix multiplication, and all of them fail. Changes
/// the carrier's inputs accordingly. Returns: that number, 1 or more.
double join(JoinedPool const& pool,
            double own,
            ClusterValues const& other,
            ClusterValues& carrier);

/// Figures of such a run, over all accelerators that are in it: `own` of the carrier.
ClusterFigures joined_figures(JoinedPool const& pool,
                              double own,
                              ClusterValues const& other,
                              ClusterValues const& carrier,
                              ClusterFigures figures);

}  // namespace leadtime::estimator
