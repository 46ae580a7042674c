// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace leadtime::estimator::detail {

/// What a `[join]` or `[path.NAME.join]` says, by kernels::JoinInput.
using JoinTable =
    std::array<std::optional<Input>, static_cast<std::size_t>(JoinInput::count)>;

std::optional<JoinTable> read_join_table(ReaderState& state, text::TableReader& parent);

/// Lets the pools of a path do runs together where it, or the scenario, has such a table.
/// Each input is taken from the path's, the scenario's and the defaults of
/// docs/scenario-reference.md: the first that has it.
void use_joins(Path& path,
               std::optional<JoinTable> const& own,
               std::optional<JoinTable> const& shared);

}  // namespace leadtime::estimator::detail
