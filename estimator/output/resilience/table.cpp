// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/resilience/table.hpp"

#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator {
namespace {

/// The step in which least is left, of any path; -1 where nothing is lost.
int lowest_step(PairedResult const& result) {
    int step = -1;
    double least = 1.0 - 1e-9;
    for (PairedRow const& row : result.rows) {
        if (row.ratio_of_means < least) {
            least = row.ratio_of_means;
            step = row.base.step;
        }
    }
    return step;
}

void append_resilience(std::vector<std::string>& cells, PairedRow const* row) {
    if (row == nullptr) {
        cells.resize(cells.size() + 4);
        return;
    }
    double const ratio = row->ratio_of_means;
    double const error = row->ratio_of_means_standard_error;
    double const tail = row->ratio_of_means_tail_index();
    cells.push_back(mean_text(row->base.tail_index, text::power_text(row->base.mean)));
    cells.push_back(
        mean_text(row->other.tail_index, text::power_text(row->other.mean)));
    cells.push_back(
        mean_text(tail, std::isnan(ratio) ? "-" : fmt::format("{:.4f}", ratio)));
    cells.push_back(mean_error_text(
        tail,
        std::isfinite(error) ? fmt::format("±{:.4f}", std::ceil(error * 1e4) / 1e4)
                             : ""));
}

}  // namespace

std::string resilience_table(ResilienceReport const& report, bool colour) {
    auto const& comparison = report.comparison;
    std::string all = fmt::format(
        "{} sample{}, seed {}, the same draws with and without each event.\n"
        "Resilience: E[{} | event] / E[{} | no event]; ± is its Monte Carlo standard "
        "error.\n",
        text::grouped_text(comparison.samples),
        comparison.samples == 1 ? "" : "s",
        comparison.seed,
        report.metric,
        report.metric);
    for (std::size_t i = 0; i < report.events.size(); ++i) {
        PairedResult const& result = comparison.results[i];
        text::TextTable table;
        table.add_column("", "month", text::TextTable::Align::left);
        auto const paths = paths_of(result);
        for (auto const& path : paths) {
            for (auto const* heading : {"mean without", "with", "resilience", ""}) {
                table.add_column(text::escape_controls(path), heading);
            }
        }
        auto const add = [&](int step, std::string const& note) {
            std::vector<std::string> cells{comparison.month_of(step) + note};
            for (auto const& path : paths) {
                append_resilience(cells, find_row(result, path, report.metric, step));
            }
            table.add_row(std::move(cells));
        };
        int const lowest = lowest_step(result);
        if (lowest >= 0) {
            add(lowest, " (lowest)");
        }
        for (int const step : report.year_ends) {
            add(step, "");
        }
        all += "\n"
               + text::bold("event " + text::escape_controls(report.events[i]), colour)
               + "\n" + table.render(colour);
    }
    return all;
}

}  // namespace leadtime::estimator
