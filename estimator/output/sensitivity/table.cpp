// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/sensitivity/output.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace leadtime::estimator {
namespace {

using Align = text::TextTable::Align;

std::string index_text(Estimate const& index) {
    auto const text = fmt::format("{:.3f}", index.value);
    return text == "-0.000" ? "0.000" : text;
}

std::string interval_text(Estimate const& index) {
    return fmt::format("±{:.3f}", block_t_quantile * index.standard_error);
}

std::string value_text(Estimate const& value, std::string const& unit) {
    return unit == "month" ? text::months_text(value.value)
                           : text::plain_text(value.value);
}

std::string censoring(OutputSummary const& summary) {
    std::string text;
    auto const add = [&](double share, double stand_in, char const* end) {
        if (share > 0.0) {
            text += fmt::format("{} of the samples are {} and count as {}; ",
                                text::share_text(share),
                                end,
                                text::plain_text(stand_in));
        }
    };
    add(summary.share_below, summary.stand_in_below, "censored below");
    add(summary.share_above, summary.stand_in_above, "censored above");
    return text.empty() ? "" : text.substr(0, text.size() - 2) + ".\n";
}

void add_index_columns(text::TextTable& table, std::string const& group) {
    table.add_column(group, "");
    table.add_column(group, " ");
}

void add_index(std::vector<std::string>& cells, Estimate const& index) {
    cells.push_back(index_text(index));
    cells.push_back(interval_text(index));
}

std::string given_data_table(SensitivityResult const& result,
                             OutputSensitivity const& output,
                             bool colour) {
    text::TextTable table;
    table.add_column("", "input", Align::left);
    add_index_columns(table, "first order");
    add_index_columns(table, "rank");
    add_index_columns(table, "delta");
    table.add_column("", "correlated with", Align::left);
    auto const order = ranked_inputs(output);
    for (std::size_t i = 0; i < std::min(order.size(), result.options.top); ++i) {
        Factor const& input = result.inputs[order[i]];
        GivenDataIndices const& indices = output.given_data[order[i]];
        std::vector<std::string> cells{text::escape_controls(input.name)};
        add_index(cells, indices.first_order);
        add_index(cells, indices.rank);
        add_index(cells, indices.delta);
        auto const& others = input.correlated_with;
        cells.push_back(others.empty()       ? ""
                        : others.size() == 1 ? text::escape_controls(others.front())
                                             : fmt::format("{} others", others.size()));
        table.add_row(std::move(cells));
    }
    return table.render(colour);
}

std::string pick_freeze_table(SensitivityResult const& result,
                              OutputSensitivity const& output,
                              bool colour) {
    text::TextTable table;
    table.add_column("", "pick-freeze", Align::left);
    add_index_columns(table, "first order");
    add_index_columns(table, "total");
    for (std::size_t g = 0; g < result.groups.size(); ++g) {
        FactorGroup const& group = result.groups[g];
        std::vector<std::string> cells{
            group.members.size() > 1 ? fmt::format("{} ({} quantities)",
                                                   text::escape_controls(group.name),
                                                   group.members.size())
                                     : text::escape_controls(group.name)};
        add_index(cells, output.pick_freeze[g].first_order);
        add_index(cells, output.pick_freeze[g].total);
        table.add_row(std::move(cells));
    }
    return table.render(colour);
}

std::string tornado_table(SensitivityResult const& result,
                          OutputSensitivity const& output,
                          bool colour) {
    text::TextTable table;
    table.add_column("", "held at", Align::left);
    table.add_column("median with it at", "p5");
    table.add_column("median with it at", " ");
    table.add_column("median with it at", "p95");
    table.add_column("median with it at", "  ");
    table.add_column("its values", "p5", Align::left);
    table.add_column("its values", "p95", Align::left);
    std::vector<std::size_t> order(output.tornado.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto const swing = [&](std::size_t i) {
        double const width =
            std::abs(output.tornado[i].at_p95.value - output.tornado[i].at_p5.value);
        return std::isnan(width) ? 0.0 : width;
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return swing(a) > swing(b);
    });
    auto const& unit = output.output.info.unit;
    auto const error = [&](Estimate const& median) {
        return unit == "month"
                   ? text::absolute_error_text(median.standard_error)
                   : text::relative_error_text(median.value, median.standard_error);
    };
    for (std::size_t const i : order) {
        TornadoBar const& bar = output.tornado[i];
        table.add_row({text::escape_controls(result.bars[i]),
                       value_text(bar.at_p5, unit),
                       error(bar.at_p5),
                       value_text(bar.at_p95, unit),
                       error(bar.at_p95),
                       text::escape_controls(result.bar_values[i].first),
                       text::escape_controls(result.bar_values[i].second)});
    }
    return table.render(colour);
}

/// What a heavy tail says of a mean and of all that rests on variances.
std::string tail_sentence(OutputSummary const& summary) {
    if (mean_verdict(summary.tail_index) == MeanVerdict::sound) {
        return "";
    }
    return fmt::format("its tail is heavy (Hill index {:.2f} of the top 0.5 %): {}\n",
                       summary.tail_index,
                       mean_verdict(summary.tail_index) == MeanVerdict::not_estimable
                           ? "neither mean nor variance can be estimated."
                           : "standard errors of means and variances are not "
                             "reliable.");
}

std::string decision_table(SensitivityResult const& result, bool colour) {
    DecisionValue const& decision = *result.decision;
    auto const& unit = decision.options.front().info.unit;
    std::string text = text::bold("Value of information", colour) + "\n";
    for (std::size_t d = 0; d < decision.options.size(); ++d) {
        text += fmt::format("{}: mean {} {}\n",
                            text::escape_controls(decision.options[d].name),
                            mean_text(decision.summaries[d].tail_index,
                                      text::plain_text(decision.summaries[d].mean)),
                            text::escape_controls(unit));
        text += tail_sentence(decision.summaries[d]);
    }
    text += fmt::format(
        "best without information: {}; knowing everything is worth {} "
        "±{} {}\n\n",
        text::escape_controls(decision.best),
        text::plain_text(decision.perfect.value),
        text::plain_text(block_t_quantile * decision.perfect.standard_error),
        text::escape_controls(unit));
    text::TextTable table;
    table.add_column("", "input", Align::left);
    table.add_column("", "EVPPI");
    table.add_column("", " ");
    std::vector<std::size_t> order(decision.partial.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return decision.partial[a].value > decision.partial[b].value;
    });
    for (std::size_t i = 0; i < std::min(order.size(), result.options.top); ++i) {
        Estimate const& value = decision.partial[order[i]];
        table.add_row(
            {text::escape_controls(result.inputs[order[i]].name),
             text::plain_text(std::max(value.value, 0.0)),
             "±" + text::plain_text(block_t_quantile * value.standard_error)});
    }
    return text + table.render(colour);
}

}  // namespace

std::string sensitivity_table(SensitivityResult const& result, bool colour) {
    auto const heading = text::escape_controls(
        result.scenario_name.empty() ? result.scenario_file : result.scenario_name);
    std::string text = text::bold(heading, colour)
                       + fmt::format("\n{} samples, seed {}, {} inputs; ± is half of a "
                                     "95 % interval.\n",
                                     text::grouped_text(result.options.samples),
                                     result.seed,
                                     result.inputs.size());
    for (OutputSensitivity const& output : result.outputs) {
        OutputSummary const& summary = output.summary;
        text +=
            "\n" + text::bold(text::escape_controls(output.output.name), colour)
            + fmt::format(": median {}, mean {}, sd {} {}\n",
                          text::plain_text(summary.median),
                          mean_text(summary.tail_index, text::plain_text(summary.mean)),
                          text::plain_text(summary.standard_deviation),
                          text::escape_controls(output.output.info.unit));
        text += tail_sentence(summary);
        text += censoring(summary);
        if (summary.is_constant) {
            text += "it is the same in every sample: nothing to explain.\n";
            continue;
        }
        double sum = 0.0;
        for (auto const& indices : output.given_data) {
            sum += indices.first_order.value;
        }
        text += given_data_table(result, output, colour);
        if (!output.pick_freeze.empty()) {
            text += "\n" + pick_freeze_table(result, output, colour);
        }
        if (!output.tornado.empty()) {
            text += "\n" + tornado_table(result, output, colour);
        }
    }
    if (result.decision) {
        text += "\n" + decision_table(result, colour);
    }
    return text;
}

}  // namespace leadtime::estimator
