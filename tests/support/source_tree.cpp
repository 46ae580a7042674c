// SPDX-License-Identifier: Apache-2.0
#include "tests/support/source_tree.hpp"

#include <filesystem>

namespace leadtime::tests {

std::string source_path(std::string const& file) {
    return std::string(LEADTIME_SOURCE_DIR "/") + file;
}

std::size_t profile_count() {
    std::size_t count = 0;
    for (auto const& file :
         std::filesystem::directory_iterator(source_path("hwprofiles/data"))) {
        count += file.path().extension() == ".toml" ? 1 : 0;
    }
    return count;
}

}  // namespace leadtime::tests
