// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace leadtime::estimator {

/// The commands that --help lists, in its order.
std::vector<CLI::App const*> shown_commands(CLI::App const& app);

/// The page of `man leadtime`, in troff, from the commands and options of the program.
std::string manual_page(CLI::App const& app);

}  // namespace leadtime::estimator
