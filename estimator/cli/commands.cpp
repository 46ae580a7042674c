// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/commands.hpp"

#include "estimator/cli/backtest_command.hpp"
#include "estimator/cli/check_command.hpp"
#include "estimator/cli/cluster_arguments.hpp"
#include "estimator/cli/cluster_command.hpp"
#include "estimator/cli/command_options.hpp"
#include "estimator/cli/compare_command.hpp"
#include "estimator/cli/devices_command.hpp"
#include "estimator/cli/legality_command.hpp"
#include "estimator/cli/profiles_command.hpp"
#include "estimator/cli/report_command.hpp"
#include "estimator/cli/run_command.hpp"
#include "estimator/cli/sensitivity_command.hpp"
#include "estimator/cli/show_command.hpp"
#include "estimator/cli/sweep_command.hpp"

#include <algorithm>

namespace leadtime::estimator {
namespace {

bool always(Arguments const&) {
    return true;
}
bool never(Arguments const&) {
    return false;
}
bool has_json(Arguments const& arguments) {
    return arguments.json;
}

constexpr Command all_commands[] = {
    {.name = "run",
     .define = add_run,
     .run =
         [](CommandRun const& run) {
             return run_scenario(run.arguments, *run.executor, run.out, run.last_words);
         },
     .runs_samples = always,
     .prints_json = has_json,
     .most_samples = most_samples},
    {.name = "compare",
     .define = add_compare,
     .run =
         [](CommandRun const& run) {
             return run_compare(run.arguments, *run.executor, run.out);
         },
     .runs_samples = always,
     .prints_json = has_json,
     .most_samples = most_samples,
     .check =
         [](Arguments& arguments, Written const&) {
             if (arguments.scenarios.size() < 2) {
                 throw UsageError("two or more scenarios are needed: the base, and "
                                  "others (see leadtime compare --help)");
             }
         }},
    {.name = "resilience",
     .define = add_resilience,
     .run =
         [](CommandRun const& run) {
             return run_resilience(run.arguments, *run.executor, run.out);
         },
     .runs_samples = always,
     .prints_json = has_json},
    {.name = "sensitivity",
     .define = add_sensitivity,
     .run =
         [](CommandRun const& run) {
             return run_sensitivity(run.arguments, *run.executor, run.out);
         },
     .runs_samples = always,
     .prints_json = has_json,
     .check =
         [](Arguments& arguments, Written const& written) {
             arguments.sensitivity =
                 read_sensitivity_options(written.sensitivity, arguments.samples);
         }},
    {.name = "sweep",
     .define = add_sweep,
     .run =
         [](CommandRun const& run) {
             return run_sweep_command(
                 run.arguments, *run.executor, run.out, run.last_words);
         },
     .runs_samples = always,
     .prints_json = never,
     .check =
         [](Arguments& arguments, Written const&) {
             if (!arguments.output_directory) {
                 throw UsageError("a sweep needs a folder for its files: --out DIR");
             }
         }},
    {.name = "check",
     .define = add_check,
     .run =
         [](CommandRun const& run) {
             Arguments const& given = run.arguments;
             return run_check({given.scenario,
                               given.overrides,
                               given.profiles_dir,
                               given.quiet,
                               given.keys},
                              run.out);
         },
     .runs_samples = never,
     .prints_json = never},
    {.name = "show",
     .define = add_show,
     .run =
         [](CommandRun const& run) {
             Arguments const& given = run.arguments;
             return run_show({given.scenario,
                              given.overrides,
                              given.profiles_dir,
                              given.toml,
                              given.seed,
                              given.json},
                             run.executor,
                             run.out);
         },
     .runs_samples = [](Arguments const& given) { return !given.toml; },  // of formulas
     .prints_json = has_json},
    {.name = "profiles",
     .define = add_profiles_command,
     .run =
         [](CommandRun const& run) {
             Arguments const& given = run.arguments;
             return run_profiles({given.accelerator, given.json, given.profiles_dir},
                                 run.out);
         },
     .runs_samples = never,
     .prints_json = has_json},
    {.name = "devices",
     .define = add_devices,
     .run =
         [](CommandRun const& run) { return run_devices(run.arguments.json, run.out); },
     .runs_samples = never,
     .prints_json = has_json},
    {.name = "legality",
     .define = add_legality,
     .run =
         [](CommandRun const& run) {
             auto options = run.arguments.legality;
             options.profiles_dir = run.arguments.profiles_dir;
             return run_legality(options, run.out);
         },
     .runs_samples = never,
     .prints_json = [](Arguments const& given) { return given.legality.json; }},
    {.name = "cluster",
     .define =
         [](CLI::App& app, Written& written) {
             add_cluster_command(app, written.arguments.cluster);
         },
     .run =
         [](CommandRun const& run) {
             return run_cluster(run.arguments.cluster, run.out);
         },
     .runs_samples = never,
     .prints_json = [](Arguments const& given) { return given.cluster.json; },
     .reads_its_own = true},
    {.name = "backtest",
     .define =
         [](CLI::App& app, Written& written) {
             add_backtest_command(app, written.arguments.backtest);
         },
     .run =
         [](CommandRun const& run) {
             return run_backtest(run.arguments.backtest, run.out);
         },
     .runs_samples = never,
     .prints_json = [](Arguments const& given) { return given.backtest.json; },
     .reads_its_own = true},
    {.name = "report",
     .define =
         [](CLI::App& app, Written& written) {
             add_report_command(app, written.arguments.report);
         },
     .run =
         [](CommandRun const& run) {
             return run_report(run.arguments.report, run.out);
         },
     .runs_samples = never,
     .prints_json = never,
     .reads_its_own = true},
};

/// A member that was forgotten would be found when somebody calls the command.
consteval bool are_complete() {
    return std::ranges::all_of(all_commands, [](Command const& command) {
        return !command.name.empty() && command.define != nullptr
               && command.run != nullptr && command.runs_samples != nullptr
               && command.prints_json != nullptr;
    });
}
static_assert(are_complete(), "a command lacks a member that it needs");

}  // namespace

std::span<Command const> commands() {
    return all_commands;
}

Command const& find_command(std::string_view name) {
    return *std::ranges::find(all_commands, name, &Command::name);
}

}  // namespace leadtime::estimator
