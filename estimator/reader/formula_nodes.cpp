// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/formula_nodes.hpp"

#include "estimator/quantities/families/families.hpp"
#include "estimator/reader/quantities.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator::detail {

Expression name_node(std::string name) {
    Expression node;
    node.op = Op::name;
    node.name = std::move(name);
    return node;
}

Expression number_node(double value) {
    Expression node;
    node.number = value;
    return node;
}

Expression date_node(double month) {
    Expression node = number_node(month);
    node.name = "date";  // makes its unit time
    return node;
}

Expression call_node(Op op, std::vector<Expression> arguments) {
    Expression node;
    node.op = op;
    node.arguments = std::move(arguments);
    return node;
}

Expression constant_series(bool active) {
    return call_node(Op::since, {date_node(active ? -1e9 : 1e9)});
}

Expression input_node(ReaderState const& state, Input const& input) {
    return input.quantity ? name_node(state.scenario.quantities[*input.quantity].name)
                          : number_node(input.fallback);
}

bool is_new_name(ReaderState& state,
                 text::TableReader& all,
                 text::TableReader::Entry const& entry,
                 std::string_view what) {
    bool const reserved = is_reserved_name(entry.key);
    if (!is_identifier(entry.key) || reserved) {
        all.fail_key(entry.key,
                     fmt::format("\"{}\" cannot name {}", entry.key, what),
                     reserved ? "formulas use this word"
                              : "names are letters, digits and _, no digit first");
        return false;
    }
    if (state.names.contains(entry.key)) {
        all.fail_key(entry.key,
                     fmt::format("\"{}\" is the name of something else too", entry.key),
                     "quantities, events and regimes share their names",
                     "rename one of them");
        return false;
    }
    return true;
}

QuantityIndex declare_formula(ReaderState& state,
                              std::string const& name,
                              Expression formula,
                              std::string text,
                              text::SourcePlace const& place,
                              Provenance const& provenance) {
    auto const known = state.names.find(name);
    auto const index =
        known != state.names.end() ? known->second : declare_quantity(state, name);
    auto& quantity = state.scenario.quantities[index];
    quantity.kind = QuantityKind::formula;
    quantity.formula = std::move(formula);
    quantity.formula_text = text;
    quantity.value_text = std::move(text);
    quantity.unit = known_unit("1");
    quantity.is_inline = true;
    quantity.place = place;
    quantity.formula_source.place = place;
    quantity.provenance = provenance;
    return index;
}

QuantityIndex declare_noise(ReaderState& state,
                            std::string const& name,
                            text::SourcePlace const& place) {
    count_step_draws(state);
    auto const index = declare_quantity(state, name);
    auto& quantity = state.scenario.quantities[index];
    quantity.kind = QuantityKind::series;
    quantity.interpolation = Interpolation::step;
    quantity.knot_correlation = 0.0;
    quantity.unit = known_unit("1");
    quantity.is_inline = true;
    quantity.is_noise = true;
    quantity.place = place;
    quantity.provenance.source = "random draws, one for each month";
    quantity.value_text = "one U(0, 1) for each month";
    for (int month = 0; month < std::max(state.scenario.months(), 1); ++month) {
        quantity.knots.push_back({static_cast<double>(month), make_uniform(0, 1)});
    }
    return index;
}

std::optional<Input> read_named_unit(ReaderState& state,
                                     text::TableReader& table,
                                     InputSpec const& spec,
                                     Provenance const& provenance) {
    auto const value = read_input(state, table, spec, provenance);
    if (value && value->quantity
        && state.scenario.quantities[*value->quantity].is_inline) {
        state.takes_plain.insert(*value->quantity);
    }
    return value;
}

}  // namespace leadtime::estimator::detail
