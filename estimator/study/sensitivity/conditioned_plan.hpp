// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/sensitivity/factors.hpp"

#include <span>

namespace leadtime::estimator {

/// The plan with a quantity held where its score is z (a plain quantity at its
/// Phi(z)-quantile, a series at that of each knot). Quantities that are correlated with
/// it get their conditional distribution: scores are normal, so each is shifted by its
/// regression on the held one. All else keeps its draws.
Plan hold_quantity(Plan plan,
                   std::span<Factor const> factors,
                   QuantityIndex quantity,
                   double z);

/// The plan with the independent scores of some factors drawn anew: the second sample
/// of pick-freeze. No quantity has so many knots that the two could meet.
Plan redraw(Plan plan, std::span<int const> scores);

}  // namespace leadtime::estimator
