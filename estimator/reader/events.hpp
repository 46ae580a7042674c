// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

namespace leadtime::estimator::detail {

/// Reads `[event.NAME]` and `[regime.NAME]`, after the quantities' names are declared.
/// Both become formulas, which the rest of the program knows: the event's name, and
/// NAME.STATE of a regime.
void read_events(ReaderState& state, text::TableReader& root);

/// Warns of events and regimes that nothing reads.
void warn_of_unread_events(ReaderState& state);

}  // namespace leadtime::estimator::detail
