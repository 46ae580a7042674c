// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/family.hpp"

#include <string_view>
#include <vector>

namespace leadtime::estimator {

struct FitOptions {
    double tolerance = 0.01;  ///< largest relative miss of a quantile that is accepted
    FamilyParameters parameters =
        {};  ///< at the family's options; else their fallbacks
};

/// Fits a family that has a `fit` to quantiles.
///
/// Two quantiles of a two-parameter family are met exactly. More are met in the sense
/// of least squares: of log x for the log families, of x for the others. A miss is
/// measured against the quantile, or where any is not positive against their spread.
///
/// Precondition: p ascending and distinct; the family's options that have no fallback
///          are among `options`.
/// Throws:  DistributionError, where a quantile is missed by more than the tolerance
/// with
///          what was reached; where values do not ascend or leave the support; where
///          there are too few.
Distribution fit_quantiles(Family const& family,
                           Wanted const& wanted,
                           FitOptions const& options = {});
Distribution fit_quantiles(std::string_view family,
                           Wanted const& wanted,
                           FitOptions const& options = {});

/// The member of a family that has a way "mean" and "sd" with these moments.
/// Throws: DistributionError where no member of the family has them.
Distribution fit_moments(std::string_view family,
                         double mean,
                         double sd,
                         FamilyParameters options = {});

/// `p5`, `p2.5`.
std::string quantile_key(double p);

/// The value notation: "a to b" (lognormal, or normal where a <= 0) and "a to b to c"
/// (split); dates are always (split) normal.
Distribution from_values(std::vector<double> const& values, bool is_date);

}  // namespace leadtime::estimator
