// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"
#include "estimator/engine/tile_kernels.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// One uncertain input: the normal score of a drawn value. A quantity is one factor; a
/// series whose knots have scores of their own is one for each knot. Knots that share a
/// score (`knot_correlation` 1) are one factor together.
struct Factor {
    std::string name;   ///< `ascend_cards`, or of a knot `ascend_cards@2027-01`
    std::string month;  ///< of the knot, `YYYY-MM`; empty for a whole quantity
    QuantityIndex quantity = 0;
    std::vector<int> draws;                 ///< value draws of the plan with this score
    std::vector<kernels::ScoreTerm> terms;  ///< weighted independent scores
    /// Other quantities that share an independent score: correlated with this one.
    std::vector<std::string> correlated_with;
};

/// The factors of a model, in the order of its draws.
std::vector<Factor> factors_of(Model const& model);

/// Scores of factors for the samples [0, samples): what the kernels draw, drawn again
/// (draws are pure functions of the sample number), so that none has to be kept.
class FactorScores {
  public:
    FactorScores(Model const& model,
                 std::uint64_t seed,
                 std::uint64_t samples,
                 TileKernels const& kernels = best_kernels());

    /// Valid until the next call. Sorting by a score is sorting by the drawn value, for
    /// quantile functions do not fall.
    std::span<float const> of(Factor const& factor);

  private:
    std::span<float const> independent(int score);

    Model model_;
    std::uint64_t seed_;
    std::uint64_t samples_;
    TileKernels const& kernels_;
    QuantityIndex quantity_ = 0;
    std::map<int, std::vector<float>> known_;  ///< independent scores of one quantity
    std::vector<float> scores_;
};

}  // namespace leadtime::estimator
