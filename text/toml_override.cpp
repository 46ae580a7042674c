// SPDX-License-Identifier: Apache-2.0
#include "text/toml_document.hpp"
#include "text/toml_reader.hpp"
#include "text/toml_text.hpp"

#include <charconv>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace leadtime::text {
namespace {

/// One `--set KEY=VALUE` while it is being applied.
struct Override {
    Document& document;
    std::string key;    ///< as typed
    std::string label;  ///< `--set KEY=VALUE`

    [[noreturn]] void refuse(std::string problem,
                             std::string reason = {},
                             std::string suggestion = {}) const {
        auto const end =
            static_cast<toml::source_index>(detail::count_code_points(key) + 1);
        toml::source_region const region{
            {1, 1}, {1, end}, std::make_shared<std::string const>(label)};
        throw ConfigError(document.issue_at(
            region, key, std::move(problem), std::move(reason), std::move(suggestion)));
    }
};

std::string as_basic_string(std::string_view text) {
    std::string quoted = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            quoted += fmt::format("\\{}", c);
        } else if (byte < 0x20 || byte == 0x7f) {
            quoted += fmt::format("\\u{:04x}", byte);
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

/// The names on the only path of a table that a single `a.b.c = 0` makes; empty
/// otherwise.
std::vector<std::string> single_path(toml::table const& root) {
    std::vector<std::string> names;
    toml::node const* node = &root;
    while (auto const* table = node->as_table()) {
        if (table->size() != 1) {
            return {};
        }
        names.emplace_back(table->begin()->first.str());
        node = &table->begin()->second;
    }
    return node->is_integer() ? names : std::vector<std::string>{};
}

/// Whether the table holds that path and nothing beside it.
bool has_only(toml::table const& root, std::vector<std::string> const& names) {
    toml::node const* node = &root;
    for (auto const& name : names) {
        auto const* table = node->as_table();
        if (table == nullptr || table->size() != 1 || !table->contains(name)) {
            return false;
        }
        node = table->get(name);
    }
    return true;
}

std::vector<std::string> parse_key(Override const& set) {
    if (set.key.find_first_not_of(" \t") == std::string::npos) {
        set.refuse("the key is empty", "expected --set KEY=VALUE");
    }
    if (set.key.find_first_of("\r\n") != std::string::npos) {
        set.refuse("a key cannot contain a line end");
    }
    try {
        auto names = single_path(detail::parse_toml(set.key + "=0", set.label));
        if (names.empty()) {
            set.refuse("this is not one key", "expected a dotted key such as a.b.c");
        }
        return names;
    } catch (toml::parse_error const& error) {
        throw ConfigError(detail::syntax_issue(set.document, error));
    } catch (detail::ScanError const& error) {
        throw ConfigError(detail::syntax_issue(set.document, error));
    }
}

toml::table parse_value(Override const& set,
                        std::vector<std::string> const& names,
                        std::string_view value_text) {
    try {
        toml::table parsed =
            detail::parse_toml(fmt::format("{}={}", set.key, value_text), set.label);
        if (has_only(parsed, names)) {
            return parsed;
        }
    } catch (toml::parse_error const&) {
        // Not a TOML value: a string without quotes.
    } catch (detail::ScanError const&) {
        // The same, or one that is nested too deeply.
    }
    try {
        return detail::parse_toml(set.key + "=" + as_basic_string(value_text),
                                  set.label);
    } catch (toml::parse_error const& error) {
        throw ConfigError(detail::syntax_issue(set.document, error));
    }
}

toml::node&
element_of(Override const& set, toml::array& array, std::string const& part) {
    std::size_t index = 0;
    auto const* const end = part.data() + part.size();
    auto const [stop, error] = std::from_chars(part.data(), end, index);
    if (error != std::errc() || stop != end) {
        set.refuse(fmt::format("\"{}\" does not pick an element of an array", part),
                   "expected a number, counted from 0");
    }
    if (index >= array.size()) {
        set.refuse(fmt::format("there is no element {}", index),
                   fmt::format("the array has {}, counted from 0", array.size()));
    }
    return array[index];
}

/// Replaces `target[part]` by the node, keeping the node's position.
void put(Override const& set,
         toml::node& target,
         toml::key const& part,
         toml::node& replacement) {
    replacement.visit([&](auto& node) {
        if (auto* table = target.as_table()) {
            table->insert_or_assign(part, std::move(node));
        } else {
            auto& array = *target.as_array();
            toml::node const& old = element_of(set, array, std::string(part.str()));
            auto position = array.cbegin();
            while (&*position != &old) {
                ++position;
            }
            array.replace(position, std::move(node));
        }
    });
}

}  // namespace

void apply_override(Document& document,
                    std::string_view dotted_key,
                    std::string_view value_text) {
    std::string const typed = fmt::format("{}={}", dotted_key, value_text);
    Override const set{document, std::string(dotted_key), "--set " + typed};
    document.add_source({set.label, typed});

    auto const names = parse_key(set);
    toml::table parsed = parse_value(set, names, value_text);

    toml::node* target = &document.root;
    toml::table* given = &parsed;
    std::string path;
    for (std::size_t i = 0;; ++i) {
        toml::key const part = given->begin()->first;
        toml::node& value = given->begin()->second;
        if (!target->is_table() && !target->is_array()) {
            set.refuse(
                fmt::format("cannot set \"{}\"", set.key),
                fmt::format("\"{}\" is {}, not a table", path, describe(*target)));
        }
        toml::node* const next = target->is_array()
                                     ? &element_of(set, *target->as_array(), names[i])
                                     : target->as_table()->get(names[i]);
        if (i + 1 == names.size() || next == nullptr) {
            put(set, *target, part, value);
            return;
        }
        path = join_key(path, names[i]);
        target = next;
        given = value.as_table();
    }
}

}  // namespace leadtime::text
