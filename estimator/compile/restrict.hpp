// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"

#include <span>

namespace leadtime::estimator {

/// The plan that computes these output rows and nothing that they do not need: paths,
/// months, formulas, drawn values and comparisons drop out. Rows keep their numbers and
/// their bits; what is in the other rows is undefined. Value draws are numbered anew,
/// so hold_quantity() comes before.
Plan restrict_plan(Plan plan, std::span<int const> outputs);

}  // namespace leadtime::estimator
