// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/manual.hpp"

#include "estimator/output/build_info.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <string_view>

namespace leadtime::estimator {
namespace {

/// Text as troff prints it: no escapes, no requests, hyphens that can be searched for.
std::string troff(std::string_view text) {
    std::string result;
    bool at_start = true;
    for (char const c : text) {
        if (at_start && (c == '.' || c == '\'')) {
            result += "\\&";
        }
        switch (c) {
        case '\\':
            result += "\\e";
            break;
        case '-':
            result += "\\-";
            break;
        default:
            result += c;
        }
        at_start = c == '\n';
    }
    return result;
}

std::string names_of(CLI::Option const& option) {
    std::string names;
    for (auto const& name : option.get_snames()) {
        names += fmt::format("{}\\-{}", names.empty() ? "" : ", ", troff(name));
    }
    for (auto const& name : option.get_lnames()) {
        names += fmt::format("{}\\-\\-{}", names.empty() ? "" : ", ", troff(name));
    }
    return names.empty() ? troff(option.get_name()) : names;
}

void write_option(CLI::Option const& option, std::string& page) {
    page += fmt::format(".TP\n\\fB{}\\fR", names_of(option));
    if (!option.get_positional() && !option.get_type_name().empty()) {
        page += fmt::format(" \\fI{}\\fR", troff(option.get_type_name()));
    }
    page += fmt::format("\n{}", troff(option.get_description()));
    if (!option.get_default_str().empty()) {
        page += fmt::format(" (default: {})", troff(option.get_default_str()));
    }
    page += ".\n";
}

void write_command(CLI::App const& command, std::string& page) {
    page += fmt::format(".SS leadtime {}\n{}.\n",
                        troff(command.get_name()),
                        troff(command.get_description()));
    for (auto const* option : command.get_options()) {
        write_option(*option, page);
    }
    page += fmt::format(".PP\n.nf\n{}\n.fi\n", troff(command.get_footer()));
}

}  // namespace

std::vector<CLI::App const*> shown_commands(CLI::App const& app) {
    return app.get_subcommands(
        [](CLI::App const* each) { return !each->get_group().empty(); });
}

std::string manual_page(CLI::App const& app) {
    std::string page = fmt::format(
        ".TH LEADTIME 1 \"\" \"leadtime {}\" \"User Commands\"\n"
        ".SH NAME\nleadtime \\- Monte Carlo estimates of fielded training compute and "
        "its lag\n"
        ".SH SYNOPSIS\n.B leadtime\n\\fICOMMAND\\fR [\\fIOPTION\\fR]...\n"
        ".SH DESCRIPTION\n{}\n"
        ".PP\nData goes to standard output; progress and messages go to standard "
        "error.\n"
        ".SH COMMANDS\n",
        build_info().version,
        troff(app.get_description()));
    for (auto const* command : shown_commands(app)) {
        write_command(*command, page);
    }
    page +=
        ".SH EXIT STATUS\n"
        ".TP\n0\nDone.\n"
        ".TP\n1\nRan, but a limit that was asked for was missed.\n"
        ".TP\n2\nBad input, or a failure: the reason is on standard error, and no "
        "file was written.\n"
        ".TP\n130\nInterrupted: no file was written.\n"
        ".SH ENVIRONMENT\n"
        ".TP\nOMP_NUM_THREADS\nCPU threads, where \\fB\\-\\-threads\\fR does not "
        "say.\n"
        ".TP\nLEADTIME_ISA\nKernels to use: single, v3 or v4. Results do not "
        "depend on it.\n"
        ".TP\nLEADTIME_BACKEND\nhost or device, in place of \\fB\\-\\-device\\fR host "
        "or kokkos; it ends with the next version.\n";
    return page;
}

}  // namespace leadtime::estimator
