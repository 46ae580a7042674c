// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/comparison/table.hpp"

#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace leadtime::estimator {
namespace {

using Align = text::TextTable::Align;

constexpr std::size_t p5 = 1;
constexpr std::size_t p50 = 3;
constexpr std::size_t p95 = 5;

/// A lag, a month or a difference of them; words where a quantile is censored.
std::string months_or_word(double value) {
    return std::isfinite(value) ? text::months_text(value)
           : std::isnan(value)  ? "-"
           : value < 0          ? "-inf"
                                : "inf";
}

std::string ratio_text(double value) {
    return std::isfinite(value) ? text::plain_text(value)
           : std::isnan(value)  ? "-"
                                : "inf";
}

using Text = std::string (*)(double);

constexpr std::size_t cells_of_change = 7;

/// Cells: both medians, then p5, p50, p95 and mean of the difference (months) or ratio
/// (its "mean" is the ratio of the means), with the standard error of that.
void append_cells(std::vector<std::string>& cells,
                  PairedRow const* row,
                  Text side,
                  bool as_ratio) {
    if (row == nullptr) {
        cells.resize(cells.size() + cells_of_change);
        return;
    }
    Row const& change = as_ratio && row->ratio ? *row->ratio : row->difference;
    Text const text = as_ratio ? ratio_text : months_or_word;
    double const mean = as_ratio ? row->ratio_of_means : change.mean;
    double const error =
        as_ratio ? row->ratio_of_means_standard_error : mean_error(change);
    cells.push_back(side(row->base.quantiles[p50]));
    cells.push_back(side(row->other.quantiles[p50]));
    for (std::size_t const level : {p5, p50, p95}) {
        cells.push_back(text(change.quantiles[level]));
    }
    double const tail = as_ratio ? row->ratio_of_means_tail_index() : change.tail_index;
    cells.push_back(mean_text(tail, text(mean)));
    cells.push_back(mean_error_text(tail,
                                    as_ratio ? text::relative_error_text(mean, error)
                                             : text::absolute_error_text(error)));
}

void add_columns(text::TextTable& table, std::string const& group) {
    for (auto const* heading : {"base", "this", "p5", "p50", "p95", "mean", ""}) {
        table.add_column(group, heading);
    }
}

/// Whether both sides have the same value in every sample.
bool is_unchanged(PairedRow const& row) {
    Row const& change = row.difference;
    return change.share_below == 0.0 && change.share_above == 0.0
           && change.minimum == 0.0 && change.maximum == 0.0;
}

std::vector<int> steps_of(PairedResult const& result) {
    std::vector<int> steps;
    for (PairedRow const& row : result.rows) {
        if (row.base.step >= 0
            && std::find(steps.begin(), steps.end(), row.base.step) == steps.end()) {
            steps.push_back(row.base.step);
        }
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

class Tables {
  public:
    Tables(ComparisonReport const& report, PairedResult const& result, bool colour)
        : report_(report)
        , result_(result)
        , colour_(colour) {}

    std::string text() const {
        std::string all;
        for (auto const& part : {year_ends(), milestones(), outputs()}) {
            all += part.empty() ? "" : "\n" + part;
        }
        for (auto const& sentence : result_.left_out) {
            all +=
                (&sentence == &result_.left_out.front() ? "\nleft out, " : "left out, ")
                + sentence + "\n";
        }
        for (auto const& sentence : result_.remarks) {
            all += (&sentence == &result_.remarks.front() ? "\nnote: " : "note: ")
                   + sentence + "\n";
        }
        return all;
    }

  private:
    std::string year_ends() const {
        text::TextTable table;
        table.add_column("", "month", Align::left);
        add_columns(table, "lag to " + report_.reference + ", months; this - base");
        add_columns(table, "largest run, FLOP; this / base");
        add_columns(table, "effective FLOP; this / base");
        add_columns(table, "spent so far, USD; this / base");
        for (auto const& path : paths_of(result_)) {
            std::string const title =
                path + (path == report_.reference ? " (reference)" : "");
            bool const unchanged = std::all_of(
                result_.rows.begin(), result_.rows.end(), [&](PairedRow const& row) {
                    return row.base.path != path || is_unchanged(row);
                });
            table.add_section(title + (unchanged ? ": the same in every sample" : ""));
            if (unchanged) {
                continue;
            }
            for (int const step : steps_of(result_)) {
                auto const* run = find_row(result_, path, "run_flop", step);
                if (run == nullptr) {
                    continue;
                }
                std::vector<std::string> cells{report_.month_of(*run)};
                append_cells(cells,
                             find_row(result_, path, "lag_months", step),
                             months_or_word,
                             false);
                append_cells(cells, run, text::power_text, true);
                append_cells(cells,
                             find_row(result_, path, "effective_flop", step),
                             text::power_text,
                             true);
                append_cells(cells,
                             find_row(result_, path, "cumulative_spend_usd", step),
                             text::scaled_text,
                             true);
                table.add_row(std::move(cells));
            }
        }
        return table.empty() ? "" : table.render(colour_);
    }

    std::string milestones() const {
        text::TextTable table;
        table.add_column("milestone", "", Align::left);
        add_columns(table, "reached, months from the start; this - base");
        table.add_column("not by the end", "base");
        table.add_column("not by the end", "this");
        add_columns(table, "spent until then, USD; this / base");
        for (PairedRow const& row : result_.rows) {
            constexpr std::string_view word = "milestone_month@";
            auto const at = row.base.metric.find(word);
            if (at == std::string::npos || is_unchanged(row)) {
                continue;
            }
            std::string cost = row.base.metric;
            cost.replace(at, word.size(), "milestone_cost_usd@");
            std::vector<std::string> cells{row.base.path + " "
                                           + (at > 0 ? "effective " : "")
                                           + row.base.metric.substr(at + word.size())};
            append_cells(cells, &row, months_or_word, false);
            cells.push_back(text::share_text(row.base.share_above));
            cells.push_back(text::share_text(row.other.share_above));
            append_cells(cells,
                         find_row(result_, row.base.path, cost, -1),
                         text::scaled_text,
                         true);
            table.add_row(std::move(cells));
        }
        return table.empty() ? "" : table.render(colour_);
    }

    std::string outputs() const {
        text::TextTable table;
        table.add_column("quantities", "", Align::left);
        table.add_column("", "month", Align::left);
        table.add_column("p50", "base");
        table.add_column("p50", "this");
        for (auto const* heading : {"p5", "p50", "p95", "mean", ""}) {
            table.add_column("this - base", heading);
        }
        for (PairedRow const& row : result_.rows) {
            if (!row.base.path.empty() || is_unchanged(row)) {
                continue;
            }
            auto const& change = row.difference;
            table.add_row(
                {row.base.metric + " [" + row.base.unit + "]",
                 report_.month_of(row),
                 ratio_text(row.base.quantiles[p50]),
                 ratio_text(row.other.quantiles[p50]),
                 ratio_text(change.quantiles[p5]),
                 ratio_text(change.quantiles[p50]),
                 ratio_text(change.quantiles[p95]),
                 mean_text(change.tail_index, ratio_text(change.mean)),
                 mean_error_text(
                     change.tail_index,
                     fmt::format("±{}", text::plain_text(mean_error(change))))});
        }
        std::string text = table.empty() ? "" : table.render(colour_);
        std::vector<std::string> same;
        for (PairedRow const& row : result_.rows) {
            bool const is_listed =
                std::find(same.begin(), same.end(), row.base.metric) != same.end();
            if (row.base.path.empty() && !is_listed
                && std::all_of(result_.rows.begin(),
                               result_.rows.end(),
                               [&](PairedRow const& other) {
                                   return !other.base.path.empty()
                                          || other.base.metric != row.base.metric
                                          || is_unchanged(other);
                               })) {
                same.push_back(row.base.metric);
            }
        }
        if (!same.empty()) {
            text +=
                fmt::format("the same in every sample: {}\n", fmt::join(same, ", "));
        }
        return text;
    }

    ComparisonReport const& report_;
    PairedResult const& result_;
    bool colour_;
};

}  // namespace

std::string comparison_table(ComparisonReport const& report, bool colour) {
    std::string all = fmt::format(
        "{} sample{}, seed {}, the same draws in every scenario; base: {}.\n"
        "base, this: medians; p5, p50, p95: quantiles of the change, sample by sample; "
        "mean: of a\ndifference, or the ratio of the means, with its Monte Carlo "
        "standard "
        "error. What is the\nsame in every sample is left out.\n",
        text::grouped_text(report.samples),
        report.samples == 1 ? "" : "s",
        report.seed,
        text::escape_controls(report.scenarios.front().label));
    for (std::size_t i = 0; i < report.results.size(); ++i) {
        all += "\n"
               + text::bold(text::escape_controls(report.scenarios[i + 1].label)
                                + " against "
                                + text::escape_controls(report.scenarios.front().label),
                            colour)
               + "\n" + Tables(report, report.results[i], colour).text();
    }
    return all;
}

}  // namespace leadtime::estimator
