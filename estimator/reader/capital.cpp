// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/capital.hpp"

#include "estimator/reader/quantities.hpp"

#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

Expression quantity_node(ReaderState const& state, QuantityIndex quantity) {
    Expression node;
    node.op = Op::name;
    node.name = state.scenario.quantities[quantity].name;
    return node;
}

Expression call(Op op, Expression a, Expression b) {
    Expression node;
    node.op = op;
    node.arguments = {std::move(a), std::move(b)};
    return node;
}

/// A formula of our own under a name, with its text for `show`.
QuantityIndex add_formula(ReaderState& state,
                          std::string const& name,
                          Expression formula,
                          std::string text,
                          text::ConfigIssue const& place) {
    Quantity quantity;
    quantity.name = name;
    quantity.unit = known_unit("USD/month");
    quantity.kind = QuantityKind::formula;
    quantity.formula = std::move(formula);
    quantity.formula_text = std::move(text);
    quantity.formula_source.place = place.place;
    quantity.formula_source.source_line = place.source_line;
    quantity.formula_source.source_column = place.source_column;
    quantity.place = place.place;
    quantity.provenance.source = "derived";
    quantity.is_inline = true;
    auto const index = state.scenario.quantities.size();
    state.scenario.quantities.push_back(std::move(quantity));
    state.names.emplace(name, index);
    state.used.insert(index);
    return index;
}

/// amount * access, as it was `delay` ago, * efficiency.
std::optional<QuantityIndex> read_flow(ReaderState& state,
                                       text::TableReader& table,
                                       text::ConfigIssue const& place) {
    auto const provenance = read_provenance(table);
    table.required("amount");
    auto const amount = read_input(state, table, {"amount", "USD/month"}, provenance);
    auto const access = read_input(state, table, {"access", "1", 0, 1}, provenance);
    auto const delay = read_input(state, table, {"delay", "month"}, provenance);
    auto const efficiency =
        read_input(state, table, {"efficiency", "1", 0, 1}, provenance);
    table.finish();
    if (!amount) {
        return std::nullopt;
    }
    Expression formula = quantity_node(state, *amount->quantity);
    std::string text = formula.name;
    auto const times = [&](std::optional<Input> const& factor) {
        if (factor) {
            auto other = quantity_node(state, *factor->quantity);
            text += " * " + other.name;
            formula = call(Op::mul, std::move(formula), std::move(other));
        }
    };
    times(access);
    if (delay) {
        auto months = quantity_node(state, *delay->quantity);
        text = fmt::format("delay({}, {})", text, months.name);
        formula = call(Op::delay, std::move(formula), std::move(months));
    }
    times(efficiency);
    return add_formula(
        state, table.key_path(), std::move(formula), std::move(text), place);
}

}  // namespace

void read_capital(ReaderState& state, text::TableReader& path_table, Path& path) {
    auto all = path_table.child("capital");
    if (!all) {
        return;
    }
    std::vector<QuantityIndex> parts;
    auto& budget = path.inputs[PathInput::budget];
    if (budget.quantity) {
        parts.push_back(*budget.quantity);
    }
    for (auto const& entry : all->entries()) {
        if (!is_identifier(entry.key)) {
            all->fail_key(entry.key,
                          fmt::format("\"{}\" cannot name a flow", entry.key),
                          "names are letters, digits and _, no digit first");
            continue;
        }
        if (auto table = all->child(entry.key)) {
            auto const place = state.issue_at(*entry.node, table->key_path(), {});
            if (auto const flow = read_flow(state, *table, place)) {
                parts.push_back(*flow);
            }
        }
    }
    if (parts.empty()) {
        all->fail_table(
            "there is no flow of capital",
            {},
            fmt::format("add [{}.private] with an amount", all->key_path()));
        return;
    }
    Expression sum = quantity_node(state, parts.front());
    std::string text = sum.name;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        auto other = quantity_node(state, parts[i]);
        text += " + " + other.name;
        sum = call(Op::add, std::move(sum), std::move(other));
    }
    auto const place = state.issue_at(all->table(), all->key_path(), {});
    budget = {
        add_formula(state, all->key_path(), std::move(sum), std::move(text), place),
        0.0};
}

}  // namespace leadtime::estimator::detail
