// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/number.hpp"
#include "estimator/reader/quantities.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

// Far beyond any model: they keep a hostile file within some hundred megabytes.
constexpr std::size_t most_quantities = 100'000;
constexpr std::size_t most_step_draws = 1'000'000;

}  // namespace

void refuse_size(ReaderState& state, std::string problem, std::string reason) {
    text::ConfigIssue issue;
    issue.place.file = state.scenario.file;
    issue.problem = std::move(problem);
    issue.reason = std::move(reason);
    state.issues.add(std::move(issue));
    throw text::ConfigError(state.issues.issues());
}

void count_step_draws(ReaderState& state) {
    state.step_draws += static_cast<std::size_t>(std::max(state.scenario.months(), 1));
    if (state.step_draws > most_step_draws) {
        refuse_size(state,
                    "the scenario draws too many values anew in each step",
                    fmt::format("at most {} for all its steps", most_step_draws));
    }
}

QuantityIndex declare_quantity(ReaderState& state, std::string const& name) {
    auto const index = state.scenario.quantities.size();
    if (index >= most_quantities) {
        refuse_size(
            state,
            "the scenario has too many quantities",
            fmt::format("at most {}, values at keys included", most_quantities));
    }
    state.scenario.quantities.emplace_back();
    state.scenario.quantities.back().name = name;
    state.names.emplace(name, index);
    return index;
}

void read_quantities(ReaderState& state, text::TableReader& root) {
    auto table = root.child("quantity");
    if (!table) {
        return;
    }
    auto const entries = table->entries();
    std::vector<std::pair<QuantityIndex, toml::node const*>> declared;
    for (auto const& entry : entries) {
        bool const reserved = is_reserved_name(entry.key);
        if (!is_identifier(entry.key) || reserved) {
            table->fail_key(entry.key,
                            fmt::format("\"{}\" cannot name a quantity", entry.key),
                            reserved
                                ? "formulas use this word"
                                : "names are letters, digits and _, no digit first");
            continue;
        }
        if (!entry.node->is_table()) {
            table->fail_type(*entry.node, entry.key, "a table");
            state.broken.insert(declare_quantity(state, entry.key));
            continue;
        }
        declared.emplace_back(declare_quantity(state, entry.key), entry.node);
    }
    for (auto const& [index, node] : declared) {
        auto const name = state.scenario.quantities[index].name;
        read_quantity(state, index, name, *node, *table, {}, {});
    }
}

std::optional<Input> read_input(ReaderState& state,
                                text::TableReader& table,
                                InputSpec const& spec,
                                Provenance const& inherited) {
    auto const* node = table.raw(spec.key);
    if (node == nullptr) {
        return std::nullopt;
    }
    auto const unit = known_unit(spec.unit);
    Use use{0,
            std::string(spec.key),
            std::string(spec.unit),
            spec.min,
            spec.max,
            unit.dimension,
            state.issue_at(*node, table.path_of(spec.key), {}),
            false};
    if (auto const* text = node->as_string()) {
        auto const found = state.names.find(text->get());
        if (found != state.names.end()) {
            use.quantity = found->second;
            use.by_name = true;
            state.used.insert(use.quantity);
            state.uses.push_back(use);
            return Input{use.quantity, 0.0};
        }
    }
    use.quantity = declare_quantity(state, table.path_of(spec.key));
    state.scenario.quantities[use.quantity].is_inline = true;
    state.used.insert(use.quantity);
    read_quantity(state, use.quantity, spec.key, *node, table, {unit, true}, inherited);
    state.uses.push_back(use);
    return Input{use.quantity, 0.0};
}

std::optional<double>
read_fixed(ReaderState& state, text::TableReader& table, InputSpec const& spec) {
    auto const* node = table.raw(spec.key);
    if (node == nullptr) {
        return std::nullopt;
    }
    Quantity scratch;
    scratch.name = table.path_of(spec.key);
    state.scenario.quantities.push_back(scratch);
    auto const index = state.scenario.quantities.size() - 1;
    read_quantity(
        state, index, spec.key, *node, table, {known_unit(spec.unit), true}, {});
    auto const read = state.scenario.quantities.back();
    state.scenario.quantities.pop_back();
    if (state.broken.erase(index) > 0) {
        return std::nullopt;
    }
    if (read.kind != QuantityKind::distribution || !read.value.is_fixed()) {
        table.fail_type(*node, spec.key, "a fixed number");
        return std::nullopt;
    }
    double const value = read.value.quantile(0.5) * read.unit.scale;
    if (!(value >= spec.min && value <= spec.max)) {
        table.fail(*node,
                   fmt::format(
                       "\"{}\" must be at least {}", spec.key, format_number(spec.min)),
                   fmt::format("found {}", format_number(value)));
        return std::nullopt;
    }
    return value;
}

}  // namespace leadtime::estimator::detail
