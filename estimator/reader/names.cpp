// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/checks.hpp"
#include "estimator/scenario/dependencies.hpp"
#include "text/hash.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

std::vector<std::string> path_names(Scenario const& scenario) {
    std::vector<std::string> names;
    for (auto const& path : scenario.paths) {
        names.push_back(path.name);
    }
    return names;
}

/// What is wrong with a name that is no quantity, or an empty problem.
FormulaError check_name(ReaderState const& state, Expression const& node) {
    auto const& scenario = state.scenario;
    FormulaError error{node.offset, node.length, {}, {}, {}};
    if (auto const metric = find_path_metric(scenario, node.name)) {
        auto const known = readable_metrics(scenario, metric->path);
        if (std::find(known.begin(), known.end(), metric->metric) != known.end()) {
            return error;
        }
        auto const& path = scenario.paths[metric->path].name;
        error.problem =
            fmt::format("path \"{}\" has no metric \"{}\"", path, metric->metric);
        if (metric->path == scenario.reference && metric_dimension(metric->metric)) {
            error.reason = "it is the reference path";
        }
        error.suggestion = text::did_you_mean(metric->metric, known);
        return error;
    }
    if (node.name.starts_with("path.")) {
        auto const rest = std::string_view(node.name).substr(5);
        auto const path = std::string(rest.substr(0, rest.find('.')));
        error.problem = fmt::format("unknown path \"{}\"", path);
        error.suggestion = text::did_you_mean(path, path_names(scenario));
        if (rest.find('.') == std::string_view::npos) {
            error.problem = fmt::format("\"{}\" names no metric", node.name);
            error.suggestion = "write path.NAME.run_flop";
        }
        return error;
    }
    std::vector<std::string> known{"month", "year"};
    for (auto const& [name, index] : state.names) {
        known.push_back(name);
    }
    error.problem = fmt::format("unknown quantity \"{}\"", node.name);
    error.suggestion = text::did_you_mean(node.name, known);
    return error;
}

/// Visits the names of a formula; true when all are known.
bool check_formula(ReaderState& state,
                   Quantity const& quantity,
                   Expression const& node) {
    bool all_known = true;
    if (node.op == Op::name && node.name != "month" && node.name != "year") {
        if (auto const found = state.names.find(node.name);
            found != state.names.end()) {
            state.used.insert(found->second);
        } else {
            auto const error = check_name(state, node);
            if (!error.problem.empty()) {
                state.issues.add(formula_issue(quantity, error));
                all_known = false;
            }
        }
    }
    for (auto const& argument : node.arguments) {
        all_known = check_formula(state, quantity, argument) && all_known;
    }
    return all_known;
}

}  // namespace

void check_names(ReaderState& state) {
    for (QuantityIndex i = 0; i < state.scenario.quantities.size(); ++i) {
        auto const& quantity = state.scenario.quantities[i];
        if (quantity.kind == QuantityKind::formula && !state.broken.contains(i)
            && !check_formula(state, quantity, quantity.formula)) {
            state.broken.insert(i);
        }
    }
}

void check_hash_collisions(ReaderState& state) {
    std::map<std::uint32_t, std::string> seen;
    for (auto const& quantity : state.scenario.quantities) {
        if (quantity.kind == QuantityKind::formula) {
            continue;
        }
        auto const [found, is_new] =
            seen.emplace(text::fnv1a_32(quantity.name), quantity.name);
        if (is_new) {
            continue;
        }
        text::ConfigIssue issue;
        issue.place = quantity.place;
        issue.key = quantity.name;
        issue.problem = fmt::format("the names \"{}\" and \"{}\" have the same hash",
                                    found->second,
                                    quantity.name);
        issue.reason = "their draws would be the same";
        issue.suggestion = "rename one of them";
        state.issues.add(std::move(issue));
    }
}

void add_warnings(ReaderState& state) {
    auto const& quantities = state.scenario.quantities;
    std::vector<std::string> without_source;
    for (QuantityIndex i = 0; i < quantities.size(); ++i) {
        auto const& quantity = quantities[i];
        text::ConfigIssue warning;
        warning.place = quantity.place;
        warning.key = quantity.name;
        if (quantity.is_inline) {
            if (quantity.kind != QuantityKind::formula
                && quantity.provenance.source.empty()) {
                without_source.push_back(quantity.name);
            }
            continue;
        }
        if (!state.used.contains(i)) {
            warning.problem =
                fmt::format("quantity \"{}\" is never used", quantity.name);
            warning.suggestion = "report it: [output] quantities = [...]";
            state.scenario.warnings.push_back(warning);
            warning.suggestion.clear();
        }
        if (quantity.kind != QuantityKind::formula
            && quantity.provenance.source.empty()) {
            warning.problem =
                fmt::format("quantity \"{}\" has no source", quantity.name);
            warning.suggestion = "add source = \"...\"";
            state.scenario.warnings.push_back(warning);
        }
    }
    if (without_source.empty()) {
        return;
    }
    text::ConfigIssue warning;
    warning.place.file = state.scenario.file;
    warning.problem = fmt::format("{} value{} without a source",
                                  without_source.size(),
                                  without_source.size() == 1 ? "" : "s");
    std::size_t const shown = std::min<std::size_t>(without_source.size(), 3);
    for (std::size_t i = 0; i < shown; ++i) {
        warning.reason += (i == 0 ? "" : ", ") + without_source[i];
    }
    if (shown < without_source.size()) {
        warning.reason += ", ...";
    }
    warning.suggestion = "add source = \"...\" to them or to their table";
    state.scenario.warnings.push_back(std::move(warning));
}

}  // namespace leadtime::estimator::detail
