// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"

#include <utility>
#include <vector>

/// What wrappers ask of the distributions they wrap.
namespace leadtime::estimator::detail {

/// Scores where a distribution's quantile function jumps or has a kink, ascending.
std::vector<double> break_scores(Distribution const& base);

/// Adds the score of (p, q) unless it lies beyond all draws.
void add_break(std::vector<double>& breaks, double p, double q);

/// Sorted, without repetitions.
std::vector<double> sorted_breaks(std::vector<double> breaks);

/// Whether the values are not negative and better tabulated as logarithms.
bool wants_log(Distribution const& base);

/// Values and weights of a distribution made of atoms only; empty otherwise.
std::pair<std::vector<double>, std::vector<double>> as_steps(Distribution const& base);

}  // namespace leadtime::estimator::detail
