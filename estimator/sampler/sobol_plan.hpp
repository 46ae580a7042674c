// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/plan.hpp"
#include "estimator/scenario/scenario.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// Scores that get a Sobol dimension at most; the rest stays with Philox.
inline constexpr int most_sobol_dimensions = 1024;

/// Direction numbers of the first `dimensions` Sobol dimensions, 32 for each, of index
/// bits 0 (lowest) to 31; the highest bit is 1/2. From Boost.Random, which has those of
/// S. Joe and F. Y. Kuo (new-joe-kuo-6.21201).
std::vector<std::uint32_t> sobol_directions(int dimensions);

/// The plan with its scores drawn from scrambled Sobol points, in replicates of
/// 2^samples_log2 samples (at least 64). `by_importance` has every score once: the
/// first get the first dimensions, whose projections are the best.
Plan with_sobol(Plan plan, std::span<int const> by_importance, int samples_log2);

/// Independent scores by falling importance, from a pilot of 4,096 ordinary samples:
/// the largest rank coefficient (docs/sensitivity.md 2) over the lags at year ends and
/// the quantities of [output] counts. A function of scenario and seed. Throws:
/// RunError.
std::vector<int>
scores_by_importance(Scenario const& scenario, Plan const& plan, std::uint64_t seed);

}  // namespace leadtime::estimator
