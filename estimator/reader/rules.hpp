// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

namespace leadtime::estimator::detail {

/// Reads the embedded rules and `[rule.NAME]`, which adds one or changes one.
void read_rules(ReaderState& state, text::TableReader& root);

/// Puts what the rules say in place of `legal(accelerator, rule)` and `charge(...)`,
/// and declares the limits that formulas read, `rule.NAME.LIMIT`. Before names are
/// checked.
void resolve_rules(ReaderState& state);

}  // namespace leadtime::estimator::detail
