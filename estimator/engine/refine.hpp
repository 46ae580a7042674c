// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/statistics.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace leadtime::estimator {

/// A reported quantile of an output.
struct QuantileOf {
    int output = 0;
    std::size_t level = 0;
};

/// Adds the samples of the run once more, to statistics over axes for these quantiles,
/// one each.
using AddAgain =
    std::function<void(Statistics& statistics, std::span<QuantileOf const> quantiles)>;

/// What the accuracy of quantiles is measured by, over the finite samples.
struct QuantileSpread {
    double p05_to_p95 = 0.0;
    double p25_to_p75 = 0.0;
};

/// Whether the bin of a quantile at level p is as narrow as promised: a sample in it is
/// read off within 0.1 % of its value and within 0.2 % of the distance from p5 to p95;
/// or within the larger of the two where
/// the bin has fewer samples than a standard deviation of the rank, or one. 0.02 % of
/// the distance from p25 to p75 will do in any case, and 1/16384 of their values for two
/// samples far apart.
bool is_narrow(OutputDistribution const& distribution,
               double p,
               QuantileSpread const& spread);

/// Looks at the bin of every reported quantile once a run is complete. For those that
/// do not keep the promise the samples run again, over an axis of the bin alone, until
/// it is kept: `statistics.refined` has them. A function of the counts, so any split of
/// the samples ends with the same. `smallest_part`: samples of the smallest set of them
/// whose quantiles are looked at too, as those of a replicate.
void refine_quantiles(Statistics& statistics,
                      std::uint64_t smallest_part,
                      AddAgain const& add_again);

}  // namespace leadtime::estimator
