// SPDX-License-Identifier: Apache-2.0
#pragma once

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
