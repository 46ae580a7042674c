// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/completion.hpp"

#include "estimator/cli/manual.hpp"
#include "hwprofiles/embedded.hpp"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

/// Names of the files compiled in below these folders, without their ending.
std::vector<std::string> embedded_names(std::vector<std::string_view> const& folders) {
    std::vector<std::string> names;
    for (auto const folder : folders) {
        for (auto const& file : hwprofiles::embedded_files()) {
            auto const name = file.path.substr(file.path.rfind('/') + 1);
            if (file.path.size() == folder.size() + name.size()
                && file.path.starts_with(folder) && name.ends_with(".toml")) {
                names.emplace_back(name.substr(0, name.size() - 5));
            }
        }
    }
    return names;
}

/// The names that a value may be: none where it is a file or a number.
std::vector<std::string> values_of(std::string_view command, std::string_view option) {
    if (option == "SCENARIO" || option == "SCENARIOS") {
        return embedded_names({"scenarios/", "scenarios/library/"});
    }
    if (option == "--accelerator" || (command == "profiles" && option == "NAME")) {
        return embedded_names({"hwprofiles/data/"});
    }
    if (option == "--model") {
        return embedded_names({"scenarios/models/"});
    }
    if (option == "--rule") {
        return embedded_names({"hwprofiles/rules/"});
    }
    if (option == "--device") {
        return {"host", "kokkos", "cuda", "all"};
    }
    if (option == "--sampler") {
        return {"philox", "qmc"};
    }
    return {};
}

bool takes_value(CLI::Option const& option) {
    return option.get_expected_max() > 0;
}

/// As an option is typed: --name, -n. None for a positional.
std::vector<std::string> words_of(CLI::Option const& option) {
    std::vector<std::string> words;
    for (auto const& name : option.get_lnames()) {
        words.push_back("--" + name);
    }
    for (auto const& name : option.get_snames()) {
        words.push_back("-" + name);
    }
    return words;
}

/// Words between single quotes of a shell: descriptions hold quotes and colons.
std::string shell_quoted(std::string_view text) {
    std::string result = "'";
    for (char const c : text) {
        result += c == '\'' ? "'\\''" : std::string(1, c == '\n' ? ' ' : c);
    }
    return result + "'";
}

/// All words, options and positional values of one command.
struct Words {
    std::vector<std::string> options;
    std::vector<std::string> positional;
    /// of options with known values: the words of the option, its values
    std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> values;
};

Words words_of(CLI::App const& command) {
    Words words;
    for (auto const* option : command.get_options()) {
        auto const own = words_of(*option);
        words.options.insert(words.options.end(), own.begin(), own.end());
        auto const name = own.empty() ? option->get_name() : own.front();
        auto const values = values_of(command.get_name(), name);
        if (own.empty()) {
            words.positional = values;
        } else if (takes_value(*option) && !values.empty()) {
            words.values.emplace_back(own, values);
        }
    }
    return words;
}

}  // namespace

std::string bash_completion(CLI::App const& app) {
    std::string names;
    std::string cases;
    for (auto const* command : shown_commands(app)) {
        auto const words = words_of(*command);
        names += " " + command->get_name();
        cases += fmt::format("        {})\n", command->get_name());
        for (auto const& [option, values] : words.values) {
            cases += fmt::format(
                "            [[ $previous =~ ^({})$ ]] && values='{}' && only=1\n",
                fmt::join(option, "|"),
                fmt::join(values, " "));
        }
        cases += fmt::format("            options='{}'\n"
                             "            [[ -n $only ]] || values='{}'\n"
                             "            ;;\n",
                             fmt::join(words.options, " "),
                             fmt::join(words.positional, " "));
    }
    return fmt::format(
        "# bash completion for leadtime; written by \"leadtime generate bash\"\n"
        "_leadtime() {{\n"
        "    local current=${{COMP_WORDS[COMP_CWORD]}} "
        "previous=${{COMP_WORDS[COMP_CWORD-1]}}\n"
        "    local values= options= only=\n"
        "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
        "        COMPREPLY=($(compgen -W '{} --help --version' -- \"$current\"))\n"
        "        return\n"
        "    fi\n"
        "    case ${{COMP_WORDS[1]}} in\n{}"
        "    esac\n"
        "    if [[ $current == -* ]]; then\n"
        "        COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
        "    else\n"
        "        local files=()\n"
        "        [[ -n $only ]] || mapfile -t files < <(compgen -f -- \"$current\")\n"
        "        COMPREPLY=($(compgen -W \"$values\" -- \"$current\") "
        "\"${{files[@]}}\")\n"
        "    fi\n"
        "}}\n"
        "complete -o filenames -F _leadtime leadtime\n",
        names.substr(1),
        cases);
}

std::string zsh_completion(CLI::App const& app) {
    std::string names;
    std::string cases;
    for (auto const* command : shown_commands(app)) {
        names +=
            fmt::format("        {}\n",
                        shell_quoted(fmt::format(
                            "{}:{}", command->get_name(), command->get_description())));
        cases += fmt::format("        {})\n            _arguments \\\n",
                             command->get_name());
        for (auto const* option : command->get_options()) {
            auto const own = words_of(*option);
            auto const name = own.empty() ? option->get_name() : own.front();
            auto const values = values_of(command->get_name(), name);
            std::string description = option->get_description();
            for (std::size_t at = 0;
                 (at = description.find_first_of("[]:\\", at)) != std::string::npos;
                 at += 2) {
                description.insert(at, "\\");
            }
            std::string const action =
                values.empty() ? "_files" : fmt::format("({})", fmt::join(values, " "));
            if (own.empty()) {
                cases += fmt::format(
                    "                {} \\\n",
                    shell_quoted(fmt::format(
                        "*:{}:{}",
                        description,
                        values.empty() ? "_files"
                                       : fmt::format("{{_alternative "
                                                     "'names:name:({})' "
                                                     "'files:file:_files'}}",
                                                     fmt::join(values, " ")))));
                continue;
            }
            for (auto const& word : own) {
                cases += fmt::format(
                    "                {} \\\n",
                    shell_quoted(
                        takes_value(*option)
                            ? fmt::format("*{}[{}]:value:{}", word, description, action)
                            : fmt::format("{}[{}]", word, description)));
            }
        }
        cases += "                && return 0\n            ;;\n";
    }
    return fmt::format(
        "#compdef leadtime\n"
        "# zsh completion for leadtime; written by \"leadtime generate zsh\"\n"
        "_leadtime() {{\n"
        "    local -a commands=(\n{}    )\n"
        "    if (( CURRENT == 2 )); then\n"
        "        _describe -t commands command commands\n"
        "        return\n"
        "    fi\n"
        "    shift words\n"
        "    (( CURRENT-- ))\n"
        "    case ${{words[1]}} in\n{}"
        "    esac\n"
        "}}\n"
        "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
        "    _leadtime \"$@\"\n"
        "else\n"
        "    compdef _leadtime leadtime\n"
        "fi\n",
        names,
        cases);
}

std::string fish_completion(CLI::App const& app) {
    std::string text =
        "# fish completion for leadtime; written by \"leadtime generate fish\"\n";
    for (auto const* command : shown_commands(app)) {
        text +=
            fmt::format("complete -c leadtime -n __fish_use_subcommand -a {} -d {}\n",
                        command->get_name(),
                        shell_quoted(command->get_description()));
        for (auto const* option : command->get_options()) {
            auto const own = words_of(*option);
            auto const name = own.empty() ? option->get_name() : own.front();
            auto const values = values_of(command->get_name(), name);
            text +=
                fmt::format("complete -c leadtime -n '__fish_seen_subcommand_from {}'",
                            command->get_name());
            for (auto const& long_name : option->get_lnames()) {
                text += " -l " + long_name;
            }
            for (auto const& short_name : option->get_snames()) {
                text += " -s " + short_name;
            }
            if (!values.empty()) {
                text += fmt::format(" -a '{}'", fmt::join(values, " "));
            }
            if (!own.empty() && takes_value(*option)) {
                text += values.empty() ? " -r" : " -x";
            }
            text += fmt::format(" -d {}\n", shell_quoted(option->get_description()));
        }
    }
    return text;
}

}  // namespace leadtime::estimator
