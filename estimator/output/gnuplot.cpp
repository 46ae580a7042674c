// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/gnuplot.hpp"

#include "text/display_text.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <optional>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

/// An empty folder that goes away again.
class ScratchFolder {
  public:
    ScratchFolder() {
        std::error_code error;
        auto name =
            (fs::temp_directory_path(error) / "leadtime-figures-XXXXXX").string();
        if (error || ::mkdtemp(name.data()) == nullptr) {
            throw FigureError(std::string("figures need a temporary folder: ")
                              + std::strerror(errno));
        }
        path_ = name;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchFolder(ScratchFolder const&) = delete;
    ScratchFolder& operator=(ScratchFolder const&) = delete;
    fs::path const& path() const { return path_; }

  private:
    fs::path path_;
};

std::string contents_of(fs::path const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The first line of what gnuplot complained about.
std::string complaint(std::string const& text) {
    for (std::size_t begin = 0; begin < text.size();) {
        auto const end = std::min(text.find('\n', begin), text.size());
        auto line = text.substr(begin, end - begin);
        if (line.find_first_not_of(" \t^") != std::string::npos) {
            return line;
        }
        begin = end + 1;
    }
    return "no reason given";
}

/// Waits for a child, which leads its group; kills the group after the limit.
/// Returns: its status, or nothing where it was killed.
std::optional<int> status_of(pid_t child, std::chrono::seconds limit) {
    auto const end = std::chrono::steady_clock::now() + limit;
    int status = 0;
    for (;;) {
        auto const done = ::waitpid(child, &status, WNOHANG);
        if (done == child || (done < 0 && errno != EINTR)) {
            return status;
        }
        if (std::chrono::steady_clock::now() >= end) {
            ::kill(-child, SIGKILL);
            while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
            }
            return std::nullopt;
        }
        timespec const pause{0, 10'000'000};
        ::nanosleep(&pause, nullptr);
    }
}

}  // namespace

std::vector<DrawnFile> run_gnuplot(std::string const& script,
                                   std::vector<std::string> const& names,
                                   std::chrono::seconds limit) {
    ScratchFolder const folder;
    auto const script_file = folder.path() / "figures.gp";
    std::ofstream(script_file, std::ios::binary) << script;
    auto const messages = folder.path() / "messages";

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder.path().c_str());
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(
        &actions, STDOUT_FILENO, messages.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    std::string program = "gnuplot";
    std::string no_init_file = "-d";  // nor a session's: they may run any command
    std::string argument = script_file.string();
    char* arguments[] = {program.data(), no_init_file.data(), argument.data(), nullptr};
    // A group of its own, so that what it starts ends with it.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    pid_t child = 0;
    auto const problem =
        ::posix_spawnp(&child, "gnuplot", &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (problem == ENOENT) {
        throw FigureError("figures are drawn by gnuplot, which is not installed "
                          "(Debian: apt-get install gnuplot-nox); report.html and "
                          "summary.csv need nothing");
    }
    if (problem != 0) {
        throw FigureError(std::string("gnuplot could not be started: ")
                          + std::strerror(problem));
    }
    auto const status = status_of(child, limit);
    if (!status) {
        throw FigureError("gnuplot was stopped: it had not ended after "
                          + std::to_string(limit.count()) + " s");
    }
    if (!WIFEXITED(*status) || WEXITSTATUS(*status) == 127) {
        throw FigureError("gnuplot did not start or was stopped");
    }
    if (WEXITSTATUS(*status) != 0) {
        throw FigureError("gnuplot failed: " + complaint(contents_of(messages)));
    }
    std::vector<DrawnFile> files;
    for (auto const& name : names) {
        auto contents = contents_of(folder.path() / name);
        if (contents.empty()) {
            throw FigureError("gnuplot drew no " + name + ": "
                              + complaint(contents_of(messages)));
        }
        files.push_back({name, std::move(contents)});
    }
    return files;
}

std::string gnuplot_text(std::string const& text, std::size_t length) {
    std::string cut;
    std::size_t shown = 0;
    for (auto const& cell : text::display_cells(text)) {
        if (++shown > length) {
            cut += "…";
            break;
        }
        cut += cell.text == "'" ? "''" : cell.text;
    }
    return '\'' + cut + '\'';
}

std::string drawn_twice(std::string const& name, std::string const& body, int width) {
    return fmt::format("set terminal svg noenhanced size {0},420 font 'sans,13' "
                       "background 'white'\nset output '{2}.svg'\n{3}unset output\n"
                       "set terminal pngcairo noenhanced size {1},840 font "
                       "'sans,13' fontscale 1.9 linewidth 2 background 'white'\n"
                       "set output '{2}.png'\n{3}unset output\n",
                       width,
                       width * 2,
                       name,
                       body);
}

}  // namespace leadtime::estimator
