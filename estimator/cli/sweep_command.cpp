// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/sweep_command.hpp"

#include "estimator/cli/session.hpp"
#include "estimator/cli/signals.hpp"
#include "estimator/output/report_html.hpp"
#include "estimator/output/study_files.hpp"
#include "estimator/output/sweep/files.hpp"
#include "estimator/output/sweep/folder.hpp"
#include "estimator/output/sweep/report.hpp"
#include "estimator/output/whole_file.hpp"
#include "text/number_format.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <ostream>
#include <span>

namespace leadtime::estimator {

namespace {

/// Writes report.html. Returns: why not, or nothing.
std::string write_page(std::filesystem::path const& directory,
                       SweepSummary const& summary) {
    auto problem = sweep_page_problem(summary.cells, summary.outputs);
    if (problem.empty()) {
        auto html = filled_report(sweep_report_json(directory));
        if (!html) {
            return no_report_template;
        }
        OutputPath(directory / sweep_page_name).write(*html);
    }
    return problem;
}

}  // namespace

int run_sweep_command(Arguments const& arguments,
                      Executor const& executor,
                      std::ostream& out,
                      std::string& last_words) {
    ScenarioSource const source = scenario_source(arguments);
    auto const read = [&](std::vector<std::string> const& overrides) {
        auto scenario = source.read(overrides);
        scenario.levels = arguments.quantiles.value_or(scenario.levels);
        return scenario;
    };
    handle_stop_signals();
    ProgressBar bar(!arguments.quiet, "cells");
    RunOptions const options = run_options(arguments, bar);
    auto sweep = arguments.sweep;
    sweep.overrides = arguments.overrides;
    std::filesystem::path const directory = *arguments.output_directory;
    auto const summary =
        write_sweep(executor, read, sweep, options, directory.string());
    auto const no_page = write_page(directory, summary);
    if (!arguments.quiet && summary.found > 0) {
        fmt::print(stderr,
                   "{} cells were there from an earlier call\n",
                   text::grouped_text(summary.found));
    }
    auto const written =
        std::span(sweep_files).first(sweep_files.size() - (no_page.empty() ? 0 : 1));
    out << fmt::format("{} cells, {} outputs each, {} samples a cell: {} in {}\n",
                       text::grouped_text(summary.cells),
                       summary.outputs,
                       text::grouped_text(arguments.samples),
                       listed(written),
                       directory.string());
    if (!arguments.quiet) {
        last_words = page_line(directory, no_page);
    }
    return 0;
}

}  // namespace leadtime::estimator
