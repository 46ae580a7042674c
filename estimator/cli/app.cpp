// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/app.hpp"

#include "estimator/build_info.hpp"
#include "estimator/cli/cluster_arguments.hpp"
#include "estimator/cli/sensitivity_arguments.hpp"
#include "estimator/estimate.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/run/tile_kernels.hpp"
#include "hwprofiles/suggestion.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace leadtime::estimator {
namespace {

/// Which kernels a run would take, and why.
std::string kernels_text() {
    char const* const wanted = std::getenv("LEADTIME_ISA");
    bool const is_chosen = wanted != nullptr && *wanted != '\0';
    try {
        TileKernels const& kernels = best_kernels();
        return fmt::format("{}, {} at a time ({})",
                           kernels.name,
                           kernels.lanes,
                           is_chosen ? fmt::format("LEADTIME_ISA={}", wanted)
                                     : std::string("the widest this processor has"));
    } catch (RunError const& error) {
        return fmt::format("none: {}", error.what());
    }
}

std::string version_text() {
    auto const& build = build_info();
    return fmt::format("leadtime {}\ngit          {}{}\ncompiler     {} ({})\n"
                       "flags        {}\nKokkos       {}\nkernels      {}\n"
                       "determinism  everywhere (same bits on any number of threads "
                       "and any kernels)\n",
                       build.version,
                       build.git_hash,
                       build.git_dirty ? ", modified" : "",
                       build.compiler,
                       build.build_type,
                       build.flags,
                       build.kokkos_version,
                       kernels_text());
}

/// Without --samples, --until gives up here.
constexpr std::uint64_t most_samples_until = 1u << 24;

/// Arguments as they are written, before numbers are read.
struct Written {
    Arguments arguments;
    std::string samples;
    std::string seed;
    std::string threads;
    WrittenSensitivity sensitivity;
    std::string sampler;
    std::vector<std::string> until;
    std::string hypercube;
};

template <class Integer>
Integer
read_integer(char const* option, std::string const& text, Integer from, Integer to) {
    Integer value{};
    auto const* end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc() || stop != end || value < from
        || value > to) {
        throw UsageError(fmt::format(
            "{} \"{}\" is not a whole number from {} to {}", option, text, from, to));
    }
    return value;
}

// What the commands share.

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

void add_threads(CLI::App& command, Written& written) {
    command
        .add_option("--threads",
                    written.threads,
                    "CPU threads; OMP_NUM_THREADS or all of them without it")
        ->type_name("N");
}

void add_run(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& run = *app.add_subcommand("run", "Run a scenario");
    run.add_option("SCENARIO", arguments.scenario, "Scenario file, or a built-in one")
        ->type_name("")
        ->default_str("baseline");
    run.add_option(
           "--samples", written.samples, "Number of samples, such as 1e6 or 100k")
        ->type_name("N")
        ->default_str("100000");
    add_seed(run, written);
    add_overrides(run, written);
    run.add_option("--out",
                   arguments.output_directory,
                   "Write summary.csv, result.nc, report.html, manifest.json there")
        ->type_name("DIR");
    run.add_option("--sampler",
                   written.sampler,
                   "philox (independent samples) or qmc (scrambled Sobol points)")
        ->type_name("NAME")
        ->default_str("philox");
    run.add_option(
           "--until",
           written.until,
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
    run.add_flag("--json", arguments.json, "Print one JSON document, not tables");
    run.add_flag("--quiet", arguments.quiet, "No progress and no messages but errors");
    add_profiles(run, written);
    add_threads(run, written);
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
    compare
        .add_option(
            "--samples", written.samples, "Number of samples, such as 1e6 or 100k")
        ->type_name("N")
        ->default_str("100000");
    add_seed(compare, written);
    add_overrides(compare, written);
    compare
        .add_option(
            "--out", arguments.output_directory, "Write every statistic there as CSV")
        ->type_name("FILE");
    compare.add_flag("--json", arguments.json, "Print one JSON document, not tables");
    compare.add_flag(
        "--quiet", arguments.quiet, "No progress and no messages but errors");
    add_profiles(compare, written);
    add_threads(compare, written);
    compare.footer("Example:\n"
                   "  leadtime compare baseline mine.toml --out difference.csv\n\n"
                   "--set changes all of them. What only one of them has is left out, "
                   "and said so.");
}

void add_resilience(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& resilience = *app.add_subcommand(
        "resilience", "What is left of effective compute when an event happens");
    resilience
        .add_option("SCENARIO", arguments.scenario, "Scenario file, or a built-in one")
        ->type_name("")
        ->default_str("baseline");
    resilience
        .add_option(
            "--event",
            arguments.events,
            "Event to force on and off, may be repeated; all dated ones without")
        ->type_name("NAME[=DATE]")
        ->allow_extra_args(false);
    resilience
        .add_option(
            "--samples", written.samples, "Number of samples, such as 1e6 or 100k")
        ->type_name("N")
        ->default_str("100000");
    add_seed(resilience, written);
    add_overrides(resilience, written);
    resilience.add_flag(
        "--json", arguments.json, "Print one JSON document, not tables");
    resilience.add_flag(
        "--quiet", arguments.quiet, "No progress and no messages but errors");
    add_profiles(resilience, written);
    add_threads(resilience, written);
    resilience.footer("Example:\n"
                      "  leadtime resilience baseline --event api_cut=2027-06");
}

void add_sensitivity(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& command = *app.add_subcommand(
        "sensitivity", "Which inputs drive an output, and what knowing them is worth");
    command
        .add_option("SCENARIO", arguments.scenario, "Scenario file, or a built-in one")
        ->type_name("")
        ->default_str("baseline");
    add_sensitivity_options(command, written.sensitivity);
    command
        .add_option("--samples",
                    written.samples,
                    "Samples of the indices from given data, such as 1e6")
        ->type_name("N")
        ->default_str("100000");
    add_seed(command, written);
    add_overrides(command, written);
    command
        .add_option("--out",
                    arguments.output_directory,
                    "Write sensitivity.csv and sensitivity.json there")
        ->type_name("DIR");
    command.add_flag("--json", arguments.json, "Print one JSON document, not tables");
    command.add_flag(
        "--quiet", arguments.quiet, "No progress and no messages but errors");
    add_profiles(command, written);
    add_threads(command, written);
    command.footer("Example:\n"
                   "  leadtime sensitivity baseline --output "
                   "cn_restricted.lag@2030-12 --pick-freeze 8k");
}

void add_sweep(CLI::App& app, Written& written) {
    auto& arguments = written.arguments;
    auto& command = *app.add_subcommand(
        "sweep", "A scenario over a grid or a Latin hypercube of its keys");
    command
        .add_option("SCENARIO", arguments.scenario, "Scenario file, or a built-in one")
        ->type_name("")
        ->default_str("baseline");
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
    command.add_option("--samples", written.samples, "Samples of each cell")
        ->type_name("N")
        ->default_str("100000");
    add_seed(command, written);
    add_overrides(command, written);
    command
        .add_option("--out",
                    arguments.output_directory,
                    "Write sweep.csv, sweep.nc, sweep.json and report.html there; goes "
                    "on with an interrupted sweep")
        ->type_name("DIR");
    command.add_flag(
        "--quiet", arguments.quiet, "No progress and no messages but errors");
    add_profiles(command, written);
    add_threads(command, written);
    command.footer("Example:\n"
                   "  leadtime sweep baseline --vary "
                   "quantity.remote_access_law.value=0,1 \\\n"
                   "      --vary quantity.cn_training_share.value=0.2:0.6:5 "
                   "--output lag@2030-12 --out results/sweep");
}

Sampler read_sampler(std::string const& name) {
    if (name == "philox" || name == "qmc") {
        return name == "qmc" ? Sampler::qmc : Sampler::philox;
    }
    throw UsageError("--sampler \"" + name
                     + "\" is not known (it may be philox or qmc)");
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
    show.add_option(
            "SCENARIO", written.arguments.scenario, "Scenario file, or a built-in one")
        ->type_name("")
        ->default_str("baseline");
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

void set_up(CLI::App& app, Written& written) {
    app.name("leadtime");
    app.set_version_flag(
        "--version", version_text(), "Version, commit, compiler, Kokkos");
    app.require_subcommand(1);
    app.get_formatter()->column_width(28);
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    add_run(app, written);
    add_compare(app, written);
    add_resilience(app, written);
    add_sensitivity(app, written);
    add_sweep(app, written);
    add_check(app, written);
    add_show(app, written);
    add_profiles_command(app, written);
    add_legality(app, written);
    add_cluster_command(app, written.arguments.cluster);
    add_backtest_command(app, written.arguments.backtest);
    add_report_command(app, written.arguments.report);
    for (auto* command : app.get_subcommands(nullptr)) {
        command->group("Commands");
    }
    app.footer("Example:\n"
               "  leadtime run                run the built-in baseline scenario\n"
               "  leadtime COMMAND --help     options and an example of a command");
}

constexpr char const* description =
    "How much training compute an AI developer can field, at what cost, and how many\n"
    "months export controls cost it: a Monte Carlo estimator.";

std::vector<std::string> option_names(CLI::App const& app) {
    std::vector<std::string> names;
    for (auto const* option : app.get_options()) {
        for (auto const& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

std::string hint(std::string const& word, std::vector<std::string> const& names) {
    auto const suggestion = hw::did_you_mean(word, names);
    return suggestion.empty() ? "" : "; " + suggestion;
}

[[noreturn]] void refuse_option(CLI::App const& app, std::string const& name) {
    auto const is_main = app.get_parent() == nullptr;
    auto const full = is_main ? app.get_name() : "leadtime " + app.get_name();
    throw UsageError(fmt::format("unknown option {} of \"{}\"{} (see {} --help)",
                                 name,
                                 full,
                                 hint(name, option_names(app)),
                                 full));
}

bool may_repeat(std::string_view name) {
    return name == "--set" || name == "--event" || name == "--output"
           || name == "--group" || name == "--decision" || name == "--vary"
           || name == "--until" || name == "--keep-samples";
}

/// Finds unknown commands and options before CLI11 does, which cannot suggest others.
void refuse_unknown_words(CLI::App& app, int argc, char const* const* argv) {
    auto* command = &app;
    std::size_t positionals = 0;
    std::size_t most_positionals = 1;
    std::set<CLI::Option const*> seen;
    for (int i = 1; i < argc; ++i) {
        std::string const word = argv[i];
        if (word == "--") {
            return;
        }
        if (word.size() > 1 && word[0] == '-') {
            auto const name = word.substr(0, word.find('='));
            auto const* option = command->get_option_no_throw(name);
            if (option == nullptr) {
                refuse_option(*command, name);
            }
            auto const takes_value = option->get_expected_min() > 0;
            if (takes_value
                && (name == word ? i + 1 == argc : name.size() + 1 == word.size())) {
                throw UsageError(fmt::format(
                    "{} needs a value: {} {}", name, name, option->get_type_name()));
            }
            if (!takes_value && name != word) {
                throw UsageError(name + " takes no value");
            }
            if (!may_repeat(name) && !seen.insert(option).second) {
                throw UsageError(name + " is given twice");
            }
            i += takes_value && name == word ? 1 : 0;
        } else if (command == &app) {
            std::vector<std::string> names;
            for (auto const* known : app.get_subcommands(nullptr)) {
                names.push_back(known->get_name());
            }
            if (std::find(names.begin(), names.end(), word) == names.end()) {
                throw UsageError(
                    fmt::format("unknown command \"{}\"{} (see leadtime --help)",
                                word,
                                hint(word, names)));
            }
            command = app.get_subcommand(word);
            most_positionals = word == "compare" ? 64 : 1;
        } else if (++positionals > most_positionals) {
            throw UsageError(
                fmt::format("unexpected argument \"{}\" (see leadtime {} --help)",
                            word,
                            command->get_name()));
        }
    }
}

Arguments checked(Written const& written, CLI::App const& app) {
    auto arguments = written.arguments;
    auto const name = app.get_subcommands().front()->get_name();
    arguments.command = name == "run"           ? Command::run
                        : name == "compare"     ? Command::compare
                        : name == "resilience"  ? Command::resilience
                        : name == "check"       ? Command::check
                        : name == "show"        ? Command::show
                        : name == "legality"    ? Command::legality
                        : name == "cluster"     ? Command::cluster
                        : name == "backtest"    ? Command::backtest
                        : name == "sensitivity" ? Command::sensitivity
                        : name == "sweep"       ? Command::sweep
                        : name == "report"      ? Command::report
                                                : Command::profiles;
    arguments.legality.profiles_dir = arguments.profiles_dir;
    if (arguments.command == Command::compare && arguments.scenarios.size() < 2) {
        throw UsageError("two or more scenarios are needed: the base, and others (see "
                         "leadtime compare --help)");
    }
    auto const was_given = [&](char const* option) {
        auto const* found = app.get_subcommands().front()->get_option_no_throw(option);
        return found != nullptr && found->count() > 0;
    };
    if (arguments.command == Command::cluster || arguments.command == Command::backtest
        || arguments.command == Command::report) {
        return arguments;  // they read their own
    }
    if (was_given("--samples")) {
        arguments.samples = read_count("--samples", written.samples, 1);
    }
    if (was_given("--seed")) {
        arguments.seed =
            read_integer<std::uint64_t>("--seed", written.seed, 0, UINT64_MAX);
    }
    if (was_given("--threads")) {
        arguments.threads = read_integer("--threads", written.threads, 1, max_threads);
    }
    if (was_given("--sampler")) {
        arguments.sampler = read_sampler(written.sampler);
    }
    for (auto const& goal : written.until) {
        arguments.goals.push_back(read_goal(goal));
    }
    if (!arguments.goals.empty() && !was_given("--samples")) {
        arguments.samples = most_samples_until;
    }
    if (was_given("--lhs")) {
        arguments.sweep.latin_hypercube =
            static_cast<std::size_t>(read_count("--lhs", written.hypercube, 1));
    }
    if (arguments.command == Command::sweep && !arguments.output_directory) {
        throw UsageError("a sweep needs a folder for its files: --out DIR");
    }
    if (arguments.command == Command::sensitivity) {
        arguments.sensitivity =
            read_sensitivity_options(written.sensitivity, arguments.samples);
    }
    if (arguments.toml) {  // the text as it is: nothing is read, changed or drawn
        for (auto const* other : {"--json", "--set", "--seed", "--profiles"}) {
            if (was_given(other)) {
                throw UsageError(
                    fmt::format("--toml and {} do not go together", other));
            }
        }
    }
    for (auto const& text : arguments.overrides) {
        auto const equals = text.find('=');
        if (equals == 0 || equals == std::string::npos) {
            throw UsageError("--set \"" + text + "\" is not KEY=VALUE");
        }
    }
    return arguments;
}

}  // namespace

std::uint64_t
read_count(std::string const& option, std::string const& text, std::uint64_t least) {
    auto const value = parse_value_text(text, false, 0);
    auto const* values = std::get_if<ValueText>(&value);
    if (values == nullptr || values->values.size() != 1) {
        throw UsageError(option + " \"" + text
                         + "\" is not a number (write 100000, 100k or 1e6)");
    }
    auto const count = values->values.front();
    if (!(count >= static_cast<double>(least) && count <= 4'294'967'295.0)
        || count != std::floor(count)) {
        throw UsageError(
            fmt::format("{} {} is out of range (a whole number from {} to 4294967295)",
                        option,
                        text,
                        least));
    }
    return static_cast<std::uint64_t>(count);
}

std::variant<Arguments, std::string> parse_command_line(int argc,
                                                        char const* const* argv) {
    CLI::App app{description};
    Written written;
    set_up(app, written);
    try {
        refuse_unknown_words(app, argc, argv);
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        auto const commands = app.get_subcommands();
        return commands.empty() ? app.help() : commands.front()->help("leadtime");
    } catch (CLI::CallForVersion const&) {
        return version_text();
    } catch (CLI::RequiredError const&) {
        auto const commands = app.get_subcommands();
        if (commands.empty()) {
            throw UsageError("no command given (see leadtime --help)");
        }
        auto const name = commands.front()->get_name();
        throw UsageError(fmt::format(
            "{} (see leadtime {} --help)",
            name == "compare" ? "two or more scenarios are needed: the base, and others"
            : name == "report" ? "RESULT is missing"
                               : "SCENARIO is missing",
            name));
    } catch (CLI::ParseError const& error) {
        throw UsageError(error.what());
    }
    return checked(written, app);
}

std::string general_help() {
    CLI::App app{description};
    Written written;
    set_up(app, written);
    return app.help();
}

}  // namespace leadtime::estimator
