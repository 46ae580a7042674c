// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/table.hpp"

#include "estimator/output/estimate/carrier_table.hpp"
#include "estimator/output/estimate/cells.hpp"
#include "estimator/output/estimate/fans.hpp"
#include "estimator/output/estimate/level_table.hpp"
#include "estimator/scenario/dependencies.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using Align = text::TextTable::Align;

/// `power_text` and friends with a word for each infinity.
NumberText
or_words(NumberText const& text, std::string const& below, std::string const& above) {
    return [=](double value) {
        return std::isfinite(value) ? text(value)
               : std::isnan(value)  ? std::string("nan")
               : value < 0          ? below
                                    : above;
    };
}

void add_quantile_columns(text::TextTable& table, std::string const& group) {
    for (auto const* heading : {"p5", "p50", "", "p95"}) {
        table.add_column(group, heading);
    }
}

/// The first, the middle and the last of the steps.
std::vector<int> three_of(std::vector<int> const& steps) {
    return steps.size() <= 3
               ? steps
               : std::vector<int>{steps.front(), steps[steps.size() / 2], steps.back()};
}

/// `1e+25` as `1e25`.
std::string short_milestone(std::string name) {
    auto const plus = name.find("e+");
    return plus == std::string::npos ? name : name.erase(plus + 1, 1);
}

class Report {
  public:
    Report(Result const& result, TableOptions const& options)
        : result_(result)
        , options_(options)
        , paths_(ordered_paths(result))
        , end_(step_month(result, std::max(result.steps - 1, 0))) {}

    std::string text() const {
        auto const heading = text::escape_controls(result_.scenario_name.empty()
                                                       ? result_.scenario_file
                                                       : result_.scenario_name);
        std::string all =
            text::bold(heading, options_.colour) + '\n'
            + fmt::format(
                "{} sample{}{}, seed {}, {} to {}.\np5, p50, p95: quantiles {}; ± is "
                "the Monte Carlo standard error of p50.\n",
                text::grouped_text(result_.samples),
                result_.samples == 1 ? "" : "s",
                result_.replicates == 0
                    ? ""
                    : fmt::format(" in {} scramblings", result_.replicates),
                result_.seed,
                text::calendar_month(result_.start_month, 0),
                end_,
                result_.is_exact ? "of the sorted samples" : "over the samples");
        if (options_.is_of_some_outputs) {
            for (auto const& part :
                 {outputs(), level_table(result_, options_.colour), notes()}) {
                all += part.empty() ? "" : "\n" + part;
            }
            return all;
        }
        auto const fans =
            options_.fans ? terminal_fans(result_, options_.colour) : std::string();
        for (auto const& part : {fans,
                                 year_ends(),
                                 carrier_table(result_, options_.colour),
                                 effective(),
                                 milestones(),
                                 outputs(),
                                 level_table(result_, options_.colour),
                                 notes()}) {
            all += part.empty() ? "" : "\n" + part;
        }
        return all;
    }

  private:
    /// As the functions of cells.hpp, and tells the audit what is printed.
    QuantileCells relative_cells(Row const* row, NumberText const& text) const {
        return audited(row, estimator::relative_cells(row, text));
    }
    QuantileCells absolute_cells(Row const* row, NumberText const& text) const {
        return audited(row, estimator::absolute_cells(row, text));
    }
    QuantileCells audited(Row const* row, QuantileCells cells) const {
        if (options_.audit != nullptr && row != nullptr) {
            options_.audit->see(*row, 1, cells.p5);
            options_.audit->see(*row, 3, cells.p50);
            options_.audit->see(*row, 5, cells.p95);
        }
        return cells;
    }

    std::string path_title(std::string const& path) const {
        return text::escape_controls(path)
               + (path == result_.reference ? " (reference)" : "");
    }

    /// Heading of the columns of lags; names that are too long would widen the table.
    std::string lag_heading() const {
        auto const name = text::escape_controls(result_.reference);
        return "lag to " + (text::display_width(name) > 15 ? "reference" : name)
               + ", months";
    }

    /// "> 107" or "< -24" where a lag is beyond what the reference's record can tell.
    std::string lag_text(Row const& row, double value) const {
        double const month = result_.last_month(row.step);
        double const end = result_.last_month(result_.steps - 1);
        if (std::isfinite(value)) {
            return text::months_text(value);
        }
        if (value < 0) {
            return fmt::format("< {:.0f}", month - end);
        }
        if (auto const* run = result_.find(row.path, "run_flop", row.step);
            run != nullptr && run->maximum <= 0) {
            return "no run";
        }
        if (options_.record_start_month) {
            return fmt::format("> {:.0f}", month - *options_.record_start_month);
        }
        return row.share_below + row.share_above < 1 && std::isfinite(row.maximum)
                   ? fmt::format("> {:.0f}", std::floor(row.maximum))
                   : "record";
    }

    std::string year_ends() const {
        if (paths_.empty()) {
            return "";
        }
        text::TextTable table;
        auto const lag = lag_heading();
        table.add_column("", "month", Align::left);
        add_quantile_columns(table, "largest run, FLOP");
        add_quantile_columns(table, "its amortised cost, USD");
        table.add_column("fleet", "H100e");
        table.add_column("fleet", "BF16", Align::left);
        add_quantile_columns(table, lag);
        table.add_column(lag, "ahead");
        table.add_column(lag, "older");
        auto is_ahead = false;
        auto is_older = false;
        for (auto const& path : paths_) {
            table.add_section(path_title(path));
            for (auto const step : year_end_steps(result_)) {
                std::vector<std::string> cells{step_month(result_, step)};
                auto const row = [&](char const* metric) {
                    return result_.find(path, metric, step);
                };
                relative_cells(row("run_flop"), text::power_text).append_to(cells);
                relative_cells(row("run_cost_amortised_usd"), text::scaled_text)
                    .append_to(cells);
                auto const fleet = relative_cells(row("h100e_bf16"), text::scaled_text);
                // never empty: the column's heading holds the basis
                cells.insert(cells.end(),
                             {fleet.p50, fleet.error.empty() ? " " : fleet.error});
                if (auto const* months = row("lag_months"); months != nullptr) {
                    absolute_cells(months, [&](double value) {
                        return lag_text(*months, value);
                    }).append_to(cells);
                    cells.push_back(text::share_text(months->share_below));
                    cells.push_back(text::share_text(months->share_above));
                    is_ahead = is_ahead || months->share_below > 0;
                    is_older = is_older || months->share_above > 0;
                }
                table.add_row(std::move(cells));
            }
        }
        auto text = table.render(options_.colour);
        if (is_ahead) {
            text +=
                fmt::format("ahead: share of samples in which {} does not have as much "
                            "until {}; \"< -24\" is such a lag.\n",
                            text::escape_controls(result_.reference),
                            end_);
        }
        if (is_older) {
            text += fmt::format(
                "older: share in which {} had it before its record starts, or "
                "there is no run; \"> 24\" is such a lag.\n",
                text::escape_controls(result_.reference));
        }
        return text;
    }

    /// Paths with progress: what their runs are worth, and the lag in that.
    std::string effective() const {
        text::TextTable table;
        auto const lag = lag_heading();
        table.add_column("", "month", Align::left);
        add_quantile_columns(table, "effective FLOP");
        add_quantile_columns(table, "algorithmic efficiency");
        add_quantile_columns(table, lag);
        for (auto const& path : paths_) {
            auto has_title = false;
            for (auto const step : year_end_steps(result_)) {
                auto const row = [&](char const* metric) {
                    return result_.find(path, metric, step);
                };
                if (row("effective_flop") == nullptr) {
                    continue;
                }
                if (!std::exchange(has_title, true)) {
                    table.add_section(path_title(path));
                }
                std::vector<std::string> cells{step_month(result_, step)};
                relative_cells(row("effective_flop"), text::power_text)
                    .append_to(cells);
                relative_cells(row("algorithmic_efficiency"), text::plain_text)
                    .append_to(cells);
                if (auto const* months = row("effective_lag_months")) {
                    absolute_cells(months, [&](double value) {
                        return lag_text(*months, value);
                    }).append_to(cells);
                }
                table.add_row(std::move(cells));
            }
        }
        return table.empty() ? "" : table.render(options_.colour);
    }

    std::string milestones() const {
        text::TextTable table;
        auto const lag = lag_heading();
        table.add_column("", "FLOP of a run", Align::left);
        add_quantile_columns(table, "first reached");
        table.add_column("first reached", "later");
        add_quantile_columns(table, lag);
        add_quantile_columns(table, "spent until then, USD");
        auto const date = or_words(
            [&](double months) {
                return text::calendar_month(result_.start_month, months);
            },
            "before",
            "later");
        static std::string const prefix = "milestone_month@";
        for (auto const& path : paths_) {
            auto has_title = false;
            auto const add = [&](Row const& month,
                                 std::string const& name,
                                 std::string const& measure = "") {
                if (!std::exchange(has_title, true)) {
                    table.add_section(path_title(path));
                }
                std::vector<std::string> cells{(measure.empty() ? "" : "effective ")
                                               + short_milestone(name)};
                absolute_cells(&month, date).append_to(cells);
                cells.push_back(text::share_text(month.share_above));
                auto const other = [&](char const* metric) {
                    return result_.find(path, measure + metric + name, -1);
                };
                absolute_cells(other("milestone_lag_months@"),
                               or_words(text::months_text, "ahead", "later"))
                    .append_to(cells);
                relative_cells(other("milestone_cost_usd@"),
                               or_words(text::scaled_text, "before", "later"))
                    .append_to(cells);
                table.add_row(std::move(cells));
            };
            for (auto const& row : result_.rows) {
                if (row.path == path && row.metric.starts_with(prefix)) {
                    add(row, row.metric.substr(prefix.size()));
                } else if (row.path == path
                           && row.metric.starts_with("effective_" + prefix)) {
                    add(row, row.metric.substr(10 + prefix.size()), "effective_");
                }
            }
            add_parities(path, add);
        }
        if (table.empty()) {
            return "";
        }
        return table.render(options_.colour)
               + fmt::format(
                   "later: not by {}, and the share of samples; dates ± in months; "
                   "parity: as much as {} has.\n",
                   end_,
                   text::escape_controls(result_.reference));
    }

    /// Parity with every reference, in every measure, at every fraction.
    template <class Add>
    void add_parities(std::string const& path, Add const& add) const {
        for (auto const& row : result_.rows) {
            auto const at = row.metric.find("parity_month");
            if (row.path == path && at != std::string::npos) {
                add(row,
                    row.metric.substr(0, at == 0 ? 0 : at - 1) + (at == 0 ? "" : " ")
                        + "parity" + row.metric.substr(at + 12));
            }
        }
    }

    /// The quantities of [output] at three year ends; or all that was asked for.
    std::string outputs() const {
        bool const is_all = options_.is_of_some_outputs;
        text::TextTable table;
        table.add_column("", is_all ? "output" : "quantity", Align::left);
        table.add_column("", "month", Align::left);
        add_quantile_columns(table, " ");
        table.add_column("  ", "mean");
        table.add_column("  ", "");
        table.add_column("   ", "unit", Align::left);
        auto const steps = three_of(year_end_steps(result_));
        auto const add = [&](MetricGroup const& group, Row const& row) {
            auto const is_date = group.unit == "date";  // months from the start
            auto const finite = [&](double value) {
                return is_date ? text::calendar_month(result_.start_month, value)
                               : text::plain_text(value);
            };
            // of other units an infinity is a division by zero or an overflow
            auto const number = is_date || group.unit == "month"
                                    ? or_words(finite, "before", "later")
                                    : or_words(finite, "-inf", "inf");
            std::vector<std::string> cells{
                text::escape_controls(group.path + (group.path.empty() ? "" : ".")
                                      + group.metric),
                group.is_series ? step_month(result_, row.step) : ""};
            (is_date ? absolute_cells(&row, number) : relative_cells(&row, number))
                .append_to(cells);
            if (row.share_below + row.share_above < 1) {
                cells.push_back(mean_text(row.tail_index, number(row.mean)));
                if (options_.audit != nullptr) {
                    options_.audit->see(row, -1, cells.back());
                }
                cells.push_back(mean_error_text(
                    row.tail_index,
                    row.samples < 2 ? ""
                    : is_date       ? text::absolute_error_text(row.mean_standard_error)
                                    : text::relative_error_text(row.mean,
                                                          row.mean_standard_error)));
            } else {
                cells.insert(cells.end(), {"", ""});
            }
            cells.push_back(text::escape_controls(group.unit));
            table.add_row(std::move(cells));
        };
        for (auto const& group : metric_groups(result_)) {
            if (is_all || !group.is_series) {
                for (auto const* row : group.rows) {
                    if (row != nullptr && (is_all || group.path.empty())) {
                        add(group, *row);
                    }
                }
                continue;
            }
            for (auto const step : steps) {
                auto const* row = group.rows.at(static_cast<std::size_t>(step));
                if (row != nullptr && group.path.empty()) {
                    add(group, *row);
                }
            }
        }
        return table.empty() ? "" : table.render(options_.colour);
    }

    std::string notes() const {
        std::string text;
        for (auto const& note : result_.notes) {
            text += "note: " + text::escape_controls(note) + '\n';
        }
        return text;
    }

    Result const& result_;
    TableOptions const& options_;
    std::vector<std::string> paths_;
    std::string end_;
};

}  // namespace

std::vector<int> rows_in_tables(Model const& model, bool with_fans) {
    constexpr std::array<std::string_view, 7> of_paths{"run_flop",
                                                       "run_cost_amortised_usd",
                                                       "h100e_bf16",
                                                       "lag_months",
                                                       "effective_flop",
                                                       "algorithmic_efficiency",
                                                       "effective_lag_months"};
    constexpr std::array<std::string_view, 2> of_fans{"run_flop", "lag_months"};
    auto const year_ends = year_end_steps(model.scenario());
    std::vector<int> rows;
    for (std::size_t row = 0; row < model.outputs().size(); ++row) {
        OutputInfo const& output = model.outputs()[row];
        bool const is_year_end =
            std::ranges::find(year_ends, output.step) != year_ends.end();
        bool const is_shown =
            output.path.empty()
            || std::ranges::find(of_paths, output.metric) != of_paths.end()
            || output.metric.starts_with(carried_by);
        bool const is_of_fan =
            with_fans && !output.path.empty()
            && std::ranges::find(of_fans, output.metric) != of_fans.end();
        if (output.step < 0 || (is_shown && is_year_end) || is_of_fan) {
            rows.push_back(static_cast<int>(row));
        }
    }
    return rows;
}

std::string terminal_table(Result const& result, TableOptions const& options) {
    return Report(result, options).text();
}

}  // namespace leadtime::estimator
