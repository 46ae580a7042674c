// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/state.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace leadtime::estimator::detail {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

int digits(std::string_view text) {
    int value = 0;
    for (char const c : text) {
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::optional<int> parse_month(std::string_view text) {
    if (text.size() != 7 || text[4] != '-') {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i != 4 && !is_digit(text[i])) {
            return std::nullopt;
        }
    }
    int const month = digits(text.substr(5, 2));
    if (month < 1 || month > 12) {
        return std::nullopt;
    }
    return digits(text.substr(0, 4)) * 12 + month - 1;
}

std::optional<double>
read_month(ReaderState const& state, text::TableReader& table, std::string_view key) {
    auto const* node = table.raw(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    auto const* text = node->as_string();
    auto const month = text == nullptr ? std::nullopt : parse_month(text->get());
    if (!month) {
        table.fail_type(*node, key, "a month such as \"2026-03\"");
        return std::nullopt;
    }
    return *month - state.scenario.start_month;
}

bool is_identifier(std::string_view name) {
    return !name.empty() && is_letter(name.front())
           && std::all_of(name.begin(), name.end(), [](char c) {
                  return is_letter(c) || is_digit(c);
              });
}

Provenance read_provenance(text::TableReader& table, Provenance const& inherited) {
    Provenance provenance = inherited;
    if (auto source = table.optional_string("source")) {
        provenance.source = std::move(*source);
    }
    if (auto note = table.optional_string("note")) {
        provenance.note = std::move(*note);
    }
    if (auto confidence = table.optional_string("confidence")) {
        static std::array<std::string, 3> const levels{"high", "medium", "low"};
        if (std::find(levels.begin(), levels.end(), *confidence) == levels.end()) {
            table.fail(*table.raw("confidence"),
                       fmt::format("unknown confidence \"{}\"", *confidence),
                       "it is high, medium or low",
                       text::did_you_mean(*confidence, levels));
        }
        provenance.confidence = std::move(*confidence);
    }
    return provenance;
}

std::optional<Unit> read_unit(ReaderState& state, text::TableReader& table) {
    auto const text = table.optional_string("unit");
    if (!text) {
        return std::nullopt;
    }
    std::string problem;
    std::string suggestion;
    auto unit = parse_unit(*text, state.unit_words, problem, suggestion);
    if (!unit) {
        table.fail(*table.raw("unit"), problem, {}, suggestion);
    }
    return unit;
}

Unit known_unit(std::string_view text) {
    std::string problem;
    std::string suggestion;
    auto unit = parse_unit(text, {}, problem, suggestion);
    if (!unit) {
        throw std::logic_error(problem);
    }
    return *unit;
}

}  // namespace leadtime::estimator::detail
