// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/reader_progress.hpp"
#include "estimator/scenario/reader_state.hpp"

#include <vector>

namespace leadtime::estimator::detail {

/// Reads `[accelerator.*]` and `[path.*]`; gives the names of other paths in them, to
/// be found when all are known.
std::vector<PathMention> read_paths(ReaderState& state, hw::TableReader& root);

}  // namespace leadtime::estimator::detail
