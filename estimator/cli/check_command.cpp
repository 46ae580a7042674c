// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/check_command.hpp"

#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/config_error.hpp"
#include "text/display_text.hpp"
#include "text/key_recorder.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <string>
#include <string_view>

namespace leadtime::estimator {
namespace {

std::string
counted(std::size_t count, std::string_view singular, std::string_view plural) {
    return fmt::format("{} {}", count, count == 1 ? singular : plural);
}

std::string_view plural_of_step(Scenario const& scenario) {
    bool const one = scenario.steps == 1;
    switch (scenario.months_per_step) {
    case 1:
        return one ? "month" : "months";
    case 3:
        return one ? "quarter" : "quarters";
    default:
        return one ? "year" : "years";
    }
}

}  // namespace

int run_check(CheckOptions const& options, std::ostream& out, std::ostream& err) {
    try {
        auto const profiles = hwprofiles::ProfileLibrary::load(options.profiles_dir);
        text::KeyRecorder const recorder;
        auto const scenario = read_scenario(
            options.scenario, profiles, split_overrides(options.overrides));
        if (options.keys) {
            for (auto const& [table, keys] : recorder.tables()) {
                out << fmt::format("[{}] {}\n", table, fmt::join(keys, " "));
            }
            return 0;
        }
        if (!options.quiet) {
            for (auto const& warning : scenario.warnings) {
                err << format_warning(warning) << '\n';
            }
            for (auto const& note : scenario.notes) {
                err << "note: " << text::escape_controls(note) << '\n';
            }
        }
        // Values written in place are quantities to the model, not to a reader.
        auto const named =
            std::count_if(scenario.quantities.begin(),
                          scenario.quantities.end(),
                          [](Quantity const& quantity) { return !quantity.is_inline; });
        auto const optional = [](std::size_t count, char const* one, char const* many) {
            return count == 0 ? "" : ", " + counted(count, one, many);
        };
        out << fmt::format(
            "{}: ok, {}{}{}, {}, {} {}\n",
            scenario.file,
            counted(static_cast<std::size_t>(named), "quantity", "quantities"),
            optional(scenario.events.size(), "event", "events"),
            optional(scenario.regimes.size(), "regime", "regimes"),
            counted(scenario.paths.size(), "path", "paths"),
            scenario.steps,
            plural_of_step(scenario));
        return 0;
    } catch (text::ConfigError const& error) {
        err << error.what() << '\n';
        return 2;
    }
}

int run_check(CheckOptions const& options, std::ostream& out) {
    return run_check(options, out, std::cerr);
}

}  // namespace leadtime::estimator
