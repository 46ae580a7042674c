// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/engine/executor.hpp"
#include "estimator/engine/run_options.hpp"

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace leadtime::estimator {

struct Written;

/// What a command has when it runs.
struct CommandRun {
    Arguments const& arguments;
    Executor const* executor;  ///< null where it runs no samples
    std::ostream& out;
    std::string& last_words;  ///< for stderr, after `out` has been printed
};

/// One command: all that --help, the parser and the program know of it.
struct Command {
    std::string_view name = {};
    /// Adds it with its options, its help and an example; what is given goes to
    /// `written`, which must outlive `app`.
    void (*define)(CLI::App& app, Written& written) = nullptr;
    /// Returns: the exit status. Throws: what run_program() catches.
    int (*run)(CommandRun const& run) = nullptr;
    /// Whether it runs samples, so that it needs threads and an executor.
    bool (*runs_samples)(Arguments const& arguments) = nullptr;
    bool (*prints_json)(Arguments const& arguments) = nullptr;
    /// Whether the arguments that commands share are not for it.
    bool reads_its_own = false;
    std::uint64_t most_samples = most_kept_samples;
    /// Null, or what else must hold. Throws: UsageError.
    void (*check)(Arguments& arguments, Written const& written) = nullptr;
};

/// All of them, in the order of --help.
std::span<Command const> commands();

/// Precondition: there is one of this name.
Command const& find_command(std::string_view name);

}  // namespace leadtime::estimator
