// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/gnuplot.hpp"

#include "estimator/output/result_directory.hpp"
#include "estimator/output/text_table.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
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
        auto const line = text.substr(begin, end - begin);
        if (line.find_first_not_of(" \t^") != std::string::npos) {
            return line;
        }
        begin = end + 1;
    }
    return "no reason given";
}

}  // namespace

std::vector<DrawnFile> run_gnuplot(std::string const& script,
                                   std::vector<std::string> const& names) {
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
    std::string argument = script_file.string();
    char* arguments[] = {program.data(), argument.data(), nullptr};
    pid_t child = 0;
    auto const problem =
        ::posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
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
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 127) {
        throw FigureError("gnuplot did not start or was stopped");
    }
    if (WEXITSTATUS(status) != 0) {
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
    for (char const c : printable(text)) {
        auto const starts = (c & 0xC0) != 0x80;
        shown += starts ? 1U : 0U;
        if (shown > length) {
            cut += "…";
            break;
        }
        cut += c;
        if (c == '\'') {
            cut += c;
        }
    }
    return '\'' + cut + '\'';
}

}  // namespace leadtime::estimator
