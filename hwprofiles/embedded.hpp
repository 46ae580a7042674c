// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace leadtime::hwprofiles {

/// A data file as it was when the program was built.
struct EmbeddedFile {
    std::string_view path;  ///< from the root: "hwprofiles/data/h100_sxm.toml"
    std::string_view contents;
};

/// All files compiled in, sorted by path.
std::span<EmbeddedFile const> embedded_files();

}  // namespace leadtime::hwprofiles
