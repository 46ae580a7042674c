// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/comparison.hpp"

#include "estimator/output/build_info.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/csv_fields.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace leadtime::estimator {
namespace {

using Align = TextTable::Align;
using Json = nlohmann::ordered_json;

constexpr std::size_t p5 = 1;
constexpr std::size_t p50 = 3;
constexpr std::size_t p95 = 5;

PairedRow const* find_row(PairedResult const& result,
                          std::string const& path,
                          std::string const& metric,
                          int step) {
    for (PairedRow const& row : result.rows) {
        if (row.base.step == step && row.base.path == path
            && row.base.metric == metric) {
            return &row;
        }
    }
    return nullptr;
}

/// A lag, a month or a difference of them; words where a quantile is censored.
std::string months_or_word(double value) {
    return std::isfinite(value) ? months_text(value)
           : std::isnan(value)  ? "-"
           : value < 0          ? "-inf"
                                : "inf";
}

std::string ratio_text(double value) {
    return std::isfinite(value) ? plain_text(value) : std::isnan(value) ? "-" : "inf";
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
                                    as_ratio ? relative_error_text(mean, error)
                                             : absolute_error_text(error)));
}

void add_columns(TextTable& table, std::string const& group) {
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

std::vector<std::string> paths_of(PairedResult const& result) {
    std::vector<std::string> paths;
    for (PairedRow const& row : result.rows) {
        if (!row.base.path.empty()
            && std::find(paths.begin(), paths.end(), row.base.path) == paths.end()) {
            paths.push_back(row.base.path);
        }
    }
    return paths;
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
        return all;
    }

  private:
    std::string year_ends() const {
        TextTable table;
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
                append_cells(cells, run, power_text, true);
                append_cells(cells,
                             find_row(result_, path, "effective_flop", step),
                             power_text,
                             true);
                append_cells(cells,
                             find_row(result_, path, "cumulative_spend_usd", step),
                             scaled_text,
                             true);
                table.add_row(std::move(cells));
            }
        }
        return table.empty() ? "" : table.render(colour_);
    }

    std::string milestones() const {
        TextTable table;
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
            cells.push_back(share_text(row.base.share_above));
            cells.push_back(share_text(row.other.share_above));
            append_cells(
                cells, find_row(result_, row.base.path, cost, -1), scaled_text, true);
            table.add_row(std::move(cells));
        }
        return table.empty() ? "" : table.render(colour_);
    }

    std::string outputs() const {
        TextTable table;
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
                 mean_error_text(change.tail_index,
                                 fmt::format("±{}", plain_text(mean_error(change))))});
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

Json statistics_json(Row const& row, QuantileColumns const& quantiles) {
    Json json;
    for (auto const& [name, value] : statistics(row, quantiles, true)) {
        json[name] = value;
    }
    return json;
}

Json row_json(ComparisonReport const& report,
              PairedRow const& row,
              QuantileColumns const& quantiles) {
    Json json{{"path", row.base.path.empty() ? Json(nullptr) : Json(row.base.path)},
              {"metric", row.base.metric},
              {"unit", row.base.unit},
              {"month", row.base.step < 0 ? Json(nullptr) : Json(report.month_of(row))},
              {"base", statistics_json(row.base, quantiles)},
              {"this", statistics_json(row.other, quantiles)},
              {"difference", statistics_json(row.difference, quantiles)}};
    json["difference"]["share_undefined"] = row.share_undefined;
    json["ratio"] = nullptr;
    if (row.ratio) {
        json["ratio"] = statistics_json(*row.ratio, quantiles);
        json["ratio"]["share_undefined"] = row.ratio_share_undefined;
    }
    json["pairs"] = row.pairs;
    json["ratio_of_means"] = row.ratio_of_means;
    json["ratio_of_means_se"] = row.ratio_of_means_standard_error;
    json["ratio_of_means_tail_index"] = row.ratio_of_means_tail_index();
    return json;
}

Json scenario_json(ComparedScenario const& scenario) {
    return {{"file", scenario.label}, {"name", scenario.name}, {"hash", scenario.hash}};
}

Json header_json(ComparisonReport const& report, char const* format) {
    auto const& build = build_info();
    return {{"format", format},
            {"format_version", 1},
            {"leadtime",
             {{"version", build.version},
              {"git_hash", build.git_hash},
              {"git_dirty", build.git_dirty}}},
            {"seed", report.seed},
            {"samples", report.samples},
            {"base", scenario_json(report.scenarios.front())}};
}

}  // namespace

std::string ComparisonReport::month_of(int step) const {
    return calendar_month(start_month, (step + 1.0) * months_per_step - 1.0);
}

std::string ComparisonReport::month_of(PairedRow const& row) const {
    return row.base.step < 0 ? "" : month_of(row.base.step);
}

std::string comparison_table(ComparisonReport const& report, bool colour) {
    std::string all = fmt::format(
        "{} sample{}, seed {}, the same draws in every scenario; base: {}.\n"
        "base, this: medians; p5, p50, p95: quantiles of the change, sample by sample; "
        "mean: of a\ndifference, or the ratio of the means, with its Monte Carlo "
        "standard "
        "error. What is the\nsame in every sample is left out.\n",
        grouped_text(report.samples),
        report.samples == 1 ? "" : "s",
        report.seed,
        hw::escape_controls(report.scenarios.front().label));
    for (std::size_t i = 0; i < report.results.size(); ++i) {
        all += "\n"
               + bold(hw::escape_controls(report.scenarios[i + 1].label) + " against "
                          + hw::escape_controls(report.scenarios.front().label),
                      colour)
               + "\n" + Tables(report, report.results[i], colour).text();
    }
    return all;
}

std::string comparison_json(ComparisonReport const& report) {
    Json json = header_json(report, "leadtime-compare");
    if (!report.levels.are_standard()) {
        json["quantile_levels"] = report.levels.reported_levels();
    }
    json["scenarios"] = Json::array();
    auto const quantiles = reported_columns(report.levels);
    for (std::size_t i = 0; i < report.results.size(); ++i) {
        Json scenario = scenario_json(report.scenarios[i + 1]);
        scenario["left_out"] = report.results[i].left_out;
        scenario["rows"] = Json::array();
        for (PairedRow const& row : report.results[i].rows) {
            scenario["rows"].push_back(row_json(report, row, quantiles));
        }
        json["scenarios"].push_back(std::move(scenario));
    }
    return json.dump(2) + "\n";
}

std::string comparison_csv(ComparisonReport const& report) {
    std::string text = "scenario,path,metric,unit,month,side,statistic,value\n";
    auto const quantiles = reported_columns(report.levels);
    for (std::size_t i = 0; i < report.results.size(); ++i) {
        std::string const label = csv_field(report.scenarios[i + 1].label);
        for (PairedRow const& row : report.results[i].rows) {
            std::string const place = label + ',' + csv_field(row.base.path) + ','
                                      + csv_field(row.base.metric) + ',';
            auto const line = [&](std::string const& unit,
                                  char const* side,
                                  std::string_view statistic,
                                  double value) {
                text += fmt::format("{}{},{},{},{},{}\n",
                                    place,
                                    csv_field(unit),
                                    report.month_of(row),
                                    side,
                                    statistic,
                                    exact_number(value));
            };
            auto const side = [&](Row const& values, char const* name) {
                for (auto const& [statistic, value] :
                     statistics(values, quantiles, true)) {
                    line(values.unit, name, statistic, value);
                }
            };
            side(row.base, "base");
            side(row.other, "this");
            side(row.difference, "difference");
            line(row.base.unit, "difference", "share_undefined", row.share_undefined);
            if (row.ratio) {
                side(*row.ratio, "ratio");
                line("1", "ratio", "share_undefined", row.ratio_share_undefined);
            }
            line("1", "means", "ratio", row.ratio_of_means);
            line("1", "means", "ratio_se", row.ratio_of_means_standard_error);
        }
    }
    return text;
}

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
    cells.push_back(mean_text(row->base.tail_index, power_text(row->base.mean)));
    cells.push_back(mean_text(row->other.tail_index, power_text(row->other.mean)));
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
        grouped_text(comparison.samples),
        comparison.samples == 1 ? "" : "s",
        comparison.seed,
        report.metric,
        report.metric);
    for (std::size_t i = 0; i < report.events.size(); ++i) {
        PairedResult const& result = comparison.results[i];
        TextTable table;
        table.add_column("", "month", Align::left);
        auto const paths = paths_of(result);
        for (auto const& path : paths) {
            for (auto const* heading : {"mean without", "with", "resilience", ""}) {
                table.add_column(hw::escape_controls(path), heading);
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
        all += "\n" + bold("event " + hw::escape_controls(report.events[i]), colour)
               + "\n" + table.render(colour);
    }
    return all;
}

std::string resilience_json(ResilienceReport const& report) {
    Json json = header_json(report.comparison, "leadtime-resilience");
    json["scenario"] = json["base"];
    json.erase("base");
    json["metric"] = report.metric;
    json["events"] = Json::array();
    for (std::size_t i = 0; i < report.events.size(); ++i) {
        Json event{{"event", report.events[i]}, {"rows", Json::array()}};
        for (PairedRow const& row : report.comparison.results[i].rows) {
            event["rows"].push_back(
                {{"path", row.base.path},
                 {"month", report.comparison.month_of(row)},
                 {"mean_without", row.base.mean},
                 {"mean_without_se", mean_error(row.base)},
                 {"mean_with", row.other.mean},
                 {"mean_with_se", mean_error(row.other)},
                 {"resilience", row.ratio_of_means},
                 {"resilience_se", row.ratio_of_means_standard_error},
                 {"tail_index", row.ratio_of_means_tail_index()}});
        }
        json["events"].push_back(std::move(event));
    }
    return json.dump(2) + "\n";
}

}  // namespace leadtime::estimator
