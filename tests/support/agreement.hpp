// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario.hpp"

#include <cstdint>
#include <string>

namespace leadtime::tests {

/// Where kernel and reference differ most, over some samples of a scenario.
struct Agreement {
    double worst = 0.0;      ///< largest error, in units of what is allowed
    std::string where;       ///< output, step, sample and both values
    std::uint64_t compared = 0;
    std::uint64_t finite = 0;
};

/// Runs samples [0, samples) in the kernels and in the reference and compares every output.
///
/// Allowed: relative 1e-4; times and lags, which are differences of months, also 1e-4 of the
/// horizon. Infinities must agree, except that where one side is censored the other may be
/// finite within rounding of the censoring point.
Agreement compare_with_reference(
    estimator::Scenario const& scenario, std::uint64_t seed, std::uint64_t samples);

}  // namespace leadtime::tests
