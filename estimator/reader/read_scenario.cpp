// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/read_scenario.hpp"

#include "estimator/reader/extend.hpp"
#include "estimator/reader/scenario_reader.hpp"
#include "hwprofiles/embedded.hpp"
#include "text/toml_document.hpp"

#include <array>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

/// Folders of the source tree whose scenarios are compiled in, and known by their name.
constexpr std::array<std::string_view, 2> scenario_folders{"scenarios/",
                                                           "scenarios/library/"};

std::vector<std::string> split_key(std::string_view key) {
    std::vector<std::string> parts(1);
    for (char const c : key) {
        if (c == '.') {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

std::vector<std::string> keys_of(toml::table const& table) {
    std::vector<std::string> keys;
    for (auto const& [key, node] : table) {
        keys.emplace_back(key.str());
    }
    return keys;
}

/// Refuses an override of something that the scenario lacks: `quantity.typo.value`
/// would otherwise make a quantity that nobody reads. Keys that only complete a table
/// that is there are left to the reader.
void refuse_unknown_names(text::Document const& document,
                          std::string const& key,
                          std::string const& value) {
    if (key == "scenario.extends") {
        text::ConfigIssue issue;
        issue.place.file = fmt::format("--set {}={}", key, value);
        issue.key = key;
        issue.problem = "--set comes after the scenarios are laid over each other";
        issue.suggestion = "write extends in a file";
        throw text::ConfigError(std::move(issue));
    }
    if (key.find_first_of("\"' ") != std::string::npos) {
        return;
    }
    auto const parts = split_key(key);
    bool const names_something =
        parts.size() > 2
        && (parts[0] == "quantity" || parts[0] == "path" || parts[0] == "accelerator");
    if (!names_something) {
        return;
    }
    auto const refuse = [&](std::string const& what,
                            std::string const& name,
                            std::vector<std::string> const& known) {
        text::ConfigIssue issue;
        issue.place.file = fmt::format("--set {}={}", key, value);
        issue.key = key;
        issue.problem = fmt::format("there is no {} \"{}\"", what, name);
        issue.suggestion = text::did_you_mean(name, known);
        throw text::ConfigError(std::move(issue));
    };
    if (parts[0] == "accelerator") {
        return;  // profiles are checked by the reader
    }
    auto const* group = document.root.get_as<toml::table>(parts[0]);
    auto const* one = group == nullptr ? nullptr : group->get_as<toml::table>(parts[1]);
    if (one == nullptr) {
        refuse(parts[0],
               parts[1],
               group == nullptr ? std::vector<std::string>{} : keys_of(*group));
    }
    if (parts[0] != "path" || parts.size() < 5 || parts[2] != "channel") {
        return;
    }
    auto const* channels = one->get_as<toml::table>("channel");
    if (channels == nullptr || !channels->contains(parts[3])) {
        refuse("channel",
               parts[3],
               channels == nullptr ? std::vector<std::string>{} : keys_of(*channels));
    }
}

/// The file as it is, then the overrides as comments.
std::string text_of(text::SourceText const& file, ScenarioOptions const& options) {
    std::string text;
    for (auto const& line : file.lines) {
        text += line + '\n';
    }
    for (auto const& [key, value] : options.overrides) {
        text += fmt::format("# --set {}={}\n", key, value);
    }
    return text;
}

Scenario read(text::Document document,
              hwprofiles::ProfileLibrary const& profiles,
              ScenarioOptions const& options) {
    document = with_extended(std::move(document));
    // what it extends stands before it, overrides come after it
    auto text = text_of(document.sources.back(), options);
    text::IssueList issues;
    for (auto const& [key, value] : options.overrides) {
        try {
            refuse_unknown_names(document, key, value);
            text::apply_override(document, key, value);
        } catch (text::ConfigError const& error) {
            issues.add(error);
        }
    }
    issues.throw_if_any();
    auto scenario = read_scenario_document(document, profiles);
    scenario.text = std::move(text);
    return scenario;
}

}  // namespace

ScenarioOptions split_overrides(std::vector<std::string> const& texts) {
    ScenarioOptions options;
    for (auto const& text : texts) {
        auto const equals = text.find('=');
        if (equals == std::string::npos) {
            text::ConfigIssue issue;
            issue.place.file = "--set " + text;
            issue.problem = "there is no value";
            issue.suggestion = "write --set KEY=VALUE";
            throw text::ConfigError(std::move(issue));
        }
        options.overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return options;
}

std::optional<std::string_view> embedded_scenario(std::string_view name) {
    for (auto const folder : scenario_folders) {
        for (auto const& file : hwprofiles::embedded_files()) {
            if (file.path == fmt::format("{}{}.toml", folder, name)) {
                return file.contents;
            }
        }
    }
    return std::nullopt;
}

std::vector<std::string> embedded_scenario_names() {
    constexpr std::string_view extension = ".toml";
    std::vector<std::string> names;
    for (auto const folder : scenario_folders) {
        for (auto const& file : hwprofiles::embedded_files()) {
            auto const name = file.path.substr(0, file.path.size() - extension.size());
            if (name.starts_with(folder)
                && name.find('/', folder.size()) == std::string_view::npos) {
                names.emplace_back(name.substr(folder.size()));
            }
        }
    }
    return names;
}

Scenario read_scenario(std::string const& path,
                       hwprofiles::ProfileLibrary const& profiles,
                       ScenarioOptions const& options) {
    if (path.empty()) {
        text::ConfigIssue issue;
        issue.problem = "the name of the scenario file is empty";
        throw text::ConfigError(std::move(issue));
    }
    return read(load_scenario_document(path), profiles, options);
}

Scenario read_scenario_text(std::string const& text,
                            std::string const& file,
                            hwprofiles::ProfileLibrary const& profiles,
                            ScenarioOptions const& options) {
    return read(text::parse_document(text, file), profiles, options);
}

}  // namespace leadtime::estimator
