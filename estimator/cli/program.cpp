// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/program.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/check_command.hpp"
#include "estimator/cli/compare_command.hpp"
#include "estimator/cli/exit_status.hpp"
#include "estimator/cli/legality_command.hpp"
#include "estimator/cli/profiles_command.hpp"
#include "estimator/cli/run_command.hpp"
#include "estimator/cli/sensitivity_command.hpp"
#include "estimator/cli/session.hpp"
#include "estimator/cli/show_command.hpp"
#include "estimator/cli/signals.hpp"
#include "estimator/cli/sweep_command.hpp"
#include "estimator/cli/terminal.hpp"
#include "estimator/engine/errors.hpp"
#include "estimator/output/file_handle.hpp"
#include "text/config_error.hpp"
#include "text/display_text.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <variant>
#include <vector>

namespace leadtime::estimator {
namespace {

/// One line, whatever the message quotes.
int fail(std::string const& message) {
    std::fprintf(stderr, "leadtime: error: %s\n", hw::escape_controls(message).c_str());
    return exit_failure;
}

#if defined(__linux__) && defined(_OPENMP)
/// The words this process was started with. Where a loader or an emulator started the
/// program, /proc/self/exe is that one, and these are its words.
std::vector<std::string> words_of_process() {
    std::ifstream file("/proc/self/cmdline", std::ios::binary);
    std::vector<std::string> words;
    for (std::string word; std::getline(file, word, '\0');) {
        words.push_back(word);
    }
    return words;
}

void start_again() {
    auto words = words_of_process();
    if (words.empty()) {
        return;
    }
    std::vector<char*> pointers;
    for (auto& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    ::execv("/proc/self/exe", pointers.data());
}
#endif

/// Threads that wait at the end of a batch should sleep, not spin: on a machine shared
/// with others, spinning takes the time that the late thread needs (it doubled run
/// times; on an idle machine it makes no difference). OpenMP looks at its environment
/// before main(), so the program starts itself once more. Where that fails it goes on
/// as it is.
void wait_passively() {
#if defined(__linux__) && defined(_OPENMP)
    if (std::getenv("OMP_WAIT_POLICY") == nullptr
        && std::getenv("GOMP_SPINCOUNT") == nullptr
        && ::setenv("OMP_WAIT_POLICY", "passive", 0) == 0) {
        start_again();
    }
#endif
}

/// `last_words` are for stderr, after `out` has been printed.
int run_command(Arguments const& arguments,
                std::ostream& out,
                std::string& last_words) {
    switch (arguments.command) {
    case Command::run:
        return run_scenario(
            arguments, Session(arguments.threads).executor(), out, last_words);
    case Command::compare:
        return run_compare(arguments, Session(arguments.threads).executor(), out);
    case Command::resilience:
        return run_resilience(arguments, Session(arguments.threads).executor(), out);
    case Command::sensitivity:
        return run_sensitivity(arguments, Session(arguments.threads).executor(), out);
    case Command::sweep:
        return run_sweep_command(
            arguments, Session(arguments.threads).executor(), out, last_words);
    case Command::check:
        return run_check({arguments.scenario,
                          arguments.overrides,
                          arguments.profiles_dir,
                          arguments.quiet,
                          arguments.keys},
                         out);
    case Command::show: {
        std::optional<Session> session;  // formulas are sampled
        if (!arguments.toml) {
            session.emplace(arguments.threads);
        }
        return run_show({arguments.scenario,
                         arguments.overrides,
                         arguments.profiles_dir,
                         arguments.toml,
                         arguments.seed,
                         arguments.json},
                        session ? &session->executor() : nullptr,
                        out);
    }
    case Command::profiles:
        return run_profiles(
            {arguments.accelerator, arguments.json, arguments.profiles_dir}, out);
    case Command::legality:
        return run_legality(arguments.legality, out);
    case Command::cluster:
        return run_cluster(arguments.cluster, out);
    case Command::backtest:
        return run_backtest(arguments.backtest, out);
    case Command::report:
        return run_report(arguments.report, out);
    }
    return exit_failure;
}

/// Everything at once at the end, so that a failure prints no half of it. A reader who
/// closed the pipe wants no message.
int print(std::string const& text, int status) {
    auto const error_number = write_all(STDOUT_FILENO, text);
    if (error_number != 0 && error_number != EPIPE) {
        return fail("cannot write to standard output: "
                    + std::string(std::strerror(error_number)));
    }
    return status;
}

/// A shell whose working folder was a result that was replaced is in a folder without a
/// name; what the user sees is the new one.
void return_to_working_folder() noexcept {
    struct stat status {};
    auto const* const path = std::getenv("PWD");
    if (path != nullptr && *path == '/' && ::stat(".", &status) == 0
        && status.st_nlink == 0) {
        static_cast<void>(::chdir(path) == 0);
    }
}

bool is_json(Arguments const& arguments) {
    switch (arguments.command) {
    case Command::legality:
        return arguments.legality.json;
    case Command::cluster:
        return arguments.cluster.json;
    case Command::backtest:
        return arguments.backtest.json;
    default:
        return arguments.json;
    }
}

/// What a command printed, harmless to a terminal whatever it quotes.
std::string safe_output(Arguments const& arguments, std::string text) {
    if (is_json(arguments)) {
        return hw::escape_json(text);
    }
    bool const is_copy = arguments.command == Command::show && arguments.toml;
    bool const bytes_count = is_copy && ::isatty(STDOUT_FILENO) != 1;
    return bytes_count
               ? text
               : hw::escape_terminal(
                   text, wants_colour() ? hw::Styles::kept : hw::Styles::escaped);
}

int run(int argc, char const* const* argv) {
    if (argc <= 1) {
        std::fputs(general_help().c_str(), stderr);
        return exit_failure;
    }
    auto const parsed = parse_command_line(argc, argv);
    if (auto const* text = std::get_if<std::string>(&parsed)) {
        return print(*text, 0);
    }
    auto const& arguments = std::get<Arguments>(parsed);
    if (arguments.command == Command::run || arguments.command == Command::show
        || arguments.command == Command::compare
        || arguments.command == Command::resilience
        || arguments.command == Command::sensitivity
        || arguments.command == Command::sweep) {
        wait_passively();
    }
    ignore_write_signals();
    return_to_working_folder();
    std::ostringstream out;
    std::string last_words;
    auto status = run_command(arguments, out, last_words);
    status = print(safe_output(arguments, out.str()), status);
    std::fputs(hw::escape_terminal(last_words).c_str(), stderr);
    return status;
}

}  // namespace

int run_program(int argc, char const* const* argv) noexcept {
    try {
        return run(argc, argv);
    } catch (hw::ConfigError const& error) {
        std::string_view const text = error.what();
        auto const* who = text.starts_with("error: ") ? "leadtime: " : "";  // no file
        std::fprintf(stderr, "%s%s\n", who, hw::escape_terminal(error.what()).c_str());
        return exit_failure;
    } catch (Interrupted const& interrupted) {
        std::fprintf(
            stderr, "leadtime: %s\n", hw::escape_terminal(interrupted.what()).c_str());
        return exit_interrupted;
    } catch (std::bad_alloc const&) {
        return fail("out of memory");
    } catch (std::exception const& error) {
        return fail(error.what());
    } catch (...) {
        return fail("an unknown exception");
    }
}

}  // namespace leadtime::estimator
