// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/scenario.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace leadtime::tests {

/// Philox4x32-10 (Salmon et al., SC 2011), in plain integer code.
std::array<std::uint32_t, 4> reference_philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key);

/// 32-bit FNV-1a of a name: the stream of its quantity.
std::uint32_t reference_name_hash(std::string_view name);

/// The word that belongs to a sample, a quantity and a knot (model.md 1).
std::uint32_t reference_word(std::uint64_t seed,
                             std::uint64_t sample,
                             std::uint32_t id,
                             std::uint32_t knot);

/// Phi^-1(v) for v in (0, 1/2), by Newton's method on log Phi.
double reference_normal_quantile(double v);

/// The independent normal score of a 32-bit word.
double reference_score_of_word(std::uint32_t word);

/// The lower triangle L with L L^T = matrix; both row-major, n * n.
/// Throws: std::domain_error where the matrix is not positive definite.
std::vector<double> reference_cholesky(std::vector<double> const& matrix,
                                       std::size_t n);

/// All scores z of one sample, after correlation and knots: [quantity][knot], one for a
/// plain distribution, none for a formula.
std::vector<std::vector<double>> reference_scores(estimator::Scenario const& scenario,
                                                  std::uint64_t seed,
                                                  std::uint64_t sample);

}  // namespace leadtime::tests
