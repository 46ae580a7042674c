// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/program.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/cli/commands.hpp"
#include "estimator/cli/exit_status.hpp"
#include "estimator/cli/session.hpp"
#include "estimator/cli/signals.hpp"
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
    std::fprintf(
        stderr, "leadtime: error: %s\n", text::escape_controls(message).c_str());
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

int run_command(Command const& command,
                Arguments const& arguments,
                std::ostream& out,
                std::string& last_words) {
    std::optional<Session> session;
    if (command.runs_samples(arguments)) {
        session.emplace(arguments.threads, arguments.device);
    }
    int const status = command.run(
        {arguments, session ? &session->executor() : nullptr, out, last_words});
    if (session && !arguments.quiet) {
        last_words += session->notes();
    }
    return status;
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

/// What a command printed, harmless to a terminal whatever it quotes.
std::string safe_output(Command const& command,
                        Arguments const& arguments,
                        std::string const& text) {
    if (command.prints_json(arguments)) {
        return text::escape_json(text);
    }
    bool const is_copy = arguments.toml;
    bool const bytes_count = is_copy && ::isatty(STDOUT_FILENO) != 1;
    return bytes_count
               ? text
               : text::escape_terminal(
                   text, wants_colour() ? text::Styles::kept : text::Styles::escaped);
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
    Command const& command = find_command(arguments.command);
    if (command.runs_samples(arguments)) {
        wait_passively();
    }
    ignore_write_signals();
    return_to_working_folder();
    std::ostringstream out;
    std::string last_words;
    auto status = run_command(command, arguments, out, last_words);
    status = print(safe_output(command, arguments, out.str()), status);
    std::fputs(text::escape_terminal(last_words).c_str(), stderr);
    return status;
}

}  // namespace

int run_program(int argc, char const* const* argv) noexcept {
    try {
        return run(argc, argv);
    } catch (text::ConfigError const& error) {
        std::string_view const text = error.what();
        auto const* who = text.starts_with("error: ") ? "leadtime: " : "";  // no file
        std::fprintf(
            stderr, "%s%s\n", who, text::escape_terminal(error.what()).c_str());
        return exit_failure;
    } catch (Interrupted const& interrupted) {
        std::fprintf(stderr,
                     "leadtime: %s\n",
                     text::escape_terminal(interrupted.what()).c_str());
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
