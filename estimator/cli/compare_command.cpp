// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/compare_command.hpp"

#include "estimator/cli/session.hpp"
#include "estimator/cli/signals.hpp"
#include "estimator/cli/terminal.hpp"
#include "estimator/output/comparison/csv.hpp"
#include "estimator/output/comparison/json.hpp"
#include "estimator/output/comparison/table.hpp"
#include "estimator/output/whole_file.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/study/compare.hpp"
#include "hwprofiles/profile_library.hpp"
#include "text/display_text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

/// What a comparison reports of paths at the year ends.
bool is_compared(std::string_view metric) {
    static constexpr std::array<std::string_view, 5> exact{"run_flop",
                                                           "effective_flop",
                                                           "algorithmic_efficiency",
                                                           "run_cost_amortised_usd",
                                                           "cumulative_spend_usd"};
    static constexpr std::array<std::string_view, 4> families{
        "lag_months", "effective_lag_months", "parity", "effective_parity"};
    return std::find(exact.begin(), exact.end(), metric) != exact.end()
           || std::any_of(families.begin(), families.end(), [&](auto const& family) {
                  return metric.starts_with(family);
              });
}

}  // namespace

int run_compare(Arguments const& arguments,
                Executor const& executor,
                std::ostream& out) {
    auto const profiles = hwprofiles::ProfileLibrary::load(arguments.profiles_dir);
    std::vector<Model> models;
    ComparisonReport report;
    for (auto const& file : arguments.scenarios) {
        auto scenario =
            read_scenario(file, profiles, split_overrides(arguments.overrides));
        if (models.empty()) {  // the levels of all that is compared
            scenario.levels = arguments.quantiles.value_or(scenario.levels);
            report.levels = scenario.levels;
        }
        report.scenarios.push_back({file, scenario.name, scenario.text_hash});
        models.emplace_back(std::move(scenario));
    }
    std::optional<OutputPath> csv;
    if (arguments.output_directory) {
        if (!std::filesystem::path(*arguments.output_directory).has_filename()) {
            throw OutputError(fmt::format("--out \"{}\" names no file (write FILE.csv)",
                                          *arguments.output_directory));
        }
        csv.emplace(*arguments.output_directory);
    }
    handle_stop_signals();
    Scenario const& base = models.front().scenario();
    report.seed = arguments.seed;
    report.samples = arguments.samples;
    report.start_month = base.start_month;
    report.months_per_step = base.months_per_step;
    if (!base.paths.empty()) {
        report.reference = base.paths[base.reference].name;
    }
    auto const year_ends = year_end_steps(base);
    ProgressBar bar(!arguments.quiet);
    report.results = compare_models(
        models,
        executor,
        run_options(arguments, bar),
        [&](std::string_view path, std::string_view metric, int step) {
            bool const at_year_end =
                std::find(year_ends.begin(), year_ends.end(), step) != year_ends.end();
            return step < 0 || (at_year_end && (path.empty() || is_compared(metric)));
        });
    if (csv && !csv->write(comparison_csv(report), [] { return !stop_requested(); })) {
        throw Interrupted();
    }
    if (csv && !arguments.quiet) {
        fmt::print(
            stderr, "wrote {}\n", text::escape_controls(*arguments.output_directory));
    }
    out << (arguments.json ? comparison_json(report)
                           : comparison_table(report, wants_colour()));
    return 0;
}

}  // namespace leadtime::estimator
