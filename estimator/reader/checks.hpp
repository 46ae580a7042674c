// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

#include <cstdint>
#include <string_view>

namespace leadtime::estimator::detail {

/// Checks the names that formulas read; marks quantities as used or broken.
void check_names(ReaderState& state);

/// Infers the unit of every formula and checks it, and the units and ranges that input
/// keys need.
void check_units(ReaderState& state);

/// Two quantities must not share their draws.
void check_hash_collisions(ReaderState& state);

/// Refuses constant parts of formulas that have no value in single precision.
void check_constants(ReaderState& state);

/// Notes whole numbers and spreads whose digits single precision does not hold.
void note_lost_digits(ReaderState& state);

/// Warns of quantities without a source or a reader, and of formulas that convert
/// years.
void add_warnings(ReaderState& state);

}  // namespace leadtime::estimator::detail
