// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/frontier_figure.hpp"

#include "estimator/engine/exact_row.hpp"
#include "estimator/output/build_info.hpp"
#include "estimator/output/gnuplot.hpp"
#include "estimator/output/report_html.hpp"
#include "estimator/output/result_directory.hpp"
#include "estimator/output/sweep/files.hpp"
#include "estimator/output/sweep/report.hpp"
#include "estimator/study/result_rows.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr double least_drawn = 1e18;  // FLOP: nothing at all has no logarithm

std::string script_of(Frontier const& frontier) {
    auto const& curves = frontier.curves;
    std::string data;
    std::string plots;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        auto const& curve = curves[i];
        auto const name = fmt::format("$frontier{}", i);
        data += name + " << EOD\n";
        for (std::size_t k = 0; k < frontier.days.size(); ++k) {
            data += fmt::format("{:.6g}", frontier.days[k]);
            for (double const level : {0.05, 0.5, 0.95}) {
                data += fmt::format(
                    " {:.7g}",
                    std::max(quantile_of_sorted(curve.flop[k], level), least_drawn));
            }
            data += '\n';
        }
        data += "EOD\n";
        plots +=
            fmt::format("{0}{1} using 1:2:4 with filledcurves fs transparent solid "
                        "0.14 noborder fc rgb '{2}' notitle, {1} using 1:3 with "
                        "linespoints pt 7 ps 0.5 lw 2 dt {3} lc rgb '{2}' title {4}",
                        plots.empty() ? "plot " : ", ",
                        name,
                        figure_colours[i % figure_colours.size()],
                        i % 5 + 1,
                        gnuplot_text(curve.name));
    }
    auto const body = fmt::format(
        "reset\nset border 3 lc rgb '#5b6675'\nset tics nomirror out\n"
        "set grid ytics lc rgb '#e4e8ee' lt 1\nset key top left Left reverse samplen 2\n"
        "set title {}\nset logscale xy\nset format y '1e%L'\nset xlabel 'days'\n"
        "set ylabel 'FLOP of the largest run: p50, p5 to p95'\n{}\n",
        gnuplot_text(frontier.caption, 80),
        plots);
    constexpr int width = 720;
    return "set encoding utf8\n" + data + drawn_twice("frontier", body, width);
}

/// The frontier as a sweep over one key, which has a page.
FinishedSweep sweep_of(Frontier const& frontier) {
    FinishedSweep sweep;
    auto const& build = build_info();
    sweep.program = fmt::format("leadtime {} ({})", build.version, build.git_hash);
    sweep.scenario_name = "frontier";
    sweep.scenario_description =
        "FLOP of the largest run in so many days, " + frontier.caption
        + ": the cluster model alone (leadtime cluster --frontier).";
    sweep.seed = frontier.seed;
    sweep.samples = frontier.curves.front().flop.front().size();
    sweep.cells = frontier.days.size();
    SweptKey key;
    key.key = "days";
    key.scale = frontier.days.size() > 1 ? KeyScale::log : KeyScale::linear;
    key.numbers = frontier.days;
    for (auto const days : frontier.days) {
        key.values.push_back(fmt::format("{}", days));
    }
    sweep.keys.push_back(std::move(key));
    auto const columns = computed_columns(sweep.levels);
    for (auto const& curve : frontier.curves) {
        OutputInfo info;
        info.path = curve.name;
        info.metric = "flop";
        info.unit = "FLOP";
        SweptOutput output;
        output.output = curve.name + ".flop";
        output.path = info.path;
        output.metric = info.metric;
        output.unit = info.unit;
        output.numbers.resize(sweep_statistics(sweep.levels).size());
        for (auto const& samples : curve.flop) {
            auto const row = row_of_sorted(info, samples, sweep.levels);
            auto const values = statistics(row, columns, true);
            for (std::size_t i = 0; i < values.size(); ++i) {
                output.numbers[i].push_back(values[i].value);
            }
        }
        sweep.outputs.push_back(std::move(output));
    }
    return sweep;
}

}  // namespace

std::string frontier_json(Frontier const& frontier) {
    return sweep_report_json(sweep_of(frontier));
}

std::vector<std::string> write_frontier_figure(Frontier const& frontier,
                                               std::string const& folder) {
    ResultDirectory const directory(folder);
    std::vector<std::string> names{"frontier.svg", "frontier.png"};
    std::vector<OutputFile> files;
    for (auto& file : run_gnuplot(script_of(frontier), names)) {
        files.push_back({std::move(file.name), std::move(file.contents)});
    }
    if (auto page = filled_report(frontier_json(frontier))) {
        names.emplace_back("frontier.html");
        files.push_back({names.back(), std::move(*page)});
    }
    directory.write(files);
    return names;
}

}  // namespace leadtime::estimator
