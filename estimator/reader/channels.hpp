// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/accelerators.hpp"
#include "estimator/reader/state.hpp"

#include <optional>

namespace leadtime::estimator::detail {

/// Reads the channels of a path in their order of preference, and the accelerators that
/// they bring.
void read_channels(ReaderState& state,
                   text::TableReader& path_table,
                   Path& path,
                   std::optional<hwprofiles::Precision> precision,
                   AcceleratorTables& shared,
                   AcceleratorTables& own);

/// Reads `[cap.NAME]`, before the paths whose channels draw from them.
void read_caps(ReaderState& state, text::TableReader& root);

}  // namespace leadtime::estimator::detail
