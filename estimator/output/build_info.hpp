// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace leadtime::estimator {

/// What was built, with what, from which commit.
struct BuildInfo {
    std::string_view version;   ///< "0.1.0"
    std::string_view git_hash;  ///< 12 digits, or "unknown" outside a git checkout
    bool git_dirty;             ///< tracked files differed from that commit
    std::string_view compiler;  ///< "GNU 12.2.0"
    std::string_view build_type;
    std::string_view kokkos_version;
    std::string_view flags;
};

/// Recorded at every build (cmake/build_info.cmake).
BuildInfo const& build_info();

}  // namespace leadtime::estimator
