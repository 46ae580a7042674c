// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator::detail {

/// Values with weights of any sum: sorted, equal ones merged, those without weight
/// dropped. `words` describe it; empty: the values do.
Distribution steps_of(std::vector<double> const& values,
                      std::vector<double> const& weights,
                      std::string words);

}  // namespace leadtime::estimator::detail
