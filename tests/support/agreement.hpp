// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include <cstdint>
#include <string>

namespace leadtime::tests {

/// Where kernel and reference differ most, over some samples of a scenario.
struct Agreement {
    double worst = 0.0;          ///< largest error, in units of what is allowed
    std::string where;           ///< output, step, sample and both values
    std::uint64_t outliers = 0;  ///< values that differ by more than is allowed
    std::uint64_t compared = 0;
    std::uint64_t finite = 0;
    std::uint64_t not_a_number = 0;  ///< in the reference
};

/// Runs samples [0, samples) in the kernels and in the reference and compares every
/// output.
///
/// Allowed: relative 1e-4. In addition 1e-4 of the horizon for times and lags, which
/// are differences of months, and 3e-5 of the metric's largest value (of the path's
/// spending or fleet, for money and chips), because what is bought last is bought with
/// a small difference of large sums. Infinities, and what is not a number, must agree.
/// A choice between two near-equal values (which pool does the largest run, an `if` at
/// its edge, a level that is just reached) may fall the other way in single precision;
/// callers allow for a few such outliers.
Agreement compare_with_reference(estimator::Scenario const& scenario,
                                 std::uint64_t seed,
                                 std::uint64_t samples);

}  // namespace leadtime::tests
