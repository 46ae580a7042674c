// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/families.hpp"

#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// P(X <= value) = p is wanted; `upper` is 1 - p without cancellation.
struct WantedQuantile {
    double p = 0;
    double upper = 0;
    double value = 0;
};

struct FitOptions {
    double tolerance = 0.01;  ///< largest relative miss of a quantile that is accepted
    double min = 0;           ///< beta: the range
    double max = 1;
    double df = 0;      ///< student_t
    double lambda = 4;  ///< pert
};

/// Fits a family to quantiles: `uniform`, `loguniform`, `normal`, `lognormal`, `beta`,
/// `gamma`, `student_t` to two or more, `triangular` and `pert` to three or more,
/// `split_normal` and `split_lognormal` to the median, one below and one above it.
///
/// Two quantiles of a two-parameter family are met exactly. More are met in the sense
/// of least squares: of log x for the log families, of x for the others. A miss is
/// measured against the quantile, or where any is not positive against their spread.
///
/// Precondition: p ascending and distinct.
/// Throws:  DistributionError, where a quantile is missed by more than the tolerance
/// with
///          what was reached; where values do not ascend or leave the support; where
///          there are too few.
Distribution fit_quantiles(std::string_view family,
                           std::vector<WantedQuantile> const& wanted,
                           FitOptions const& options = {});

/// Fits `uniform`, `normal`, `lognormal`, `beta`, `gamma` or `student_t` by moments.
/// Throws: DistributionError where no member of the family has them.
Distribution fit_moments(std::string_view family,
                         double mean,
                         double sd,
                         FitOptions const& options = {});

/// `p5`, `p2.5`.
std::string quantile_key(double p);

/// The value notation: "a to b" (lognormal, or normal where a <= 0) and "a to b to c"
/// (split); dates are always (split) normal.
Distribution from_values(std::vector<double> const& values, bool is_date);

}  // namespace leadtime::estimator
