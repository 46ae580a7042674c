// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/frontier_figure.hpp"

#include "estimator/output/gnuplot.hpp"
#include "estimator/output/result_directory.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr double least_drawn = 1e18;  // FLOP: nothing at all has no logarithm

std::string script_of(std::vector<FrontierCurve> const& curves,
                      std::string const& caption) {
    std::string data;
    std::string plots;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        auto const& curve = curves[i];
        auto const name = fmt::format("$frontier{}", i);
        data += name + " << EOD\n";
        for (std::size_t k = 0; k < curve.days.size(); ++k) {
            data += fmt::format("{:.6g} {:.7g} {:.7g} {:.7g}\n",
                                curve.days[k],
                                std::max(curve.low[k], least_drawn),
                                std::max(curve.median[k], least_drawn),
                                std::max(curve.high[k], least_drawn));
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
        gnuplot_text(caption, 80),
        plots);
    constexpr int width = 720;
    return "set encoding utf8\n" + data + drawn_twice("frontier", body, width);
}

}  // namespace

std::vector<std::string> write_frontier_figure(std::vector<FrontierCurve> const& curves,
                                               std::string const& caption,
                                               std::string const& folder) {
    ResultDirectory const directory(folder);
    std::vector<std::string> const names{"frontier.svg", "frontier.png"};
    std::vector<OutputFile> files;
    for (auto& file : run_gnuplot(script_of(curves, caption), names)) {
        files.push_back({std::move(file.name), std::move(file.contents)});
    }
    directory.write(files);
    return names;
}

}  // namespace leadtime::estimator
