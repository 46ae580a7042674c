// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"
#include "estimator/output/gnuplot.hpp"

#include <string>
#include <vector>

namespace leadtime::estimator {

/// A script for gnuplot with the files that it draws.
struct FigureScript {
    std::string text;
    std::vector<std::string> files;
};

/// The main charts of a result for papers: fans of the largest run, the lag, the fleet,
/// the cost and the money spent, the dates of parity, and the channels of each path.
/// A chart for which the result has no metric is left out.
FigureScript figure_script(Result const& result);

/// Draws them into a folder as SVG and PNG. All files or none. Returns: their names.
/// Throws: FigureError, OutputError.
std::vector<std::string> write_figures(Result const& result, std::string const& folder);

}  // namespace leadtime::estimator
