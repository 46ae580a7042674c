// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What one accelerator trains in each of some days, FLOP: samples, or one value each.
struct FrontierCurve {
    std::string name;
    std::vector<std::vector<float>> flop;  ///< [days][sample], ascending
};

/// Curves over the same days, and what they were asked with.
struct Frontier {
    std::vector<double> days;  ///< ascending
    std::vector<FrontierCurve> curves;
    std::string caption;  ///< `at the same power`
    std::uint64_t seed = 1;
};

/// The data of its page: those of a sweep over one key, `days`.
std::string frontier_json(Frontier const& frontier);

/// Draws FLOP over days as frontier.svg and frontier.png into a folder, both axes
/// logarithmic, and makes frontier.html, a page as `sweep` makes of lines over one key
/// (not where the program was built without the page). All files or none. Returns: their
/// names. Throws: FigureError, OutputError.
std::vector<std::string> write_frontier_figure(Frontier const& frontier,
                                               std::string const& folder);

}  // namespace leadtime::estimator
