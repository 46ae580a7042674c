// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/terminal.hpp"

#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace leadtime::estimator {

bool is_terminal() {
    auto const* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) == 1 && terminal != nullptr
           && std::string_view(terminal) != "dumb";
}

bool wants_colour() {
    auto const* no_colour = std::getenv("NO_COLOR");
    return is_terminal() && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace leadtime::estimator
