// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace leadtime::estimator {

/// Lower factor L of a symmetric matrix L L', both row-major; nothing where a pivot is
/// not above `smallest_pivot`: the matrix is not positive definite, or nearly not.
///
/// Every sum is taken in the order of the columns: the same bits always. They become
/// correlated draws.
inline std::optional<std::vector<double>> cholesky(std::vector<double> const& matrix,
                                                   std::size_t n,
                                                   double smallest_pivot = 0.0) {
    std::vector<double> lower(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double rest = matrix[i * n + j];
            for (std::size_t k = 0; k < j; ++k) {
                rest -= lower[i * n + k] * lower[j * n + k];
            }
            if (i == j && !(rest > smallest_pivot)) {
                return std::nullopt;
            }
            lower[i * n + j] = i == j ? std::sqrt(rest) : rest / lower[j * n + j];
        }
    }
    return lower;
}

}  // namespace leadtime::estimator
