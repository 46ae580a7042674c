// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/path_progress.hpp"
#include "estimator/reader/state.hpp"

#include <vector>

namespace leadtime::estimator::detail {

/// Reads `[accelerator.*]` and `[path.*]`; gives the names of other paths in them, to
/// be found when all are known.
std::vector<PathMention> read_paths(ReaderState& state, text::TableReader& root);

}  // namespace leadtime::estimator::detail
