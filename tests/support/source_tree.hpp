// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace leadtime::tests {

/// The path of a file of the source tree, given from its root:
/// "scenarios/minimal.toml".
std::string source_path(std::string const& file);

/// Built-in profiles: files of hwprofiles/data.
std::size_t profile_count();

}  // namespace leadtime::tests
