// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/report_command.hpp"

#include "estimator/output/estimate/netcdf_reader.hpp"
#include "estimator/output/figures.hpp"
#include "estimator/output/report_html.hpp"
#include "estimator/output/sensitivity/json.hpp"
#include "estimator/output/sweep/report.hpp"
#include "estimator/output/whole_file.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <ostream>
#include <stdexcept>
#include <string>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

/// What a name stands for: result.nc of a run, or the folder of a sweep.
struct Source {
    fs::path path;
    bool is_sweep = false;
};

Source source_of(std::string const& name) {
    fs::path const path(name);
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        auto const file = path.filename();
        bool const is_sweep =
            file == "sweep.json" || file == "sweep.csv" || file == "sweep.nc";
        return is_sweep
                   ? Source{path.has_parent_path() ? path.parent_path() : ".", true}
                   : Source{path};
    }
    bool const has_run = fs::exists(path / "result.nc", error);
    bool const has_sweep = fs::exists(path / "sweep.json", error);
    if (has_run && has_sweep) {
        throw std::runtime_error("\"" + name
                                 + "\" holds a run and a sweep; name its result.nc or "
                                   "its sweep.csv");
    }
    if (!has_run && !has_sweep) {
        throw ResultFileError("\"" + name
                              + "\" holds no result: there is neither a result.nc nor "
                                "a sweep.json");
    }
    return has_run ? Source{path / "result.nc"} : Source{path, true};
}

/// Writes the page. Returns: its name.
fs::path write_page(ReportOptions const& options,
                    fs::path const& beside,
                    std::optional<std::string> const& html) {
    if (!html) {
        throw std::runtime_error(no_report_template);
    }
    auto path = options.output ? fs::path(*options.output) : beside / "report.html";
    OutputPath(path).write(*html);
    return path;
}

}  // namespace

void add_report_command(CLI::App& app, ReportOptions& options) {
    auto& report = *app.add_subcommand(
        "report",
        "A page with charts (report.html) of a finished run or sweep, or figures");
    report
        .add_option("RESULT",
                    options.result,
                    "result.nc of a run, sweep.csv of a sweep, or the folder with it")
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
    auto const source = source_of(options.result);
    if (source.is_sweep) {
        if (options.figures || options.sensitivity) {
            throw std::runtime_error(
                std::string(options.figures ? "--figures" : "--sensitivity")
                + " is for a run, and \"" + options.result + "\" is a sweep");
        }
        auto const html = filled_report(sweep_report_json(source.path));
        out << write_page(options, source.path, html).string() << '\n';
        return 0;
    }
    auto const result = read_result(source.path.string());
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
        out << write_page(options, source.path.parent_path(), html).string() << '\n';
    }
    return 0;
}

}  // namespace leadtime::estimator
