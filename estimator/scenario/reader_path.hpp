// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/reader_state.hpp"

namespace leadtime::estimator::detail {

/// Reads `[accelerator.*]` and `[path.*]`.
void read_paths(ReaderState& state, hw::TableReader& root);

}  // namespace leadtime::estimator::detail
