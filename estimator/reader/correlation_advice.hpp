// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace leadtime::estimator::detail {

/// Row-major, n * n.
using Matrix = std::vector<double>;

/// Whether Cholesky's decomposition exists, with a margin for rounding.
bool is_positive_definite(Matrix const& a, std::size_t n);

/// The normal correlation of members i and j of a group that gives a rank correlation.
using NormalOf = std::function<double(std::size_t i, std::size_t j, double rank)>;

/// What to say of rank correlations whose normal ones are not positive definite.
struct CorrelationAdvice {
    std::string problem;
    std::string reason;
    std::string suggestion;
};

/// Looks along the eigenvector of the smallest eigenvalue for the entries whose change
/// alone mends the matrix, and by how much; else how far all must shrink.
/// `is_one_number`: the same for all pairs, so that only the last can be done.
CorrelationAdvice advise(Matrix const& rank,
                         std::vector<std::string> const& names,
                         NormalOf const& normal_of,
                         bool is_one_number);

}  // namespace leadtime::estimator::detail
