// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/pilot.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// A symmetric matrix's eigenvalues, falling, and their unit eigenvectors.
struct Eigensystem {
    std::vector<double> values;
    std::vector<std::vector<double>> vectors;
};

/// By cyclic Jacobi rotations: slow, exact to rounding, the same bits always.
Eigensystem eigensystem(std::vector<std::vector<double>> matrix);

/// Orthonormal directions in the space of all scores along which the outputs change
/// most, at most `most` of them, by falling share: eigenvectors of the sum over the
/// outputs of g g' + M M, where g are the mean first and M the mean second derivatives
/// (docs/model.md 1). Only scores in `turnable`, the most important first, take part; M
/// also knows those in `fixed`. What is within the pilot's noise counts as 0.
std::vector<std::vector<double>> main_directions(Pilot const& pilot,
                                                 std::span<std::size_t const> turnable,
                                                 std::span<std::size_t const> fixed,
                                                 std::size_t most);

/// Reflections whose product H_1 H_2 ... turns the axis of one score each into one of
/// the orthonormal directions (or its opposite), and the scores of those axes: the
/// largest of each direction. A direction that is an axis already needs no reflection.
struct AxesOfDirections {
    std::vector<ScoreReflection> reflections;
    std::vector<std::size_t> scores;
};
AxesOfDirections axes_of_directions(std::span<std::vector<double> const> directions);

}  // namespace leadtime::estimator
