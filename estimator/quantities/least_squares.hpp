// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/family.hpp"

#include <functional>
#include <vector>

namespace leadtime::estimator {

using Parameters = std::vector<double>;
using Factory = std::function<Distribution(Parameters const&)>;

/// The distribution of a family that meets quantiles best: the least sum of squared
/// misses, searched by Levenberg-Marquardt from `start`. Misses are counted in units of
/// `unit`.
///
/// Error:   a relative 1e-8 of the parameters where the quantiles determine them.
Distribution fit_least_squares(Wanted const& wanted,
                               double unit,
                               Parameters start,
                               Factory const& make);

}  // namespace leadtime::estimator
