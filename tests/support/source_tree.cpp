// SPDX-License-Identifier: Apache-2.0
#include "tests/support/source_tree.hpp"

namespace leadtime::tests {

std::string source_path(std::string const& file) {
    return std::string(LEADTIME_SOURCE_DIR "/") + file;
}

}  // namespace leadtime::tests
