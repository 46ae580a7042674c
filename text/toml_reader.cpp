// SPDX-License-Identifier: Apache-2.0
#include "text/toml_reader.hpp"

#include "text/key_recorder.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tuple>
#include <utility>

namespace leadtime::text {
namespace {

constexpr std::size_t max_listed_keys = 24;  // an error stays readable

bool is_bare_key(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
               || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

std::string describe_range(NumberRange range) {
    bool const has_max = range.max < std::numeric_limits<double>::infinity();
    bool const has_min = range.min > -std::numeric_limits<double>::infinity();
    std::string const low = fmt::format(
        "{} {}", range.min_excluded ? "greater than" : "at least", range.min);
    if (has_min && has_max) {
        return fmt::format("{} and at most {}", low, range.max);
    }
    return has_min ? low : fmt::format("at most {}", range.max);
}

std::string list_keys(std::vector<std::string> const& keys) {
    if (keys.size() <= max_listed_keys) {
        return fmt::format("{}", fmt::join(keys, ", "));
    }
    auto const end = keys.begin() + max_listed_keys;
    return fmt::format(
        "{}, ... {} in all", fmt::join(keys.begin(), end, ", "), keys.size());
}

}  // namespace

std::string join_key(std::string_view path, std::string_view key) {
    std::string const part =
        is_bare_key(key) ? std::string(key) : fmt::format("\"{}\"", key);
    return path.empty() ? part : fmt::format("{}.{}", path, part);
}

std::string describe(toml::node const& node) {
    constexpr std::size_t longest = 40;
    switch (node.type()) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "an array";
    case toml::node_type::string: {
        std::string_view const text = node.as_string()->get();
        return text.size() > longest ? "a long string"
                                     : fmt::format("the string \"{}\"", text);
    }
    case toml::node_type::integer:
        return fmt::format("{}", node.as_integer()->get());
    case toml::node_type::floating_point:
        return fmt::format("{}", node.as_floating_point()->get());
    case toml::node_type::boolean:
        return node.as_boolean()->get() ? "true" : "false";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
        return "a date or time without quotes";
    case toml::node_type::none:
        break;
    }
    return "nothing";
}

TableReader::TableReader(Document const& document,
                         toml::table const& table,
                         std::string key_path,
                         IssueList& issues)
    : document_(&document)
    , table_(&table)
    , key_path_(std::move(key_path))
    , issues_(&issues) {}

toml::key const* TableReader::find_key(std::string_view key) const {
    auto const found = table_->find(key);
    return found == table_->cend() ? nullptr : &found->first;
}

bool TableReader::has(std::string_view key) {
    return raw(key) != nullptr;
}

toml::node const* TableReader::raw(std::string_view key) {
    known_.emplace(key);
    return table_->get(key);
}

toml::node const* TableReader::required(std::string_view key) {
    auto const* node = raw(key);
    if (node == nullptr) {
        fail_table(fmt::format("missing key \"{}\"", key),
                   key_path_.empty() ? std::string("required at the top of the file")
                                     : fmt::format("required in \"{}\"", key_path_));
    }
    return node;
}

std::optional<std::string> TableReader::optional_string(std::string_view key) {
    auto const* node = raw(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (auto const* text = node->as_string()) {
        return text->get();
    }
    fail_type(*node, key, "a string");
    return std::nullopt;
}

std::string TableReader::required_string(std::string_view key) {
    auto const* node = required(key);
    if (node == nullptr) {
        return {};
    }
    auto text = optional_string(key);
    if (text && text->empty()) {
        fail(*node, fmt::format("\"{}\" must not be empty", key));
    }
    return text.value_or("");
}

std::optional<double> TableReader::check_number(toml::node const& node,
                                                std::string_view name,
                                                NumberRange range) {
    auto const value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value) {
        fail_type(node, name, "a number");
        return std::nullopt;
    }
    if (!std::isfinite(*value)) {
        fail_type(node, name, "a finite number");
        return std::nullopt;
    }
    bool const low = range.min_excluded ? *value <= range.min : *value < range.min;
    if (low || *value > range.max) {
        fail_type(node, name, describe_range(range));
        return std::nullopt;
    }
    return value;
}

std::optional<double> TableReader::optional_number(std::string_view key,
                                                   NumberRange range) {
    auto const* node = raw(key);
    return node == nullptr ? std::nullopt : check_number(*node, key, range);
}

double TableReader::required_number(std::string_view key, NumberRange range) {
    if (required(key) == nullptr) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return optional_number(key, range)
        .value_or(std::numeric_limits<double>::quiet_NaN());
}

std::optional<std::int64_t> TableReader::optional_integer(std::string_view key,
                                                          std::int64_t min,
                                                          std::int64_t max) {
    auto const* node = raw(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    auto const* integer = node->as_integer();
    if (integer == nullptr) {
        fail_type(*node, key, "a whole number");
        return std::nullopt;
    }
    std::int64_t const value = integer->get();
    if (value >= min && value <= max) {
        return value;
    }
    bool const has_max = max < std::numeric_limits<std::int64_t>::max();
    bool const has_min = min > std::numeric_limits<std::int64_t>::min();
    fail_type(*node,
              key,
              has_min && has_max ? fmt::format("a whole number from {} to {}", min, max)
              : has_min          ? fmt::format("at least {}", min)
                                 : fmt::format("at most {}", max));
    return std::nullopt;
}

std::optional<bool> TableReader::optional_bool(std::string_view key) {
    auto const* node = raw(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (auto const* flag = node->as_boolean()) {
        return flag->get();
    }
    fail_type(*node, key, "true or false");
    return std::nullopt;
}

std::optional<std::vector<std::string>>
TableReader::optional_strings(std::string_view key) {
    auto const* node = raw(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (auto const* text = node->as_string()) {
        return std::vector<std::string>{text->get()};
    }
    auto const* array = node->as_array();
    if (array == nullptr) {
        fail_type(*node, key, "a string or an array of strings");
        return std::nullopt;
    }
    std::vector<std::string> result;
    for (auto const& element : *array) {
        if (auto const* text = element.as_string()) {
            result.push_back(text->get());
        } else {
            fail_type(element, fmt::format("{}[{}]", key, result.size()), "a string");
        }
    }
    return result;
}

toml::array const* TableReader::optional_array(std::string_view key) {
    auto const* node = raw(key);
    if (node != nullptr && !node->is_array()) {
        fail_type(*node, key, "an array");
    }
    return node == nullptr ? nullptr : node->as_array();
}

toml::table const* TableReader::optional_table(std::string_view key) {
    auto const* node = raw(key);
    if (node != nullptr && !node->is_table()) {
        fail_type(*node, key, "a table");
    }
    return node == nullptr ? nullptr : node->as_table();
}

std::optional<TableReader> TableReader::child(std::string_view key) {
    auto const* table = optional_table(key);
    if (table == nullptr) {
        return std::nullopt;
    }
    return TableReader(*document_, *table, path_of(key), *issues_);
}

std::vector<TableReader> TableReader::children(std::string_view key) {
    std::vector<TableReader> readers;
    auto const* array = optional_array(key);
    if (array == nullptr) {
        return readers;
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        toml::node const& element = *array->get(i);
        if (auto const* table = element.as_table()) {
            readers.emplace_back(
                *document_, *table, fmt::format("{}[{}]", path_of(key), i), *issues_);
        } else {
            fail_type(element, fmt::format("{}[{}]", key, i), "a table");
        }
    }
    return readers;
}

std::vector<TableReader::Entry> TableReader::entries() {
    using Rank = std::tuple<bool, std::size_t, toml::source_index, toml::source_index>;
    std::vector<std::pair<Rank, Entry>> ranked;
    for (auto const& [key, node] : *table_) {
        known_.emplace(key.str());
        auto const& region = key.source();
        ranked.emplace_back(Rank{!region.begin,
                                 document_->source_index(region),
                                 region.begin.line,
                                 region.begin.column},
                            Entry{std::string(key.str()), &node});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](auto const& a, auto const& b) {
        return a.first < b.first;
    });
    std::vector<Entry> result;
    for (auto& [rank, entry] : ranked) {
        result.push_back(std::move(entry));
    }
    return result;
}

void TableReader::fail_type(toml::node const& node,
                            std::string_view name,
                            std::string_view expected) {
    fail(node,
         fmt::format("\"{}\" must be {}", name, expected),
         fmt::format("found {}", describe(node)));
}

void TableReader::fail(toml::node const& node,
                       std::string problem,
                       std::string reason,
                       std::string suggestion) {
    issues_->add(document_->issue_at(node.source(),
                                     key_path_,
                                     std::move(problem),
                                     std::move(reason),
                                     std::move(suggestion)));
}

void TableReader::fail_key(std::string_view key,
                           std::string problem,
                           std::string reason,
                           std::string suggestion) {
    auto const* found = find_key(key);
    issues_->add(
        document_->issue_at(found == nullptr ? table_->source() : found->source(),
                            path_of(key),
                            std::move(problem),
                            std::move(reason),
                            std::move(suggestion)));
}

void TableReader::fail_table(std::string problem,
                             std::string reason,
                             std::string suggestion) {
    // The root table has a position of its own, line 1, which would only mislead.
    bool const is_root = table_ == &document_->root;
    issues_->add(document_->issue_at(is_root ? toml::source_region{} : table_->source(),
                                     key_path_,
                                     std::move(problem),
                                     std::move(reason),
                                     std::move(suggestion)));
}

void TableReader::finish() {
    std::vector<std::string> const allowed(known_.begin(), known_.end());
    KeyRecorder::note(key_path_, allowed);
    for (auto const& [key, node] : *table_) {
        if (known_.find(key.str()) != known_.end()) {
            continue;
        }
        fail_key(key.str(),
                 fmt::format("unknown key \"{}\"", key.str()),
                 fmt::format("allowed here: {}", list_keys(allowed)),
                 did_you_mean(key.str(), allowed));
    }
}

SourcePlace TableReader::place_of(toml::node const& node) const {
    return document_->place_at(node.source());
}

}  // namespace leadtime::text
