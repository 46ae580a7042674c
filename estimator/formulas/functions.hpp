// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/plan/operations.hpp"

#include <string_view>

namespace leadtime::estimator::detail {

/// The function that formulas call by a name, or null.
kernels::Operation const* find_function(std::string_view name);

}  // namespace leadtime::estimator::detail
