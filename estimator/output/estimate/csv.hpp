// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <string>

namespace leadtime::estimator {

/// The result as tidy CSV: `path,metric,unit,month,statistic,value`, one number a line.
///
/// `path` is empty for quantities of [output], `month` for numbers that have none.
/// Numbers read back exactly; infinite quantiles are `inf` and `-inf`. Same result,
/// same bytes.
std::string summary_csv(Result const& result);

/// The kept samples: `sample,NAME,NAME...`, one sample a line.
std::string samples_csv(Result const& result);

}  // namespace leadtime::estimator
