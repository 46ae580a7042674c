// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Eight heights of bars for values within [low, high]: `▁▂▃▄▅▆▇█`; a blank for what is
/// not a number. `width` characters, each the mean of its share of the values.
std::string sparkline(std::vector<double> const& values,
                      double low,
                      double high,
                      std::size_t width);

/// Five positions in [0, 1], ascending, as a fan of `width` characters: thin from the
/// first to the last, thick between the second and the fourth, a dot at the third:
/// `  ╶──━━●━──╴   `.
std::string fan_line(std::vector<double> const& positions, std::size_t width);

/// One line for each path: its median run over the months, the run's 5, 25, 50, 75 and
/// 95 % in the last step on an axis common to all, and its median lag. Empty where
/// there is no run. For terminals that show UTF-8.
std::string terminal_fans(Result const& result, bool colour);

}  // namespace leadtime::estimator
