// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/unknown_words.hpp"

#include "estimator/cli/app.hpp"
#include "text/suggestion.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string>
#include <vector>

namespace leadtime::estimator {
namespace {

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
    auto const suggestion = text::did_you_mean(word, names);
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

/// Whether it collects what it is given.
bool may_repeat(CLI::Option const& option) {
    return option.get_expected_max() > 1;
}

/// How many words a command takes that are no option.
int most_positionals(CLI::App const& command) {
    int most = 0;
    for (auto const* option : command.get_options()) {
        most += option->get_positional() ? option->get_expected_max() : 0;
    }
    return most;
}

}  // namespace

void refuse_unknown_words(CLI::App& app, int argc, char const* const* argv) {
    auto* command = &app;
    int positionals = 0;
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
            if (!may_repeat(*option) && !seen.insert(option).second) {
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
        } else if (++positionals > most_positionals(*command)) {
            throw UsageError(
                fmt::format("unexpected argument \"{}\" (see leadtime {} --help)",
                            word,
                            command->get_name()));
        }
    }
}

}  // namespace leadtime::estimator
