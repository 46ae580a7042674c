// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_reader.hpp"

#include "estimator/quantities/quantile_fit.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <variant>

namespace leadtime::estimator {
namespace {

constexpr std::string_view date_words = "a date such as \"2026-03\"";

toml::source_index code_points(std::string_view text) {
    return static_cast<toml::source_index>(
        std::count_if(text.begin(), text.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        }));
}

/// The bytes of a line from a 1-based column in code points on.
std::string_view from_column(std::string_view line, toml::source_index column) {
    while (column > 1 && !line.empty()) {
        line.remove_prefix(1);
        while (!line.empty()
               && (static_cast<unsigned char>(line.front()) & 0xc0) == 0x80) {
            line.remove_prefix(1);
        }
        --column;
    }
    return line;
}

}  // namespace

toml::source_region text_region(text::Document const& document,
                                toml::node const& node,
                                std::size_t offset,
                                std::size_t length) {
    auto region = node.source();
    auto const* text = node.as_string();
    auto const& lines = document.sources[document.source_index(region)].lines;
    if (text == nullptr || !region.begin || region.begin.line > lines.size()) {
        return region;
    }
    auto line = from_column(lines[region.begin.line - 1], region.begin.column);
    toml::source_index quotes = 0;
    if (line.starts_with('"') || line.starts_with('\'')) {
        line.remove_prefix(1);
        quotes = 1;
    }
    std::string_view const value = text->get();
    if (!line.starts_with(value) || offset > value.size()) {
        return region;
    }
    region.begin.column += quotes + code_points(value.substr(0, offset));
    region.end = region.begin;
    region.end.column +=
        std::max<toml::source_index>(1, code_points(value.substr(offset, length)));
    return region;
}

void report_value_error(text::TableReader& owner,
                        toml::node const& node,
                        ValueTextError const& error) {
    owner.issues().add(owner.document().issue_at(
        text_region(owner.document(), node, error.offset, error.length),
        owner.key_path(),
        error.problem,
        error.reason,
        error.suggestion));
}

std::optional<double> read_scalar(text::TableReader& owner,
                                  toml::node const& node,
                                  std::string_view name,
                                  bool is_date,
                                  int start_month,
                                  Suffixes const& suffixes) {
    auto const* text = node.as_string();
    if (text == nullptr && !is_date) {
        return owner.check_number(node, name);
    }
    std::string_view const wanted = is_date ? date_words : "one number";
    if (text == nullptr) {
        owner.fail_type(node, name, wanted);
        return std::nullopt;
    }
    auto const parsed = parse_value_text(text->get(), is_date, start_month, suffixes);
    if (auto const* error = std::get_if<ValueTextError>(&parsed)) {
        report_value_error(owner, node, *error);
        return std::nullopt;
    }
    auto const* value = std::get_if<ValueText>(&parsed);
    if (value == nullptr || value->values.size() != 1) {
        owner.fail_type(node, name, wanted);
        return std::nullopt;
    }
    return value->values[0];
}

std::optional<Distribution> read_distribution(text::TableReader& owner,
                                              toml::node const& node,
                                              std::string_view name,
                                              Unit const& unit,
                                              int start_month) {
    if (auto const* table = node.as_table()) {
        text::TableReader reader(owner.document(),
                                 *table,
                                 text::join_key(owner.key_path(), name),
                                 owner.issues());
        auto const before = owner.issues().size();
        auto const result = read_distribution_table(reader, unit, start_month);
        reader.finish();
        return owner.issues().size() == before ? result : std::nullopt;
    }
    if (auto const* text = node.as_string()) {
        auto const parsed =
            parse_value_text(text->get(), unit.is_date, start_month, suffixes_in(unit));
        if (auto const* value = std::get_if<ValueText>(&parsed)) {
            return from_values(value->values, unit.is_date);
        }
        if (auto const* error = std::get_if<ValueTextError>(&parsed)) {
            report_value_error(owner, node, *error);
        } else {
            owner.fail(node,
                       fmt::format("\"{}\" is neither a {} nor a range",
                                   name,
                                   unit.is_date ? "date" : "number"),
                       fmt::format("found {}", text::describe(node)),
                       "a formula goes under \"formula\"");
        }
        return std::nullopt;
    }
    if (node.is_number()) {
        auto const value = read_scalar(owner, node, name, unit.is_date, start_month);
        return value ? std::optional(Distribution(*value)) : std::nullopt;
    }
    owner.fail_type(node, name, "a number, a text such as \"20k to 27k\", or a table");
    return std::nullopt;
}

}  // namespace leadtime::estimator
