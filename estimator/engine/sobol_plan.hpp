// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Scores that get a Sobol dimension at most; the rest stays with Philox.
inline constexpr int most_sobol_dimensions = 1024;

/// Direction numbers of the first `dimensions` Sobol dimensions, 32 for each, of index
/// bits 0 (lowest) to 31; the highest bit is 1/2. From Boost.Random, which has those of
/// S. Joe and F. Y. Kuo (new-joe-kuo-6.21201).
std::vector<std::uint32_t> sobol_directions(int dimensions);

/// How the independent scores of a plan are spread over Sobol dimensions.
struct SobolLayout {
    std::vector<int> by_importance;  ///< every score once: the first dimension first
    /// The scores are turned after they are drawn, in this order of reflections.
    std::vector<kernels::Reflection> reflections;
    std::vector<kernels::ScoreTerm> terms;
};

/// A layout from a pilot of 4,096 ordinary samples (docs/model.md 1): the axes of some
/// scores are turned into the directions along which the outputs change most, then
/// scores go by importance. The outputs are those that `aims` name (as Model::find()
/// takes them), or without any the lags at year ends, or the quantities of [output]. A
/// function of model, seed and aims. Throws: RunError.
SobolLayout sobol_layout(Executor const& executor,
                         Model const& model,
                         std::uint64_t seed,
                         std::span<std::string const> aims = {});

/// The plan with its scores drawn from scrambled Sobol points, in replicates of
/// 2^samples_log2 samples (at least 64). The first dimensions' projections are the
/// best.
Plan with_sobol(Plan plan, SobolLayout const& layout, int samples_log2);

}  // namespace leadtime::estimator
