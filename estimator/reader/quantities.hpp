// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

#include <optional>
#include <string_view>

namespace leadtime::estimator::detail {

/// The unit that a value has unless it states one, which must then be of the same
/// dimension where `is_fixed`.
struct KeyUnit {
    Unit unit;
    bool is_fixed = false;
};

/// Reads one declared quantity from any of its notations; `label` is how messages call
/// it.
void read_quantity(ReaderState& state,
                   QuantityIndex index,
                   std::string_view label,
                   toml::node const& node,
                   text::TableReader& owner,
                   KeyUnit const& unit,
                   Provenance const& inherited);

/// Ends the reading of a scenario that is too large. Throws: text::ConfigError with all
/// issues so far.
[[noreturn]] void
refuse_size(ReaderState& state, std::string problem, std::string reason);

/// Counts a value that is drawn anew in each step. Throws: text::ConfigError when there
/// are too many.
void count_step_draws(ReaderState& state);

/// Adds an empty quantity, found by its name from now on. Throws: text::ConfigError when
/// there are too many.
QuantityIndex declare_quantity(ReaderState& state, std::string const& name);

/// Declares every quantity of `[quantity.NAME]`, then reads them. Formulas are parsed;
/// names and units are checked later.
void read_quantities(ReaderState& state, text::TableReader& root);

/// Reads the value at a key as an input: the name of a quantity, or a number, value
/// text, table or formula, which becomes a quantity named by its key path. Nothing when
/// the key is missing or wrong (reported).
std::optional<Input> read_input(ReaderState& state,
                                text::TableReader& table,
                                InputSpec const& spec,
                                Provenance const& inherited);

/// A fixed number in base units, for keys that take nothing else; nothing when the key
/// is missing or wrong (reported).
std::optional<double>
read_fixed(ReaderState& state, text::TableReader& table, InputSpec const& spec);

}  // namespace leadtime::estimator::detail
