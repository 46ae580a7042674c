// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace leadtime::estimator {

/// What `leadtime report RESULT` was asked.
struct ReportOptions {
    std::string result;  ///< a result.nc, a file of a sweep, or the folder with it
    std::optional<std::string> output;       ///< -o; else report.html beside the result
    std::optional<std::string> figures;      ///< folder for SVG and PNG
    std::optional<std::string> sensitivity;  ///< JSON (docs/outputs.md)
};

/// Adds the subcommand `report`, which fills the options as written.
void add_report_command(CLI::App& app, ReportOptions& options);

/// `leadtime report`: writes report.html, or figures, of a finished run; report.html of
/// a finished sweep.
///
/// Returns: the exit status, 0. Throws: ResultFileError, SweepFileError, OutputError,
/// FigureError, and std::runtime_error where the program has no report to write, the
/// sensitivity is not as documented, or an option does not go with a sweep.
int run_report(ReportOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
