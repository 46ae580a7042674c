// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/extend.hpp"

#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/embedded.hpp"
#include "text/toml_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using Place = std::vector<std::string>;

/// Where a table stands for a thing with parts, so that an overlay may change one part
/// of it. Everywhere else a table is a value and is replaced whole.
bool has_parts(Place const& place) {
    if (place.size() < 2) {
        return true;
    }
    static constexpr std::array<std::string_view, 8> things{"quantity",
                                                            "accelerator",
                                                            "path",
                                                            "event",
                                                            "regime",
                                                            "rule",
                                                            "cap",
                                                            "ecosystem"};
    // Of a path: tables of named things, and tables of keys.
    static constexpr std::array<std::string_view, 3> named{
        "channel", "accelerator", "capital"};
    static constexpr std::array<std::string_view, 3> plain{"progress", "job", "join"};
    auto const is_in = [](auto const& list, std::string_view name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    if (place.size() == 2) {
        return is_in(things, place[0]);
    }
    if (place[0] == "path") {
        return (is_in(named, place[2]) && place.size() <= 4)
               || (is_in(plain, place[2]) && place.size() == 3);
    }
    return place[0] == "quantity" && place.size() == 3 && place[2] == "at";
}

bool redefines(toml::table const& quantity) {
    static std::array<std::string_view, 5> const definitions{
        "value", "at", "formula", "dist", "each_step"};
    return std::any_of(definitions.begin(), definitions.end(), [&](auto const& key) {
        return quantity.contains(key);
    });
}

/// A new definition takes the old one's place and leaves only its unit: an origin is
/// that of the number it came with. A series given month by month keeps the other
/// months and how they are joined.
void make_room(toml::table& quantity, toml::table const& overlay) {
    if (!redefines(overlay)) {
        return;
    }
    bool const more_months = overlay["at"].is_table() && quantity["at"].is_table();
    std::vector<std::string> old;
    for (auto const& [key, node] : quantity) {
        std::string_view const name = key.str();
        bool const joins = name == "interpolate" || name == "knot_correlation";
        if (name != "unit" && !(more_months && (joins || name == "at"))) {
            old.emplace_back(name);
        }
    }
    for (auto const& key : old) {
        quantity.erase(key);
    }
}

/// An event comes on a date or by a hazard: one takes the place of the other, and of
/// the origin.
void make_room_for_event(toml::table& event, toml::table const& overlay) {
    bool const dated = overlay.contains("date");
    if (!dated && !overlay.contains("hazard_per_year")) {
        return;
    }
    for (auto const* key : {"source", "confidence", "note"}) {
        event.erase(key);
    }
    if (dated) {
        for (auto const* key : {"hazard_per_year", "from", "repeats"}) {
            event.erase(key);
        }
    } else {
        event.erase("date");
    }
}

void put(toml::table& into, toml::key const& key, toml::node& node) {
    node.visit([&](auto& value) { into.insert_or_assign(key, std::move(value)); });
}

std::vector<std::string> members_of(toml::node const& group) {
    std::vector<std::string> names;
    auto const* table = group.as_table();
    auto const* quantities = table == nullptr ? nullptr : table->get("quantities");
    if (auto const* list = quantities == nullptr ? nullptr : quantities->as_array()) {
        for (auto const& name : *list) {
            names.push_back(name.value_or(std::string()));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// A group of the same quantities takes the old one's place, any other is added.
void overlay_groups(toml::array& base, toml::array& overlay) {
    for (auto& group : overlay) {
        auto const members = members_of(group);
        for (auto at = base.begin(); !members.empty() && at != base.end();) {
            at = members_of(*at) == members ? base.erase(at) : at + 1;
        }
        group.visit([&](auto& value) { base.push_back(std::move(value)); });
    }
}

void overlay_table(toml::table& base, toml::table& overlay, Place const& place) {
    if (place.size() == 2 && place[0] == "quantity") {
        make_room(base, overlay);
    }
    if (place.size() == 2 && place[0] == "event") {
        make_room_for_event(base, overlay);
    }
    for (auto& [key, node] : overlay) {
        Place below = place;
        below.emplace_back(key.str());
        auto* const old = base.get(key.str());
        bool const both_tables =
            old != nullptr && old->is_table() && node.is_table() && has_parts(below);
        bool const groups = place.empty() && key.str() == "correlation"
                            && old != nullptr && old->is_array() && node.is_array();
        if (both_tables) {
            overlay_table(*old->as_table(), *node.as_table(), below);
        } else if (groups) {
            overlay_groups(*old->as_array(), *node.as_array());
        } else {
            put(base, key, node);
        }
    }
}

text::Document overlay(text::Document base, text::Document document) {
    overlay_table(base.root, document.root, {});
    base.name = document.name;
    for (auto& source : document.sources) {
        base.add_source(std::move(source));
    }
    return base;
}

constexpr std::size_t most_scenarios = 32;

/// What tells a scenario from others, whatever way its file is named.
std::string file_of(std::string const& path) {
    std::error_code error;
    auto const file = std::filesystem::canonical(path, error);
    return embedded_scenario(path) || error ? path : file.string();
}

std::size_t bytes_of(text::Document const& document) {
    std::size_t bytes = 0;
    for (auto const& line : document.sources.front().lines) {
        bytes += line.size() + 1;
    }
    return bytes;
}

/// A bare word that is no file was meant as the name of a built-in scenario.
void refuse_unknown_word(std::string const& path) {
    if (path.find_first_of("./\\") != std::string::npos
        || std::filesystem::exists(path)) {
        return;
    }
    auto const names = embedded_scenario_names();
    text::ConfigIssue issue;
    issue.place.file = path;
    issue.problem = "file not found";
    issue.reason =
        fmt::format("built in: baseline, and {} built on it, see docs/mechanisms.md",
                    names.size() - 1);
    issue.suggestion = text::did_you_mean(path, names);
    throw text::ConfigError(std::move(issue));
}

/// What `extends` means in a file: a built-in scenario, else a file beside this one.
std::string resolve(std::string const& name, std::string const& from) {
    namespace fs = std::filesystem;
    if (embedded_scenario(name) || fs::path(name).is_absolute()) {
        return name;
    }
    auto const folder = fs::path(from).parent_path();
    return folder.empty() ? name : (folder / name).string();
}

}  // namespace

text::Document load_scenario_document(std::string const& path, text::FileKind kind) {
    if (auto const text = embedded_scenario(path)) {
        return text::parse_document(*text, path);
    }
    refuse_unknown_word(path);
    return text::load_document(path, kind);
}

text::Document with_extended(text::Document document) {
    std::vector<std::string> chain{document.name};
    std::vector<std::string> files{file_of(document.name)};
    std::size_t bytes = bytes_of(document);
    std::vector<text::Document> documents;
    documents.push_back(std::move(document));
    while (true) {
        text::Document const& last = documents.back();
        auto const* const node = last.root["scenario"]["extends"].node();
        auto const* const text = node == nullptr ? nullptr : node->as_string();
        if (text == nullptr) {
            break;  // no such key, or one that the reader refuses
        }
        auto const fail = [&](std::string problem, std::string reason = {}) {
            throw text::ConfigError(last.issue_at(node->source(),
                                                  "scenario.extends",
                                                  std::move(problem),
                                                  std::move(reason)));
        };
        std::string const path = resolve(text->get(), last.name);
        auto const file = file_of(path);
        bool const seen = std::find(files.begin(), files.end(), file) != files.end();
        chain.push_back(path);
        files.push_back(file);
        if (seen) {
            fail(fmt::format("scenarios extend each other: {}",
                             fmt::join(chain, " -> ")));
        }
        if (chain.size() > most_scenarios) {
            fail("too many scenarios extend each other",
                 fmt::format("at most {}", most_scenarios));
        }
        try {
            documents.push_back(load_scenario_document(path, text::FileKind::regular));
        } catch (text::ConfigError const& error) {
            auto const& issue = error.issues().front();
            if (issue.place.line > 0) {  // it may be any file: nothing of it is quoted
                fail(fmt::format("cannot extend \"{}\": it is not TOML", text->get()),
                     fmt::format("from line {} on", issue.place.line));
            }
            throw text::ConfigError(last.issue_at(
                node->source(),
                "scenario.extends",
                fmt::format("cannot extend \"{}\": {}", text->get(), issue.problem),
                issue.reason,
                text::did_you_mean(text->get(), embedded_scenario_names())));
        }
        bytes += bytes_of(documents.back());
        if (bytes > text::max_document_bytes) {
            throw text::ConfigError(documents[documents.size() - 2].issue_at(
                node->source(),
                "scenario.extends",
                "the scenarios that extend each other are too large",
                "at most 16 MiB together"));
        }
        if (!documents.back().root["scenario"].is_table()) {
            documents.pop_back();
            auto const& here = documents.back();
            throw text::ConfigError(here.issue_at(
                here.root["scenario"]["extends"].node()->source(),
                "scenario.extends",
                fmt::format("cannot extend \"{}\": it is no scenario",
                            *here.root["scenario"]["extends"].value<std::string>()),
                "it has no table [scenario]"));
        }
    }
    text::Document result = std::move(documents.back());
    for (std::size_t i = documents.size() - 1; i-- > 0;) {
        result = overlay(std::move(result), std::move(documents[i]));
    }
    return result;
}

}  // namespace leadtime::estimator
