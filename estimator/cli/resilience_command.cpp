// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/compare_command.hpp"
#include "estimator/cli/session.hpp"
#include "estimator/cli/signals.hpp"
#include "estimator/output/resilience/json.hpp"
#include "estimator/output/resilience/table.hpp"
#include "estimator/study/compare.hpp"
#include "text/config_error.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

/// An event and what it is forced to be in the run with it: "on", or a date.
struct ForcedEvent {
    std::string name;
    std::string force;
};

/// The events to force: those asked for as NAME or NAME=DATE, else all that have a date
/// of their own.
std::vector<ForcedEvent> events_of(Scenario const& scenario,
                                   std::vector<std::string> const& asked) {
    std::vector<std::string> known;
    std::vector<ForcedEvent> events;
    for (Event const& event : scenario.events) {
        known.push_back(event.name);
        if (!event.by_hazard) {
            events.push_back({event.name, "on"});
        }
    }
    auto const fail = [&](std::string problem, std::string suggestion) {
        text::ConfigIssue issue;
        issue.place.file = scenario.file;
        issue.problem = std::move(problem);
        issue.reason =
            known.empty() ? "" : fmt::format("events: {}", fmt::join(known, ", "));
        issue.suggestion = std::move(suggestion);
        throw text::ConfigError(std::move(issue));
    };
    if (known.empty()) {
        fail("the scenario has no event", "add [event.NAME]");
    }
    if (asked.empty() && events.empty()) {
        fail("every event of the scenario comes by a hazard",
             "give one a date: --event NAME=2027-01");
    }
    if (!asked.empty()) {
        events.clear();
    }
    for (auto const& text : asked) {
        auto const equals = text.find('=');
        ForcedEvent event{text.substr(0, equals),
                          equals == std::string::npos ? "on" : text.substr(equals + 1)};
        auto const found =
            std::find_if(scenario.events.begin(),
                         scenario.events.end(),
                         [&](Event const& other) { return other.name == event.name; });
        if (found == scenario.events.end()) {
            fail(fmt::format("there is no event \"{}\"", event.name),
                 text::did_you_mean(event.name, known));
        }
        if (found->by_hazard && event.force == "on") {
            fail(fmt::format("event \"{}\" comes by a hazard", event.name),
                 fmt::format("give it a date: --event {}=2027-01", event.name));
        }
        events.push_back(std::move(event));
    }
    return events;
}

}  // namespace

int run_resilience(Arguments const& arguments,
                   Executor const& executor,
                   std::ostream& out) {
    ScenarioSource const source = scenario_source(arguments);
    Scenario const scenario = source.read();
    ResilienceReport report;
    auto const events = events_of(scenario, arguments.events);
    for (auto const& event : events) {
        report.events.push_back(
            event.force == "on" ? event.name : event.name + " in " + event.force);
    }
    bool const effective =
        std::any_of(scenario.paths.begin(), scenario.paths.end(), [](Path const& path) {
            return path.progress.has_value();
        });
    report.metric = effective ? "effective_flop" : "run_flop";
    auto& comparison = report.comparison;
    comparison.scenarios.push_back(
        {arguments.scenario, scenario.name, scenario.text_hash});
    comparison.seed = arguments.seed;
    comparison.samples = arguments.samples;
    comparison.describe(scenario);
    handle_stop_signals();
    report.year_ends = year_end_steps(scenario);
    ProgressBar bar(!arguments.quiet);
    std::uint64_t const total = arguments.samples * report.events.size();
    for (std::size_t i = 0; i < report.events.size(); ++i) {
        std::vector<Model> pair;
        for (std::string const& force : {std::string("off"), events[i].force}) {
            pair.emplace_back(
                source.read({"event." + events[i].name + ".force=" + force}));
        }
        RunOptions options = run_options(arguments, bar);
        Control const whole = options.control;
        options.control = whole.part(i * arguments.samples, total);
        auto results =
            compare_models(pair,
                           executor,
                           options,
                           [&](std::string_view path, std::string_view metric, int) {
                               return !path.empty() && metric == report.metric;
                           });
        comparison.results.push_back(std::move(results.front()));
    }
    out << (arguments.json ? resilience_json(report) : resilience_table(report, false));
    return 0;
}

}  // namespace leadtime::estimator
