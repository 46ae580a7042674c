// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/scenario_reader.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/reader/channels.hpp"
#include "estimator/reader/checks.hpp"
#include "estimator/reader/correlations.hpp"
#include "estimator/reader/events.hpp"
#include "estimator/reader/paths.hpp"
#include "estimator/reader/quantities.hpp"
#include "estimator/reader/rules.hpp"
#include "estimator/reader/state.hpp"
#include "estimator/scenario/dependencies.hpp"
#include "text/hash.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace leadtime::estimator {
namespace {

using detail::flop_number;
using detail::ReaderState;

constexpr int most_steps = 1200;
constexpr int most_months = 3600;  // the model steps by the month
constexpr int latest_month = 9999 * 12 + 11;

std::optional<int> required_month(text::TableReader& table, std::string_view key) {
    auto const* node = table.required(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    auto const* text = node->as_string();
    auto const month =
        text == nullptr ? std::nullopt : detail::parse_month(text->get());
    if (!month) {
        table.fail_type(*node, key, "a month such as \"2026-03\"");
    }
    return month;
}

void read_grid(ReaderState& state, text::TableReader& table) {
    auto& scenario = state.scenario;
    static std::array<std::string, 3> const words{"month", "quarter", "year"};
    auto const step = table.optional_string("step").value_or("month");
    auto const found = std::find(words.begin(), words.end(), step);
    if (found == words.end()) {
        table.fail(*table.raw("step"),
                   fmt::format("unknown step \"{}\"", step),
                   "it is month, quarter or year",
                   text::did_you_mean(step, words));
    } else {
        scenario.months_per_step =
            std::array{1, 3, 12}[static_cast<std::size_t>(found - words.begin())];
    }
    auto const start = required_month(table, "start");
    auto const end = required_month(table, "end");
    // Without a start, every date comes before it: one error is enough.
    scenario.start_month = start.value_or(latest_month);
    if (!start || !end) {
        return;
    }
    if (*end < *start) {
        table.fail_key("end",
                       "the end is before the start",
                       fmt::format("start is {}", calendar_name(scenario, 0)));
        return;
    }
    // The last step is the one that holds the month of the end.
    scenario.steps = (*end - *start) / scenario.months_per_step + 1;
    if (scenario.steps > most_steps) {
        table.fail_key("end",
                       fmt::format("{} steps are too many", scenario.steps),
                       fmt::format("at most {}", most_steps),
                       "choose a longer step");
    } else if (scenario.months() > most_months) {
        table.fail_key("end",
                       fmt::format("{} months are too many", scenario.months()),
                       fmt::format("at most {}", most_months));
    }
}

/// The name of the reference path with its node, to be found when the paths are known.
struct Header {
    std::optional<std::string> reference;
    toml::node const* reference_node = nullptr;
};

Header read_header(ReaderState& state, text::TableReader& root) {
    Header header;
    if (root.required("scenario") == nullptr) {
        return header;
    }
    auto table = root.child("scenario");
    if (!table) {
        return header;
    }
    state.scenario.name = table->optional_string("name").value_or("");
    state.scenario.description = table->optional_string("description").value_or("");
    table->optional_string("extends");  // its tables are part of the document already
    read_grid(state, *table);
    header.reference = table->optional_string("reference");
    header.reference_node = table->raw("reference");
    if (auto words = table->optional_strings("units")) {
        for (auto const& word : *words) {
            if (!detail::is_identifier(word)) {
                table->fail(*table->raw("units"),
                            fmt::format("\"{}\" cannot name a unit", word),
                            "names are letters, digits and _, no digit first");
            }
        }
        state.unit_words = std::move(*words);
    }
    table->finish();
    return header;
}

void find_reference(ReaderState& state, Header const& header) {
    if (!header.reference) {
        return;
    }
    std::vector<std::string> names;
    for (auto const& path : state.scenario.paths) {
        names.push_back(path.name);
    }
    auto const found = std::find(names.begin(), names.end(), *header.reference);
    if (found != names.end()) {
        state.scenario.reference = static_cast<std::size_t>(found - names.begin());
    } else {
        state.issues.add(
            state.issue_at(*header.reference_node,
                           "scenario.reference",
                           fmt::format("unknown path \"{}\"", *header.reference),
                           {},
                           text::did_you_mean(*header.reference, names)));
    }
}

void read_milestones(ReaderState& state, text::TableReader& root) {
    auto table = root.child("milestones");
    if (!table) {
        return;
    }
    if (auto const* list = table->optional_array("run_flop")) {
        for (auto const& node : *list) {
            if (auto const* text = node.as_string()) {
                auto const read = parse_value_text(text->get(), false, 0);
                auto const* value = std::get_if<ValueText>(&read);
                if (value != nullptr && value->values.size() == 1
                    && value->values[0] > 0 && value->values[0] <= flop_number.max) {
                    state.scenario.milestones.push_back(value->values[0]);
                } else {
                    table->fail_type(node, "run_flop", "FLOP, a positive number");
                }
            } else if (auto const flop =
                           table->check_number(node, "run_flop", text::positive_number);
                       flop && table->check_number(node, "run_flop", flop_number)) {
                state.scenario.milestones.push_back(*flop);
            }
        }
    }
    detail::read_effective_milestones(state, *table);
    table->finish();
    auto& all = state.scenario.milestones;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
}

void read_levels(ReaderState& state, text::TableReader& output) {
    auto const* list = output.optional_array("quantiles");
    if (list == nullptr) {
        return;
    }
    std::vector<double> levels;
    for (auto const& node : *list) {
        auto const level = output.check_number(node, "quantiles");
        if (!level) {
            return;
        }
        levels.push_back(*level);
    }
    if (auto const found = problem_with_levels(levels)) {
        auto const& node = found->place ? (*list)[*found->place] : *list;
        output.fail(node, found->problem, found->reason);
        return;
    }
    state.scenario.levels = QuantileLevels(levels);
}

void read_output(ReaderState& state, text::TableReader& root) {
    auto table = root.child("output");
    if (!table) {
        return;
    }
    read_levels(state, *table);
    auto const* list = table->raw("quantities");
    auto const names = table->optional_strings("quantities");
    std::vector<std::string> known;
    for (auto const& [name, index] : state.names) {
        known.push_back(name);
    }
    std::set<QuantityIndex> listed;
    for (std::size_t i = 0; names && i < names->size(); ++i) {
        auto const& name = (*names)[i];
        auto const* array = list->as_array();
        toml::node const& node = array != nullptr ? (*array)[i] : *list;
        auto const found = state.names.find(name);
        if (found == state.names.end()) {
            table->fail(node,
                        fmt::format("unknown quantity \"{}\"", name),
                        {},
                        text::did_you_mean(name, known));
            continue;
        }
        state.used.insert(found->second);
        if (listed.insert(found->second).second) {
            state.scenario.outputs.push_back(found->second);
        } else {
            table->fail(node, fmt::format("\"{}\" is listed twice", name));
        }
    }
    table->finish();
}

void check_not_empty(ReaderState& state, text::TableReader& root) {
    bool const has_quantities =
        !state.scenario.quantities.empty() || root.table().contains("quantity");
    bool const has_paths = root.table().contains("path");
    auto const* outputs = root.table()["output"]["quantities"].as_array();
    bool const has_outputs =
        root.table().contains("output") && (outputs == nullptr || !outputs->empty());
    if (!has_quantities && !has_paths) {
        root.fail_table("the scenario is empty",
                        "neither a quantity nor a path",
                        "see docs/scenario-reference.md for an example");
    } else if (!has_paths && !has_outputs) {
        root.fail_table("there is nothing to report",
                        "no path and no output",
                        "add [output] quantities = [...]");
    }
}

/// Of the file and the overrides.
std::string hash_of_text(text::Document const& document) {
    text::Fnv1a hash;
    for (auto const& source : document.sources) {
        for (auto const& line : source.lines) {
            hash.add(line);
            hash.add("\n");
        }
    }
    return fmt::format("{:016x}", hash.value());
}

void sort_by_place(std::vector<text::ConfigIssue>& issues) {
    std::stable_sort(issues.begin(), issues.end(), [](auto const& a, auto const& b) {
        return std::tie(a.place.line, a.place.column)
               < std::tie(b.place.line, b.place.column);
    });
}

}  // namespace

Scenario read_scenario_document(text::Document const& document,
                                hwprofiles::ProfileLibrary const& profiles) {
    ReaderState state(document, profiles);
    state.scenario.file = document.name;
    state.scenario.text_hash = hash_of_text(document);
    text::TableReader root(document, document.root, {}, state.issues);
    auto const header = read_header(state, root);
    detail::read_rules(state, root);
    detail::read_quantities(state, root);
    detail::read_events(state, root);
    detail::read_caps(state, root);
    auto const mentions = detail::read_paths(state, root);
    check_not_empty(state, root);
    find_reference(state, header);
    detail::resolve_mentions(state, mentions);
    detail::read_correlations(state, root);
    read_milestones(state, root);
    read_output(state, root);
    root.finish();
    detail::resolve_rules(state);
    detail::check_names(state);
    try {
        analyse(state.scenario);
    } catch (text::ConfigError const& error) {
        state.issues.add(error);
        for (auto const& issue : error.issues()) {
            state.has_cycle =
                state.has_cycle || issue.problem.find(" -> ") != std::string::npos;
        }
    }
    detail::check_constants(state);
    detail::check_units(state);
    detail::check_hash_collisions(state);
    state.issues.throw_if_any();
    detail::add_warnings(state);
    detail::warn_of_unread_events(state);
    detail::note_lost_digits(state);
    sort_by_place(state.scenario.warnings);
    return std::move(state.scenario);
}

}  // namespace leadtime::estimator
