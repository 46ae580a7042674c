// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/quantities.hpp"

#include "estimator/quantities/distribution_reader.hpp"
#include "estimator/quantities/number.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

/// Where the text of a string value begins in its source line, past the quotes.
FormulaSource locate_formula(ReaderState const& state,
                             toml::node const& node,
                             std::string_view text) {
    auto const issue = state.issue_at(node, {}, {});
    FormulaSource source{issue.place, issue.source_line, false, issue.source_column};
    std::string_view const line = state.document.line_from(node.source());
    for (std::size_t const quotes : {1, 3, 0}) {
        if (quotes > line.size() || line.substr(quotes, text.size()) != text) {
            continue;
        }
        source.place.column += static_cast<int>(quotes);
        source.on_one_line = true;
        break;
    }
    return source;
}

/// The words of a value as written, for `show`.
std::string text_of(toml::node const& node) {
    if (auto const* text = node.as_string()) {
        return text->get();
    }
    if (node.is_table() || node.is_array()) {
        return {};
    }
    return text::describe(node);
}

/// Reads one quantity from any of its notations.
class QuantityReader {
  public:
    QuantityReader(ReaderState& state, QuantityIndex index, std::string_view label)
        : state_(state)
        , index_(index)
        , label_(label) {}

    /// `unit` holds unless the table states one, which must then have its dimension
    /// where `unit_is_fixed`.
    void read(toml::node const& node,
              text::TableReader& owner,
              Unit const& unit,
              bool unit_is_fixed,
              Provenance const& inherited) {
        quantity().place = owner.place_of(node);
        quantity().unit = unit;
        quantity().provenance = inherited;
        unit_is_fixed_ = unit_is_fixed;
        if (auto const* table = node.as_table()) {
            text::TableReader reader(
                state_.document, *table, quantity().name, state_.issues);
            read_table(reader);
        } else {
            read_value(node, owner);
        }
        auto const* value = node.is_table() ? node.as_table()->get("value") : nullptr;
        if (quantity().kind == QuantityKind::distribution
            && !state_.broken.contains(index_)
            && !is_in_range(quantity().value, value ? *value : node, owner)) {
            set_broken();
        }
    }

  private:
    ReaderState& state_;
    QuantityIndex index_;
    std::string label_;
    bool unit_is_fixed_ = false;

    // Reading a quantity never adds another, so this reference holds.
    Quantity& quantity() { return state_.scenario.quantities[index_]; }

    void set_broken() { state_.broken.insert(index_); }

    void read_table(text::TableReader& table) {
        auto const issues_before = state_.issues.size();
        quantity().provenance = read_provenance(table, quantity().provenance);
        auto const unit = read_unit(state_, table);
        if (table.has("unit") && !unit) {
            set_broken();
        }
        if (unit) {
            take_unit(*unit, table);
        }
        auto const* value = table.raw("value");
        auto const* at = table.raw("at");
        auto const* formula = table.raw("formula");
        auto const* each_step = table.raw("each_step");
        int const given = (value != nullptr) + (at != nullptr) + (formula != nullptr)
                          + (each_step != nullptr);
        if (given > 1) {
            table.fail_table(fmt::format("\"{}\" has more than one value", label_),
                             "give one of value, at, formula, each_step");
            set_broken();
            return;
        }
        if (formula != nullptr) {
            read_formula_node(*formula, table, unit.has_value());
        } else if (at != nullptr) {
            read_series(*at, table);
        } else if (each_step != nullptr) {
            read_each_step(*each_step, table);
        } else if (value != nullptr && value->is_string()) {
            read_text(*value, table, !unit && !unit_is_fixed_);
        } else if (value != nullptr || spells_distribution(table)) {
            read_distribution_here(table);
        } else {
            table.fail_table(fmt::format("\"{}\" has no value", label_),
                             {},
                             "give one of value, at, formula, each_step");
        }
        table.finish();
        if (state_.issues.size() > issues_before) {
            set_broken();
        }
    }

    /// Whether the table itself is a distribution: `dist = ...` or quantiles.
    static bool spells_distribution(text::TableReader& table) {
        static std::array<std::string_view, 5> const words{
            "dist", "median", "mean", "low", "high"};
        for (auto const& [key, node] : table.table()) {
            std::string_view const word = key.str();
            if (std::find(words.begin(), words.end(), word) != words.end()) {
                return true;
            }
            if (word.size() > 1 && word[0] == 'p' && word[1] >= '0' && word[1] <= '9') {
                return true;
            }
        }
        return false;
    }

    void take_unit(Unit const& unit, text::TableReader& table) {
        if (unit_is_fixed_ && unit.dimension != quantity().unit.dimension) {
            table.fail(*table.raw("unit"),
                       fmt::format("\"{}\" cannot be in {}", label_, unit.text),
                       fmt::format("it needs {}", quantity().unit.text));
            set_broken();
            return;
        }
        quantity().unit = unit;
    }

    int start_month() const { return state_.scenario.start_month; }

    bool is_formula(std::string const& text) {
        return std::holds_alternative<NotAValue>(
            parse_value_text(text, quantity().unit.is_date, start_month()));
    }

    /// Whether samples, which are in single precision, can hold the values; else
    /// reports it. Lower tails may vanish, not the body of a distribution.
    bool is_in_range(Distribution const& value,
                     toml::node const& node,
                     text::TableReader& table) {
        constexpr double largest = 1e37;
        constexpr double smallest = 1e-37;
        double const scale = std::abs(quantity().unit.scale);
        // Not a number is larger than all.
        auto const size = [&](double score) {
            double const below = std::abs(value.quantile_of_score(-score));
            double const above = std::abs(value.quantile_of_score(score));
            return std::isnan(below) ? below : scale * std::max(above, below);
        };
        auto const refuse = [&](char const* what,
                                std::string const& reason,
                                char const* suggestion) {
            table.fail(node,
                       fmt::format("\"{}\" is too {} to compute with", label_, what),
                       reason,
                       value.is_fixed() ? "" : suggestion);
            return false;
        };
        if (!(size(6.4) <= largest)) {  // draws stay within this score
            return refuse(
                "large",
                fmt::format("{} above {}",
                            value.is_fixed() ? "it is" : "one draw in a billion is",
                            format_number(largest / scale)),
                "cut it: truncate = [0, ...]");
        }
        double const body = size(1.6448536269514722);  // 5 % and 95 % points
        if (body > 0 && body < smallest) {
            return refuse("small",
                          fmt::format("{} below {}",
                                      value.is_fixed() ? "it is" : "most draws are",
                                      format_number(smallest / scale)),
                          "");
        }
        return true;
    }

    void take(std::optional<Distribution> value) {
        if (!value) {
            set_broken();
            return;
        }
        quantity().kind = QuantityKind::distribution;
        quantity().value = std::move(*value);
    }

    /// A month where the unit is not "date" would be read as a difference.
    bool is_lost_month(toml::node const& node, text::TableReader& table) {
        auto const* text = node.as_string();
        if (text == nullptr || quantity().unit.is_date || !parse_month(text->get())) {
            return false;
        }
        table.fail(node,
                   fmt::format("\"{}\" is a month", text->get()),
                   fmt::format("\"{}\" is in {}", label_, quantity().unit.text),
                   unit_is_fixed_ ? "" : "give it unit = \"date\"");
        set_broken();
        return true;
    }

    /// A value written in place of a table.
    void read_value(toml::node const& node, text::TableReader& owner) {
        quantity().value_text = text_of(node);
        if (is_lost_month(node, owner)) {
            return;
        }
        if (node.is_string() && is_formula(node.as_string()->get())) {
            read_formula(node, node.as_string()->get(), true);
            return;
        }
        take(read_distribution(owner, node, label_, quantity().unit, start_month()));
    }

    /// `value = "..."` in a table that may hold more, such as `truncate`.
    void
    read_text(toml::node const& node, text::TableReader& table, bool unit_is_free) {
        quantity().value_text = text_of(node);
        if (is_lost_month(node, table)) {
            return;
        }
        if (is_formula(node.as_string()->get())) {
            read_formula(node, node.as_string()->get(), !unit_is_free);
        } else {
            read_distribution_here(table);
        }
    }

    void read_distribution_here(text::TableReader& table) {
        if (auto const* value = table.table().get("value")) {
            quantity().value_text = text_of(*value);
        }
        take(read_distribution_table(table, quantity().unit, start_month()));
    }

    void read_formula_node(toml::node const& node,
                           text::TableReader& table,
                           bool unit_is_given) {
        auto const* text = node.as_string();
        if (text == nullptr) {
            table.fail_type(node, "formula", "a string");
            set_broken();
            return;
        }
        read_formula(node, text->get(), unit_is_given || unit_is_fixed_);
    }

    void
    read_formula(toml::node const& node, std::string const& text, bool unit_is_given) {
        auto& q = quantity();
        q.kind = QuantityKind::formula;
        q.formula_text = text;
        q.value_text = text;
        q.formula_source = locate_formula(state_, node, text);
        if (!unit_is_given) {
            state_.unit_from_formula.insert(index_);
        }
        try {
            q.formula = parse_formula(text, state_.scenario.start_month);
        } catch (FormulaError const& error) {
            state_.issues.add(formula_issue(q, error));
            set_broken();
        }
    }

    void read_series(toml::node const& node, text::TableReader& table) {
        auto& q = quantity();
        q.kind = QuantityKind::series;
        read_interpolation(table);
        if (auto const r =
                table.optional_number("knot_correlation", text::fraction_number)) {
            q.knot_correlation = *r;
        }
        auto const* knots = node.as_table();
        if (knots == nullptr || knots->empty()) {
            table.fail_type(node, "at", "a table of months, { 2025-01 = ..., ... }");
            set_broken();
            return;
        }
        text::TableReader reader(
            state_.document, *knots, text::join_key(q.name, "at"), state_.issues);
        for (auto const& entry : reader.entries()) {
            auto const month = parse_month(entry.key);
            if (!month) {
                reader.fail_key(entry.key,
                                fmt::format("\"{}\" is not a month", entry.key),
                                {},
                                "write 2025-06 = ...");
                set_broken();
                continue;
            }
            read_knot(*entry.node, reader, entry.key, *month);
        }
        std::sort(q.knots.begin(), q.knots.end(), [](Knot const& a, Knot const& b) {
            return a.month < b.month;
        });
    }

    /// A value drawn anew in each month, which is the step of the model: a series with
    /// a knot for each.
    void read_each_step(toml::node const& node, text::TableReader& table) {
        auto& q = quantity();
        q.kind = QuantityKind::series;
        q.interpolation = Interpolation::step;
        q.is_noise = true;
        q.knot_correlation =
            table.optional_number("knot_correlation", text::fraction_number)
                .value_or(0.0);
        q.value_text = text_of(node) + ", anew in each month";
        if (is_lost_month(node, table)) {
            return;
        }
        if (node.is_string() && is_formula(node.as_string()->get())) {
            table.fail(node,
                       "what is drawn in each step cannot be a formula",
                       "it is a number or a distribution");
            set_broken();
            return;
        }
        auto const value =
            read_distribution(table, node, "each_step", q.unit, start_month());
        if (!value || !is_in_range(*value, node, table)) {
            set_broken();
            return;
        }
        count_step_draws(state_);
        int const months = std::max(state_.scenario.months(), 1);
        for (int month = 0; month < months; ++month) {
            q.knots.push_back({static_cast<double>(month), *value});
        }
    }

    void read_knot(toml::node const& node,
                   text::TableReader& table,
                   std::string const& key,
                   int month) {
        auto& q = quantity();
        if (is_lost_month(node, table)) {
            return;
        }
        if (node.is_string() && is_formula(node.as_string()->get())) {
            table.fail(node,
                       fmt::format("the value of {} cannot be a formula", key),
                       "knots are numbers or distributions",
                       "interpolate in a formula: if(month >= '2025-06', a, b)");
            set_broken();
            return;
        }
        auto value = read_distribution(table, node, key, q.unit, start_month());
        if (!value) {
            set_broken();
            return;
        }
        if (!is_in_range(*value, node, table)) {
            set_broken();
            return;
        }
        double constexpr lowest_score = -6.5;  // draws stay within 6.4
        if (q.interpolation == Interpolation::log
            && value->quantile_of_score(lowest_score) <= 0) {
            table.fail(node,
                       fmt::format("the value of {} may be 0 or less", key),
                       "interpolate = \"log\" needs positive values",
                       "use interpolate = \"linear\"");
            set_broken();
            return;
        }
        q.value_text += q.value_text.empty() ? "" : ", ";
        q.value_text += fmt::format("{} {}", key, text_of(node));
        q.knots.push_back({static_cast<double>(month - state_.scenario.start_month),
                           std::move(*value)});
    }

    void read_interpolation(text::TableReader& table) {
        static std::array<std::string, 3> const words{"step", "linear", "log"};
        auto const word = table.optional_string("interpolate");
        if (!word) {
            return;
        }
        auto const found = std::find(words.begin(), words.end(), *word);
        if (found == words.end()) {
            table.fail(*table.raw("interpolate"),
                       fmt::format("unknown interpolation \"{}\"", *word),
                       "it is step, linear or log",
                       text::did_you_mean(*word, words));
            return;
        }
        quantity().interpolation = static_cast<Interpolation>(found - words.begin());
    }
};

}  // namespace

void read_quantity(ReaderState& state,
                   QuantityIndex index,
                   std::string_view label,
                   toml::node const& node,
                   text::TableReader& owner,
                   KeyUnit const& unit,
                   Provenance const& inherited) {
    QuantityReader(state, index, label)
        .read(node, owner, unit.unit, unit.is_fixed, inherited);
}

}  // namespace leadtime::estimator::detail
