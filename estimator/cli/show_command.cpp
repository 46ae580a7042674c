// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/show_command.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/aligned_table.hpp"
#include "text/config_error.hpp"
#include "text/display_text.hpp"
#include "text/toml_document.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::array<double, 3> levels{0.05, 0.50, 0.95};

/// One line of the table: a scalar, a knot, or a step of a formula.
struct ShownRow {
    std::string month;  ///< `YYYY-MM`, empty for scalars
    std::string distribution;
    std::array<double, 3> quantiles{};
};

std::string text::calendar_month(Scenario const& scenario, double months) {
    int const month = scenario.start_month + static_cast<int>(std::floor(months));
    return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1);
}

std::array<double, 3> quantiles_of(Distribution const& value) {
    if (value.is_fixed()) {
        double const x = value.quantile(0.5);
        return {x, x, x};
    }
    std::array<double, 3> result{};
    for (std::size_t i = 0; i < levels.size(); ++i) {
        result[i] = value.quantile(levels[i]);
    }
    return result;
}

std::vector<ShownRow> rows_of(Scenario const& scenario,
                              QuantityIndex index,
                              SampledQuantiles const& sampled) {
    auto const& quantity = scenario.quantities[index];
    std::vector<ShownRow> rows;
    if (quantity.kind == QuantityKind::distribution) {
        rows.push_back({"", quantity.value.describe(), quantiles_of(quantity.value)});
    }
    if (quantity.is_noise) {
        rows.push_back({"each month",
                        quantity.value_text,
                        quantiles_of(quantity.knots.front().value)});
        return rows;
    }
    for (auto const& knot : quantity.knots) {
        rows.push_back({text::calendar_month(scenario, knot.month),
                        knot.value.describe(),
                        quantiles_of(knot.value)});
    }
    if (quantity.kind == QuantityKind::formula && sampled) {
        for (auto const& row : sampled(index)) {
            rows.push_back({row.step < 0 ? "" : month_name(scenario, row.step),
                            quantity.formula_text,
                            row.quantiles});
        }
    }
    return rows;
}

std::string
value_cell(Scenario const& scenario, Quantity const& quantity, double value) {
    if (std::isnan(value)) {
        return "-";
    }
    if (std::isinf(value) && (quantity.unit.is_date || quantity.unit.text == "month")) {
        return value > 0 ? "never" : "before";
    }
    if (std::isinf(value)) {
        return value > 0 ? "inf" : "-inf";
    }
    return quantity.unit.is_date ? text::calendar_month(scenario, value)
                                 : format_number(value);
}

/// A text on one line, cut to a width in bytes that never splits a code point.
std::string one_line(std::string text, std::size_t width) {
    for (char& c : text) {
        if (c == '\n' || c == '\t') {
            c = ' ';
        }
    }
    if (text.size() <= width) {
        return text;
    }
    std::size_t end = width - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end) + "...";
}

void print_text(ShowOptions const& options, std::ostream& out) {
    if (auto const text = embedded_scenario(options.scenario)) {
        out << *text;
        return;
    }
    auto const document =
        text::load_document(options.scenario, text::FileKind::regular_or_open);
    for (auto const& line : document.sources.front().lines) {
        out << line << '\n';
    }
}

std::string kind_name(QuantityKind kind) {
    switch (kind) {
    case QuantityKind::distribution:
        return "distribution";
    case QuantityKind::series:
        return "series";
    case QuantityKind::formula:
        return "formula";
    }
    return {};
}

/// Infinite values become null: JSON has none.
nlohmann::json number_or_null(double value) {
    return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr);
}

nlohmann::json text_or_null(std::string const& text) {
    return text.empty() ? nlohmann::json(nullptr) : nlohmann::json(text);
}

}  // namespace

void write_quantities(Scenario const& scenario,
                      SampledQuantiles const& sampled,
                      std::ostream& out) {
    using Align = text::TextTable::Align;
    constexpr std::size_t widest_text = 60;
    text::TextTable table;
    for (auto const* heading : {"quantity", "unit", "month"}) {
        table.add_column("", heading, Align::left);
    }
    for (auto const* heading : {"p5", "p50", "p95"}) {
        table.add_column("", heading);
    }
    for (auto const* heading : {"distribution or formula", "confidence", "source"}) {
        table.add_column("", heading, Align::left);
    }
    for (QuantityIndex i = 0; i < scenario.quantities.size(); ++i) {
        auto const& quantity = scenario.quantities[i];
        auto rows = rows_of(scenario, i, sampled);
        bool const numbers = !rows.empty();
        if (!numbers) {
            rows.push_back({"", quantity.formula_text, {}});
        }
        for (std::size_t row = 0; row < rows.size(); ++row) {
            bool const first = row == 0;
            std::vector<std::string> cells{first ? quantity.name : "",
                                           first ? quantity.unit.text : "",
                                           rows[row].month};
            for (double const value : rows[row].quantiles) {
                cells.push_back(numbers ? value_cell(scenario, quantity, value) : "");
            }
            bool const repeats = !first && quantity.kind == QuantityKind::formula;
            cells.push_back(repeats ? ""
                                    : text::escape_controls(
                                        one_line(rows[row].distribution, widest_text)));
            cells.push_back(first ? quantity.provenance.confidence : "");
            cells.push_back(first ? text::escape_controls(
                                one_line(quantity.provenance.source, widest_text))
                                  : "");
            table.add_row(std::move(cells));
        }
    }
    out << table.render(false);
}

void write_quantities_json(Scenario const& scenario,
                           SampledQuantiles const& sampled,
                           std::ostream& out) {
    auto list = nlohmann::ordered_json::array();
    for (QuantityIndex i = 0; i < scenario.quantities.size(); ++i) {
        auto const& quantity = scenario.quantities[i];
        auto rows = nlohmann::ordered_json::array();
        for (auto const& row : rows_of(scenario, i, sampled)) {
            rows.push_back({{"month", text_or_null(row.month)},
                            {"p5", number_or_null(row.quantiles[0])},
                            {"p50", number_or_null(row.quantiles[1])},
                            {"p95", number_or_null(row.quantiles[2])}});
        }
        bool const is_single = quantity.kind == QuantityKind::distribution;
        list.push_back(
            {{"name", quantity.name},
             {"unit", quantity.unit.text},
             {"kind", kind_name(quantity.kind)},
             {"value", text_or_null(quantity.value_text)},
             {"formula", text_or_null(quantity.formula_text)},
             {"distribution", text_or_null(is_single ? quantity.value.describe() : "")},
             {"source", text_or_null(quantity.provenance.source)},
             {"confidence", text_or_null(quantity.provenance.confidence)},
             {"note", text_or_null(quantity.provenance.note)},
             {"inline", quantity.is_inline},
             {"rows", std::move(rows)}});
    }
    nlohmann::ordered_json const document{{"scenario", scenario.name},
                                          {"file", scenario.file},
                                          {"quantities", std::move(list)}};
    out << document.dump(2) << '\n';
}

int run_show(ShowOptions const& options, Executor const* executor, std::ostream& out) {
    if (options.toml) {
        print_text(options, out);
        return 0;
    }
    auto const profiles = hwprofiles::ProfileLibrary::load(options.profiles_dir);
    auto const scenario =
        read_scenario(options.scenario, profiles, split_overrides(options.overrides));
    auto const sampled = sample_formulas(scenario, *executor, options.seed);
    if (options.json) {
        write_quantities_json(scenario, sampled, out);
    } else {
        write_quantities(scenario, sampled, out);
    }
    return 0;
}

}  // namespace leadtime::estimator
