// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace leadtime::tests {

/// The path of a file of the source tree, given from its root:
/// "scenarios/minimal.toml".
std::string source_path(std::string const& file);

}  // namespace leadtime::tests
