// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace leadtime::estimator {

/// What `leadtime report RESULT.nc` was asked.
struct ReportOptions {
    std::string result;                      ///< a result.nc, or the folder with one
    std::optional<std::string> output;       ///< -o; else report.html beside the result
    std::optional<std::string> figures;      ///< folder for SVG and PNG
    std::optional<std::string> sensitivity;  ///< JSON (docs/outputs.md)
};

/// Adds the subcommand `report`, which fills the options as written.
void add_report_command(CLI::App& app, ReportOptions& options);

/// `leadtime report`: writes report.html, or figures, of a finished run.
///
/// Returns: the exit status, 0. Throws: ResultFileError, OutputError, FigureError,
/// and ReportError where the program has no report to write or the sensitivity is not
/// as documented.
int run_report(ReportOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
