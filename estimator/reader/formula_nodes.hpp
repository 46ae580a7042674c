// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the tables of events, regimes and rules become: formulas.
namespace leadtime::estimator::detail {

/// As read_input(); a formula of plain numbers is in the unit of the key.
std::optional<Input> read_named_unit(ReaderState& state,
                                     text::TableReader& table,
                                     InputSpec const& spec,
                                     Provenance const& provenance);

// Nodes of formulas that stand for what a table says.
Expression name_node(std::string name);
Expression number_node(double value);
/// A date, as months from the start.
Expression date_node(double month);
Expression call_node(Op op, std::vector<Expression> arguments);
/// A series of 1 or 0: what is forced stays a series, so that outputs keep their shape.
Expression constant_series(bool active);
/// A node for an input: its quantity's name, or its fallback.
Expression input_node(ReaderState const& state, Input const& input);

/// The name of a table of `[event]` or `[regime]` where it is a good one and new, else
/// an error; `what` is "an event" or "a regime".
bool is_new_name(ReaderState& state,
                 text::TableReader& all,
                 text::TableReader::Entry const& entry,
                 std::string_view what);

/// Declares a formula that a table stands for; `text` is what `show` prints.
QuantityIndex declare_formula(ReaderState& state,
                              std::string const& name,
                              Expression formula,
                              std::string text,
                              text::SourcePlace const& place,
                              Provenance const& provenance);

/// Declares one U(0, 1) for each month.
QuantityIndex declare_noise(ReaderState& state,
                            std::string const& name,
                            text::SourcePlace const& place);

}  // namespace leadtime::estimator::detail
