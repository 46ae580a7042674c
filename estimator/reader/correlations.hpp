// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

namespace leadtime::estimator::detail {

/// Reads `[[correlation]]`, after all quantities are known.
void read_correlations(ReaderState& state, text::TableReader& root);

}  // namespace leadtime::estimator::detail
