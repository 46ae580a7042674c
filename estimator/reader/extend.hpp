// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/toml_document.hpp"

#include <string>

namespace leadtime::estimator {

/// Reads the text of a scenario: the built-in one of that name, else the file.
/// Throws: text::ConfigError when there is neither, or the text is not TOML.
text::Document
load_scenario_document(std::string const& path,
                       text::FileKind kind = text::FileKind::regular_or_open);

/// Lays a scenario over the one that its `scenario.extends` names, and that over the
/// next, and so on; a document without the key is given back as it is. What the result
/// holds is in docs/scenario-reference.md, "Building on another scenario". Every node
/// keeps its file and place.
///
/// Throws: text::ConfigError, at the key `extends`, for a scenario that cannot be found
///         or that extends itself, and for a chain that is too long or too large.
text::Document with_extended(text::Document document);

}  // namespace leadtime::estimator
