// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace leadtime::estimator {

/// Scripts that complete the program's commands, options, and the names of built-in
/// scenarios, accelerators, models and rules, in three shells.
std::string bash_completion(CLI::App const& app);
std::string zsh_completion(CLI::App const& app);
std::string fish_completion(CLI::App const& app);

}  // namespace leadtime::estimator
