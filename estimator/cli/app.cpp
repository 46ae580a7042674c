// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/app.hpp"

#include "estimator/cli/command_options.hpp"
#include "estimator/cli/commands.hpp"
#include "estimator/cli/completion.hpp"
#include "estimator/cli/environment.hpp"
#include "estimator/cli/manual.hpp"
#include "estimator/cli/unknown_words.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/tile_kernels.hpp"
#include "estimator/output/build_info.hpp"
#include "estimator/quantities/number.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <system_error>

namespace leadtime::estimator {
namespace {

/// Which kernels a run would take, and why.
std::string kernels_text() {
    try {
        auto const wanted = executor_of_environment().instruction_set;
        TileKernels const& kernels = find_kernels(wanted);
        return fmt::format("{}, {} at a time ({})",
                           kernels.name,
                           kernels.lanes,
                           wanted.empty() ? "the widest this processor has"
                                          : "LEADTIME_ISA=" + wanted);
    } catch (RunError const& error) {
        return fmt::format("none: {}", error.what());
    }
}

std::string devices_text() {
    DeviceList const list = list_devices();
    std::string text;
    for (DeviceInfo const& device : list.devices) {
        text += fmt::format(
            "{}{} ({})", text.empty() ? "" : ", ", device.device, device.name);
    }
    return list.without_gpu.empty() ? text : text + "; no GPU: " + list.without_gpu;
}

std::string version_text() {
    auto const& build = build_info();
    return fmt::format(
        "leadtime {}\ngit          {}{}\ncompiler     {} ({})\n"
        "flags        {}\nKokkos       {}\nkernels      {}\ndevices      {}\n"
        "determinism  everywhere (same bits on any number of threads "
        "and any kernels)\n",
        build.version,
        build.git_hash,
        build.git_dirty ? ", modified" : "",
        build.compiler,
        build.build_type,
        build.flags,
        build.kokkos_version,
        kernels_text(),
        devices_text());
}

/// Without --samples, --until gives up here.
constexpr std::uint64_t most_samples_until = 1u << 24;

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

Sampler read_sampler(std::string const& name) {
    if (name == "philox" || name == "qmc") {
        return name == "qmc" ? Sampler::qmc : Sampler::philox;
    }
    throw UsageError("--sampler \"" + name
                     + "\" is not known (it may be philox or qmc)");
}

void set_up(CLI::App& app, Written& written) {
    app.name("leadtime");
    app.set_version_flag(
        "--version", std::string(), "Version, commit, compiler, Kokkos");
    app.require_subcommand(1);
    app.get_formatter()->column_width(28);
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    for (Command const& command : commands()) {
        command.define(app, written);
    }
    for (auto* command : app.get_subcommands(nullptr)) {
        command->group("Commands");
    }
    app.add_subcommand("generate", "What an installation puts beside the program")
        ->group("")  // for those who package it: not in the list of commands
        ->add_option("KIND", written.generate, "man, bash, zsh or fish")
        ->required();
    app.footer("Example:\n"
               "  leadtime run                run the built-in baseline scenario\n"
               "  leadtime COMMAND --help     options and an example of a command");
}

/// The manual, or completions of a shell.
std::string generated(std::string const& kind, CLI::App const& app) {
    if (kind == "man") {
        return manual_page(app);
    }
    if (kind == "bash") {
        return bash_completion(app);
    }
    if (kind == "zsh") {
        return zsh_completion(app);
    }
    if (kind == "fish") {
        return fish_completion(app);
    }
    throw UsageError("\"" + kind
                     + "\" cannot be generated (it may be man, bash, zsh or fish)");
}

constexpr char const* description =
    "How much training compute an AI developer can field, at what cost, and how many\n"
    "months export controls cost it: a Monte Carlo estimator.";

Arguments checked(Written const& written, CLI::App const& app) {
    auto arguments = written.arguments;
    arguments.command = app.get_subcommands().front()->get_name();
    Command const& command = find_command(arguments.command);
    auto const was_given = [&](char const* option) {
        auto const* found = app.get_subcommands().front()->get_option_no_throw(option);
        return found != nullptr && found->count() > 0;
    };
    if (command.reads_its_own) {
        return arguments;
    }
    if (was_given("--samples")) {
        arguments.samples =
            read_count("--samples", written.samples, 1, command.most_samples);
    }
    if (was_given("--seed")) {
        arguments.seed =
            read_integer<std::uint64_t>("--seed", written.seed, 0, UINT64_MAX);
    }
    if (was_given("--threads")) {
        arguments.threads = read_integer("--threads", written.threads, 1, max_threads);
    }
    if (was_given("--device") && !is_device_name(arguments.device)) {
        throw UsageError(fmt::format("--device \"{}\" is not known (it may be host, "
                                     "kokkos, cuda, cuda:N or all)",
                                     arguments.device));
    }
    if (was_given("--sampler")) {
        arguments.sampler = read_sampler(written.sampler);
    }
    if (was_given("--quantiles")) {
        arguments.quantiles = read_quantiles(written.quantiles);
    }
    if (!arguments.until.empty() && !was_given("--samples")) {
        arguments.samples = most_samples_until;
    }
    if (was_given("--lhs")) {
        arguments.sweep.latin_hypercube =
            static_cast<std::size_t>(read_count("--lhs", written.hypercube, 1));
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
    if (command.check != nullptr) {
        command.check(arguments, written);
    }
    return arguments;
}

/// What a command requires and was not given.
std::string first_missing(CLI::App const& command) {
    for (auto const* option : command.get_options()) {
        if (option->get_required() && option->count() == 0) {
            return option->get_name();
        }
    }
    return {};
}

/// `0.05` or `p5`; nothing where it is neither.
std::optional<double> read_level(std::string_view word) {
    auto const is_percent = word.starts_with('p');
    // as the decimals say it: 99.9 / 100 is not 0.999
    auto const text =
        is_percent ? std::string(word.substr(1)) + "e-2" : std::string(word);
    double level = 0.0;
    auto const [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), level);
    return error == std::errc() && end == text.data() + text.size()
               ? std::optional(level)
               : std::nullopt;
}

}  // namespace

QuantileLevels read_quantiles(std::string const& text) {
    auto const refuse = [&](std::string const& problem, std::string const& reason) {
        return UsageError(fmt::format("--quantiles \"{}\": {}{}",
                                      text,
                                      problem,
                                      reason.empty() ? "" : " (" + reason + ")"));
    };
    std::vector<double> levels;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(',', begin), text.size());
        auto const word = std::string_view(text).substr(begin, end - begin);
        auto const level = read_level(word);
        if (!level) {
            throw refuse(fmt::format("\"{}\" is no quantile level", word),
                         "write 0.05 or p5, and commas between them");
        }
        levels.push_back(*level);
        begin = end + 1;
    }
    if (auto const found = problem_with_levels(levels)) {
        throw refuse(found->problem, found->reason);
    }
    return QuantileLevels(levels);
}

std::uint64_t read_count(std::string const& option,
                         std::string const& text,
                         std::uint64_t least,
                         std::uint64_t most) {
    auto const value = parse_value_text(text, false, 0);
    auto const* values = std::get_if<ValueText>(&value);
    if (values == nullptr || values->values.size() != 1) {
        throw UsageError(option + " \"" + text
                         + "\" is not a number (write 100000, 100k or 1e6)");
    }
    auto const count = values->values.front();
    if (!(count >= static_cast<double>(least) && count <= static_cast<double>(most))
        || count != std::floor(count)) {
        throw UsageError(
            fmt::format("{} {} is out of range (a whole number from {} to {})",
                        option,
                        text,
                        least,
                        most));
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
        auto const& command = *commands.front();
        auto const name = command.get_name();
        throw UsageError(fmt::format(
            "{} (see leadtime {} --help)",
            name == "compare" ? "two or more scenarios are needed: the base, and others"
                              : first_missing(command) + " is missing",
            name));
    } catch (CLI::ParseError const& error) {
        throw UsageError(error.what());
    }
    if (app.got_subcommand("generate")) {
        return generated(written.generate, app);
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
