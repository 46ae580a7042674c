// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/estimate.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator {

/// A precision that is asked for: the standard error of one statistic.
struct PrecisionGoal {
    std::string text;    ///< as written, `lag@2030-12:p50:0.5%`
    std::string output;  ///< select_outputs(); all that it names must reach it
    double level = 0.0;  ///< of a quantile; 0: the mean
    double tolerance = 0.0;
    bool is_relative = false;  ///< of the statistic's own size, else in its unit

    bool is_mean() const { return level == 0.0; }
};

/// Reads `OUTPUT:STATISTIC:PRECISION`: `mean` or one of the quantile levels that are
/// reported (`p5`, `p50`, ...), and `0.5%` or a number in the output's unit.
/// Throws: RunError.
PrecisionGoal read_goal(std::string const& text,
                        QuantileLevels const& levels = QuantileLevels());

/// A run, and whether it is as precise as asked.
struct UntilResult {
    Result result;
    bool is_reached = false;
    std::vector<std::string> explanation;  ///< a sentence for each goal and output
};

/// Runs the model with 4,096 samples, then with twice as many again and again (each
/// time all of them, so that the result is that of one run of this size), until all
/// goals are reached or options.samples would be exceeded.
/// Throws: as estimate().
UntilResult estimate_until(Model const& model,
                           Executor const& executor,
                           RunOptions const& options,
                           std::vector<PrecisionGoal> const& goals);

}  // namespace leadtime::estimator
