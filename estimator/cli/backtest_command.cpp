// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/backtest_command.hpp"

#include "estimator/backtest/backtest.hpp"
#include "text/aligned_table.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

/// Means over the rows of one class.
struct ClassSummary {
    std::string name;
    int rows = 0;
    double given_error = 0;  ///< mean of the absolute value
    double automatic_error = 0;
    int given_hits = 0;
    int automatic_hits = 0;
};

template <class Filter>
ClassSummary
summary_of(std::string name, std::vector<ThroughputLine> const& lines, Filter is_in) {
    ClassSummary summary;
    summary.name = std::move(name);
    for (auto const& line : lines) {
        if (is_in(line)) {
            ++summary.rows;
            summary.given_error += std::fabs(line.given_error());
            summary.automatic_error += std::fabs(line.automatic_error());
            summary.given_hits += line.given_interval.holds(line.reported_mfu) ? 1 : 0;
            summary.automatic_hits +=
                line.automatic_interval.holds(line.reported_mfu) ? 1 : 0;
        }
    }
    summary.given_error /= std::max(summary.rows, 1);
    summary.automatic_error /= std::max(summary.rows, 1);
    return summary;
}

std::vector<ClassSummary> summaries_of(std::vector<ThroughputLine> const& lines) {
    std::vector<ClassSummary> summaries;
    for (auto const* name : {"A100", "H100", "Blackwell", "Ascend"}) {
        for (bool const is_moe : {false, true}) {
            auto summary =
                summary_of(fmt::format("{} {}", name, is_moe ? "MoE" : "dense"),
                           lines,
                           [&](ThroughputLine const& line) {
                               return !line.is_later && line.hardware_class == name
                                      && line.is_moe == is_moe;
                           });
            if (summary.rows > 0) {
                summaries.push_back(std::move(summary));
            }
        }
    }
    for (bool const is_later : {false, true}) {
        auto const add = [&](char const* name, auto is_of) {
            summaries.push_back(
                summary_of(is_later ? fmt::format("later {}", name) : name,
                           lines,
                           [&](ThroughputLine const& line) {
                               return line.is_later == is_later && is_of(line);
                           }));
        };
        add("dense", [](ThroughputLine const& line) { return !line.is_moe; });
        add("MoE", [](ThroughputLine const& line) { return line.is_moe; });
        add("all", [](ThroughputLine const&) { return true; });
    }
    return summaries;
}

std::string percent(double share) {
    return fmt::format("{:.1f}", 100 * share);
}
std::string error_cell(double error) {
    return fmt::format("{:+.1f}", 100 * error);
}
std::string hit_cell(PredictedRange const& range, double value) {
    return range.holds(value) ? "yes" : "no";
}

void write_throughput(std::vector<ThroughputLine> const& lines, std::ostream& out) {
    out << "Throughput: MFU in % of the 16-bit dense peak. given: published layout; "
           "auto: "
           "the model's.\nPoints at median inputs, p5 to p95 from the priors with the given "
           "layout, as leadtime cluster has them.\n\n";
    text::TextTable table;
    table.add_column("", "row");
    table.add_column("", "run", text::TextTable::Align::left);
    table.add_column("", "chip", text::TextTable::Align::left);
    for (auto const* heading :
         {"chips", "actual", "given", "error", "auto", "error "}) {
        table.add_column("", heading);
    }
    for (auto const* heading : {"p5", "p50", "p95", "inside"}) {
        table.add_column("priors", heading);
    }
    for (auto const& line : lines) {
        table.add_row({std::to_string(line.row),
                       line.label,
                       line.accelerator,
                       text::grouped_text(static_cast<std::uint64_t>(line.chips)),
                       percent(line.reported_mfu),
                       percent(line.given_mfu),
                       error_cell(line.given_error()),
                       percent(line.automatic_mfu),
                       error_cell(line.automatic_error()),
                       percent(line.given_interval.low),
                       percent(line.given_interval.median),
                       percent(line.given_interval.high),
                       hit_cell(line.given_interval, line.reported_mfu)});
    }
    out << table.render(false) << '\n';
}

void write_summaries(std::vector<ClassSummary> const& summaries, std::ostream& out) {
    out << "Mean absolute error in %, and rows inside the 90 % interval of the priors. "
           "later: rows from 61 on,\nthat came after the first fit; mixtures were "
           "refitted with them.\n\n";
    text::TextTable table;
    table.add_column("", "class", text::TextTable::Align::left);
    table.add_column("", "rows");
    table.add_column("given layout", "error");
    table.add_column("given layout", "inside");
    table.add_column("automatic layout", "error");
    table.add_column("automatic layout", "inside");
    for (auto const& summary : summaries) {
        table.add_row({summary.name,
                       std::to_string(summary.rows),
                       percent(summary.given_error),
                       std::to_string(summary.given_hits),
                       percent(summary.automatic_error),
                       std::to_string(summary.automatic_hits)});
    }
    out << table.render(false) << '\n';
}

void write_training(std::vector<TrainingLine> const& lines, std::ostream& out) {
    out << "Training runs, from accelerators, their number, parameters and tokens "
           "alone\n"
           "(FLOP is a formula and has no interval)\n\n";
    text::TextTable table;
    table.add_column("", "run", text::TextTable::Align::left);
    table.add_column("", "chip", text::TextTable::Align::left);
    table.add_column("", "chips");
    table.add_column("", "quantity", text::TextTable::Align::left);
    for (auto const* heading : {"actual", "p5", "p50", "p95", "error", "inside"}) {
        table.add_column("", heading);
    }
    for (auto const& line : lines) {
        bool const has_interval = line.quantity != "flop";
        table.add_row({line.model,
                       line.hardware,
                       text::grouped_text(static_cast<std::uint64_t>(line.chips)),
                       line.quantity,
                       text::plain_text(line.actual),
                       has_interval ? text::plain_text(line.interval.low) : "",
                       text::plain_text(line.interval.median),
                       has_interval ? text::plain_text(line.interval.high) : "",
                       error_cell(line.error()),
                       has_interval ? hit_cell(line.interval, line.actual) : ""});
    }
    out << table.render(false) << '\n';
}

void write_costs(std::vector<CostLine> const& lines, std::ostream& out) {
    out << "Epoch AI's cost of capital and energy, USD: formula and published\n\n";
    text::TextTable table;
    table.add_column("", "run", text::TextTable::Align::left);
    for (auto const* heading : {"formula", "published", "error"}) {
        table.add_column("", heading);
    }
    for (auto const& line : lines) {
        table.add_row({line.model,
                       text::plain_text(line.formula_usd),
                       text::plain_text(line.published_usd),
                       error_cell(line.formula_usd / line.published_usd - 1)});
    }
    out << table.render(false);
}

Json json_of(PredictedRange const& range) {
    return {range.low, range.median, range.high};
}

Json json_of(ThroughputLine const& line) {
    return {{"row", line.row},
            {"label", line.label},
            {"accelerator", line.accelerator},
            {"chips", line.chips},
            {"precision_bits", line.precision_bits},
            {"class", line.hardware_class},
            {"moe", line.is_moe},
            {"reported_mfu", line.reported_mfu},
            {"given_mfu", line.given_mfu},
            {"given_error", line.given_error()},
            {"given_interval", json_of(line.given_interval)},
            {"given_pit", line.given_pit},
            {"automatic_mfu", line.automatic_mfu},
            {"automatic_error", line.automatic_error()},
            {"automatic_interval", json_of(line.automatic_interval)},
            {"automatic_pit", line.automatic_pit},
            {"source", line.source},
            {"known", line.known.empty() ? Json(nullptr) : Json(line.known)}};
}

Json json_of(TrainingLine const& line) {
    return {{"model", line.model},
            {"date", line.date},
            {"hardware", line.hardware},
            {"chips", line.chips},
            {"quantity", line.quantity},
            {"actual", line.actual},
            {"interval", json_of(line.interval)},
            {"pit", line.quantity == "flop" ? Json(nullptr) : Json(line.pit)},
            {"error", line.error()}};
}

Json json_of(CostLine const& line) {
    return {{"model", line.model},
            {"formula_usd", line.formula_usd},
            {"published_usd", line.published_usd}};
}

Json json_of(ClassSummary const& summary) {
    return {{"class", summary.name},
            {"rows", summary.rows},
            {"given_error", summary.given_error},
            {"given_hits", summary.given_hits},
            {"automatic_error", summary.automatic_error},
            {"automatic_hits", summary.automatic_hits}};
}

template <class Line>
Json json_list(std::vector<Line> const& lines) {
    Json list = Json::array();
    for (auto const& line : lines) {
        list.push_back(json_of(line));
    }
    return list;
}

}  // namespace

int run_backtest(BacktestOptions const& options, std::ostream& out) {
    auto const throughput = backtest_throughput(options.samples, options.seed);
    auto const training = backtest_training(options.samples, options.seed);
    auto const costs = backtest_costs();
    auto const summaries = summaries_of(throughput);
    if (options.json) {
        Json const document{{"samples", options.samples},
                            {"seed", options.seed},
                            {"throughput", json_list(throughput)},
                            {"training", json_list(training)},
                            {"costs", json_list(costs)},
                            {"classes", json_list(summaries)}};
        out << document.dump(2) << '\n';
        return 0;
    }
    write_throughput(throughput, out);
    write_summaries(summaries, out);
    write_training(training, out);
    write_costs(costs, out);
    return 0;
}

}  // namespace leadtime::estimator
