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

#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

namespace leadtime::estimator {
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
    report.describe(base);
    ProgressBar bar(!arguments.quiet);
    report.results = compare_models(
        models, executor, run_options(arguments, bar), compared_outputs(base));
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
