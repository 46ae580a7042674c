// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Figures could not be drawn; what() is a sentence for the user.
class FigureError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A file that gnuplot drew.
struct DrawnFile {
    std::string name;
    std::string contents;
};

/// As on the page (web/src/theme.ts): hues of Okabe and Ito (2008).
inline constexpr std::array<char const*, 8> figure_colours{"#0072b2",
                                                           "#d55e00",
                                                           "#009e73",
                                                           "#b0508e",
                                                           "#a67c00",
                                                           "#3a3f47",
                                                           "#3d9bd6",
                                                           "#7a7d00"};

/// A chart twice, as NAME.svg and NAME.png; `body` sets it up and plots.
std::string drawn_twice(std::string const& name, std::string const& body, int width);

/// Runs `gnuplot` of the PATH on a script, in an empty folder of its own, and gives
/// back the files named. No initialisation file is read. It is killed where it takes
/// longer than `limit`. Throws: FigureError where it is not installed or fails.
std::vector<DrawnFile>
run_gnuplot(std::string const& script,
            std::vector<std::string> const& names,
            std::chrono::seconds limit = std::chrono::seconds(60));

/// A text for a script: on one line, cut to `length` characters, in quotes that
/// substitute nothing.
std::string gnuplot_text(std::string const& text, std::size_t length = 48);

}  // namespace leadtime::estimator
