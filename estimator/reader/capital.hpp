// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

namespace leadtime::estimator::detail {

/// Reads `[path.NAME.capital.FLOW]` and makes the path's budget their sum, with the
/// `budget` that has been read where there is one. Each flow becomes a formula named
/// `path.NAME.capital.FLOW`, the sum `path.NAME.capital` (USD/month).
void read_capital(ReaderState& state, text::TableReader& path_table, Path& path);

}  // namespace leadtime::estimator::detail
