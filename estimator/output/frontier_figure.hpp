// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace leadtime::estimator {

/// What one accelerator trains in each of some days: 5, 50 and 95 % of FLOP.
struct FrontierCurve {
    std::string name;
    std::vector<double> days;  ///< ascending
    std::vector<double> low;
    std::vector<double> median;
    std::vector<double> high;
};

/// Draws FLOP over days as frontier.svg and frontier.png into a folder, both axes
/// logarithmic. Both files or none. Returns: their names. Throws: FigureError,
/// OutputError.
std::vector<std::string> write_frontier_figure(std::vector<FrontierCurve> const& curves,
                                               std::string const& caption,
                                               std::string const& folder);

}  // namespace leadtime::estimator
