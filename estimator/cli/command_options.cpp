// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/command_options.hpp"

#include "estimator/output/estimate/files.hpp"
#include "estimator/output/sensitivity/output.hpp"
#include "estimator/output/study_files.hpp"
#include "estimator/output/sweep/files.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>

namespace leadtime::estimator {

void add_overrides(CLI::App& command, Written& written) {
    command
        .add_option("--set",
                    written.arguments.overrides,
                    "Change one key of the scenario; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

void add_profiles(CLI::App& command, Written& written) {
    command
        .add_option("--profiles",
                    written.arguments.profiles_dir,
                    "Folder of profiles that add to or replace the built-in ones")
        ->type_name("DIR");
}

void add_seed(CLI::App& command, Written& written) {
    command.add_option("--seed", written.seed, "Seed of the random numbers")
        ->type_name("S")
        ->default_str("1");
}

void add_device_and_threads(CLI::App& command, Written& written) {
    command
        .add_option("--device",
                    written.arguments.device,
                    "host, kokkos, cuda, cuda:N or all (every GPU); without it, the "
                    "first GPU or the host")
        ->type_name("NAME");
    command
        .add_option("--threads",
                    written.threads,
                    "CPU threads; OMP_NUM_THREADS or all of them without it")
        ->type_name("N");
}

void add_scenario(CLI::App& command, Written& written) {
    command
        .add_option(
            "SCENARIO", written.arguments.scenario, "Scenario file, or a built-in one")
        ->type_name("")
        ->default_str("baseline");
}

void add_samples(CLI::App& command, Written& written, char const* help) {
    command.add_option("--samples", written.samples, help)
        ->type_name("N")
        ->default_str("100000");
}

void add_quantiles(CLI::App& command, Written& written) {
    command
        .add_option(
            "--quantiles",
            written.quantiles,
            "Quantile levels in the files, such as 0.05,0.5,0.95 or p5,p50,p95; "
            "32 at most")
        ->type_name("P,P,...");
}

void add_quiet(CLI::App& command, Written& written) {
    command.add_flag(
        "--quiet", written.arguments.quiet, "No progress and no messages but errors");
}

void add_json_and_quiet(CLI::App& command, Written& written) {
    command.add_flag(
        "--json", written.arguments.json, "Print one JSON document, not tables");
    add_quiet(command, written);
}

void add_run(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& run = *app.add_subcommand("run", "Run a scenario");
    add_scenario(run, written);
    add_samples(run, written);
    add_quantiles(run, written);
    add_seed(run, written);
    add_overrides(run, written);
    auto run_files = names_of(estimate_files());
    run_files.push_back(manifest_name);
    run.add_option("--out",
                   arguments.output_directory,
                   fmt::format("Write {} there", fmt::join(run_files, ", ")))
        ->type_name("DIR");
    run.add_option("--output",
                   arguments.outputs,
                   "Compute and print an output alone, such as lag@2030-12; may be "
                   "repeated")
        ->type_name("OUTPUT")
        ->allow_extra_args(false);
    run.add_option("--sampler",
                   written.sampler,
                   "philox (independent samples) or qmc (scrambled Sobol points)")
        ->type_name("NAME")
        ->default_str("philox");
    run.add_option(
           "--until",
           arguments.until,
           "Samples until a standard error is reached, --samples at most; may be "
           "repeated")
        ->type_name("OUTPUT:p50:0.5%")
        ->allow_extra_args(false);
    run.add_option("--keep-samples",
                   arguments.keep,
                   "Keep the samples of an output: exact quantiles, and samples.csv in "
                   "--out; may be repeated")
        ->type_name("OUTPUT")
        ->allow_extra_args(false);
    run.add_flag("--strict",
                 arguments.strict,
                 "Exit 1 where a printed digit is not supported by the samples");
    add_json_and_quiet(run, written);
    add_profiles(run, written);
    add_device_and_threads(run, written);
    run.footer(
        "Example:\n"
        "  leadtime run my.toml --samples 1e6 --set quantity.tariff.value=0.25 "
        "--out results/tariff\n\n"
        "Exit status: 0 done, 1 ran but a stated limit was missed, 2 bad input or\n"
        "failure, 130 interrupted (no file is left half-written).");
}

void add_compare(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& compare = *app.add_subcommand(
        "compare", "Scenarios side by side on the same draws; the first is the base");
    compare
        .add_option("SCENARIOS",
                    arguments.scenarios,
                    "Two or more scenario files, or built-in ones")
        ->type_name("")
        ->required()
        ->expected(1, 64);  // fewer than two are refused in checked()
    add_samples(compare, written);
    add_quantiles(compare, written);
    add_seed(compare, written);
    add_overrides(compare, written);
    compare
        .add_option(
            "--out", arguments.output_directory, "Write every statistic there as CSV")
        ->type_name("FILE");
    add_json_and_quiet(compare, written);
    add_profiles(compare, written);
    add_device_and_threads(compare, written);
    compare.footer("Example:\n"
                   "  leadtime compare baseline mine.toml --out difference.csv\n\n"
                   "--set changes all of them. What only one of them has is left out, "
                   "and said so.");
}

void add_resilience(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& resilience = *app.add_subcommand(
        "resilience", "What is left of effective compute when an event happens");
    add_scenario(resilience, written);
    resilience
        .add_option(
            "--event",
            arguments.events,
            "Event to force on and off, may be repeated; all dated ones without")
        ->type_name("NAME[=DATE]")
        ->allow_extra_args(false);
    add_samples(resilience, written);
    add_seed(resilience, written);
    add_overrides(resilience, written);
    add_json_and_quiet(resilience, written);
    add_profiles(resilience, written);
    add_device_and_threads(resilience, written);
    resilience.footer("Example:\n"
                      "  leadtime resilience baseline --event api_cut=2027-06");
}

void add_sensitivity(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& command = *app.add_subcommand(
        "sensitivity", "Which inputs drive an output, and what knowing them is worth");
    add_scenario(command, written);
    add_sensitivity_options(command, written.sensitivity);
    add_samples(
        command, written, "Samples of the indices from given data, such as 1e6");
    add_seed(command, written);
    add_overrides(command, written);
    std::span<StudyFile<SensitivityResult> const> const sensitivity = sensitivity_files;
    command
        .add_option("--out",
                    arguments.output_directory,
                    fmt::format("Write {} there", listed(names_of(sensitivity))))
        ->type_name("DIR");
    add_json_and_quiet(command, written);
    add_profiles(command, written);
    add_device_and_threads(command, written);
    command.footer("Example:\n"
                   "  leadtime sensitivity baseline --output "
                   "cn_restricted.lag@2030-12 --pick-freeze 8k");
}

void add_sweep(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& command = *app.add_subcommand(
        "sweep", "A scenario over a grid or a Latin hypercube of its keys");
    add_scenario(command, written);
    command
        .add_option("--vary",
                    arguments.sweep.vary,
                    "Key and values: KEY=A:B:N, KEY=A:B:N:log or KEY=V,V,...; may be "
                    "repeated")
        ->type_name("KEY=VALUES")
        ->allow_extra_args(false);
    command
        .add_option("--lhs",
                    written.hypercube,
                    "N cells of a Latin hypercube over ranges KEY=A:B, not a grid")
        ->type_name("N");
    command
        .add_option("--output",
                    arguments.sweep.outputs,
                    "Output to report, such as lag@2030-12; may be repeated")
        ->type_name("OUTPUT")
        ->allow_extra_args(false);
    add_samples(command, written, "Samples of each cell");
    add_quantiles(command, written);
    add_seed(command, written);
    add_overrides(command, written);
    command
        .add_option("--out",
                    arguments.output_directory,
                    fmt::format("Write {} there; goes on with an interrupted sweep",
                                listed(sweep_files)))
        ->type_name("DIR");
    add_quiet(command, written);
    add_profiles(command, written);
    add_device_and_threads(command, written);
    command.footer("Example:\n"
                   "  leadtime sweep baseline --vary "
                   "quantity.remote_access_law.value=0,1 \\\n"
                   "      --vary quantity.cn_training_share.value=0.2:0.6:5 "
                   "--output lag@2030-12 --out results/sweep");
}

void add_check(CLI::App& app, Written& written) {
    auto& check = *app.add_subcommand("check", "Find every error of a scenario file");
    check.add_option("SCENARIO", written.arguments.scenario, "Scenario file")
        ->type_name("")
        ->required();
    add_overrides(check, written);
    add_profiles(check, written);
    check.add_flag("--quiet", written.arguments.quiet, "Errors only, no warnings");
    check.add_flag(
        "--keys", written.arguments.keys, "List the keys that each table may have");
    check.footer("Example:\n  leadtime check my.toml\n\n"
                 "Exit status: 0 the scenario is fine, 2 it is not.");
}

void add_show(CLI::App& app, Written& written) {
    auto& show = *app.add_subcommand(
        "show", "Every quantity with its unit, distribution, source, p5, p50 and p95");
    add_scenario(show, written);
    show.add_flag("--toml",
                  written.arguments.toml,
                  "Print the scenario's text, to start your own from");
    show.add_flag("--json", written.arguments.json, "Print one JSON document");
    add_overrides(show, written);
    add_seed(show, written);
    add_profiles(show, written);
    show.footer("Example:\n  leadtime show --toml baseline > my.toml");
}

void add_profiles_command(CLI::App& app, Written& written) {
    auto& profiles = *app.add_subcommand(
        "profiles", "The accelerator table, or one profile with its sources");
    profiles
        .add_option(
            "NAME", written.arguments.accelerator, "Accelerator, such as h100_sxm")
        ->type_name("");
    profiles.add_flag("--json", written.arguments.json, "Print one JSON document");
    add_profiles(profiles, written);
    profiles.footer("Example:\n  leadtime profiles h100_sxm");
}

void add_devices(CLI::App& app, Written& written) {
    auto& devices =
        *app.add_subcommand("devices", "Where samples can be run on this machine");
    devices.add_flag("--json", written.arguments.json, "Print one JSON document");
    devices.footer("Example:\n  leadtime devices");
}

void add_legality(CLI::App& app, Written& written) {
    auto& options = written.arguments.legality;
    auto& legality = *app.add_subcommand(
        "legality", "What export rules say of every accelerator, and why");
    legality
        .add_option("--rule",
                    options.rule,
                    "One rule, by its id, its year or a file, with reasons")
        ->type_name("R");
    legality.add_option("--date", options.date, "What holds on this day")
        ->type_name("YYYY-MM-DD");
    legality.add_flag("--json", options.json, "Print one JSON document");
    add_profiles(legality, written);
    legality.footer("Example:\n  leadtime legality --rule bis_2023");
}

}  // namespace leadtime::estimator
