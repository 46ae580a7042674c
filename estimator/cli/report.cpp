// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/report.hpp"

#include "estimator/output/figures.hpp"
#include "estimator/output/netcdf_reader.hpp"
#include "estimator/output/report_html.hpp"
#include "estimator/output/result_directory.hpp"
#include "estimator/output/sensitivity_json.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <ostream>
#include <stdexcept>
#include <string>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

/// A result.nc, also where its folder was named.
std::string result_file(std::string const& name) {
    std::error_code error;
    return fs::is_directory(name, error) ? (fs::path(name) / "result.nc").string()
                                         : name;
}

}  // namespace

void add_report_command(CLI::App& app, ReportOptions& options) {
    auto& report = *app.add_subcommand(
        "report", "A page with charts (report.html), or figures, of a finished run");
    report
        .add_option(
            "RESULT", options.result, "result.nc of a run, or the folder with it")
        ->type_name("")
        ->required();
    report
        .add_option("-o,--output",
                    options.output,
                    "The page to write; report.html beside the result without it")
        ->type_name("FILE");
    report
        .add_option("--figures",
                    options.figures,
                    "Write the main charts as SVG and PNG there, with gnuplot")
        ->type_name("DIR");
    report
        .add_option("--sensitivity",
                    options.sensitivity,
                    "Sensitivities as JSON, for a chart of what drives an output")
        ->type_name("FILE");
    report.footer("Example:\n"
                  "  leadtime run my.toml --out results/mine\n"
                  "  leadtime report results/mine --figures results/mine/figures");
}

int run_report(ReportOptions const& options, std::ostream& out) {
    auto const file = result_file(options.result);
    auto const result = read_result(file);
    std::string sensitivity;
    if (options.sensitivity) {
        sensitivity = read_sensitivity(*options.sensitivity);
    }
    if (options.figures) {
        auto const names = write_figures(result, *options.figures);
        for (auto const& name : names) {
            out << (fs::path(*options.figures) / name).string() << '\n';
        }
    }
    if (!options.figures || options.output || options.sensitivity) {
        auto const html = report_html(result, sensitivity);
        if (!html) {
            throw std::runtime_error(no_report_template);
        }
        auto const path = options.output ? fs::path(*options.output)
                                         : fs::path(file).parent_path() / "report.html";
        auto const folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
        if (!path.has_filename()) {
            throw OutputError("cannot write \"" + path.string()
                              + "\": it names no file");
        }
        ResultDirectory(folder).write({{path.filename().string(), *html}});
        out << path.string() << '\n';
    }
    return 0;
}

}  // namespace leadtime::estimator
