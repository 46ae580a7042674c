// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace leadtime::estimator {

/// The page of `man leadtime`, in troff, from the commands and options of the program.
std::string manual_page(CLI::App const& app);

}  // namespace leadtime::estimator
