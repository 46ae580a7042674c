// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/compile/owned_plan.hpp"

#include <string>
#include <utility>
#include <vector>

namespace bench {

/// A name for a benchmark, and what it is about: a TOML value or a formula.
using Named = std::pair<std::string, std::string>;

std::vector<Named> distributions();  ///< one of each shape that kernels draw
std::vector<Named> formulas();       ///< of x and y, in `formula_count` copies

inline constexpr int formula_steps = 120;
inline constexpr int formula_count = 8;

/// 16 quantities of this distribution.
leadtime::estimator::Plan plan_of_draws(std::string const& value);
/// `formula_count` such formulas over `formula_steps` months.
leadtime::estimator::Plan plan_of_formula(std::string const& formula);
/// A scenario of the source tree, or the built-in baseline.
leadtime::estimator::Plan plan_of_file(std::string const& file);

}  // namespace bench
