// SPDX-License-Identifier: Apache-2.0
#include "estimator/reader/rules.hpp"

#include "estimator/reader/formula_nodes.hpp"
#include "estimator/reader/quantities.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

std::vector<std::string> ids_of(std::vector<hwprofiles::Rule> const& rules) {
    std::vector<std::string> ids;
    for (auto const& rule : rules) {
        ids.push_back(rule.id);
    }
    return ids;
}

/// A file named in a scenario is sought beside it.
std::string beside(std::string const& scenario, std::string const& file) {
    std::filesystem::path const path(file);
    return path.is_absolute()
               ? file
               : (std::filesystem::path(scenario).parent_path() / path).string();
}

/// What a rule of the scenario starts from: a file, another rule, the one of its name.
std::optional<hwprofiles::Rule>
base_of(ReaderState& state, text::TableReader& table, std::string const& name) {
    auto const file = table.optional_string("file");
    auto const based_on = table.optional_string("based_on");
    hwprofiles::Rule base;
    if (file && based_on) {
        table.fail_key("based_on", "\"based_on\" and \"file\" do not go together");
        return std::nullopt;
    }
    if (file) {
        try {
            base = hwprofiles::load_rule(beside(state.scenario.file, *file));
        } catch (text::ConfigError const& error) {
            state.issues.add(error);
            return std::nullopt;
        }
    } else {
        auto const wanted = based_on.value_or(name);
        auto const* known = hwprofiles::find_rule(state.rules, wanted);
        if (known != nullptr) {
            base = *known;
        } else if (based_on) {
            table.fail(*table.raw("based_on"),
                       fmt::format("unknown rule \"{}\"", wanted),
                       {},
                       text::did_you_mean(wanted, ids_of(state.rules)));
            return std::nullopt;
        }
    }
    base.id = name;
    return base;
}

}  // namespace

void read_rules(ReaderState& state, text::TableReader& root) {
    static auto const embedded = hwprofiles::embedded_rules();
    state.rules = embedded;
    auto all = root.child("rule");
    if (!all) {
        return;
    }
    for (auto const& entry : all->entries()) {
        if (!is_identifier(entry.key)) {
            all->fail_key(entry.key,
                          fmt::format("\"{}\" cannot name a rule", entry.key),
                          "names are letters, digits and _, no digit first");
            continue;
        }
        auto table = all->child(entry.key);
        if (!table) {
            continue;
        }
        auto const base = base_of(state, *table, entry.key);
        auto rule = hwprofiles::read_rule(*table, base.value_or(hwprofiles::Rule{}));
        rule.id = entry.key;
        table->finish();
        if (base && rule.controls.empty() && rule.charges.empty()
            && rule.limits.empty()) {
            table->fail_table(
                fmt::format("rule \"{}\" says nothing", entry.key),
                {},
                "add [[rule." + entry.key
                    + ".control]] any = [{ tpp_at_least = 4800 }], or based_on");
        }
        std::erase_if(state.rules,
                      [&](hwprofiles::Rule const& old) { return old.id == rule.id; });
        state.rules.push_back(std::move(rule));
    }
}

namespace {

/// Goes through the formulas and puts rules into them.
class RuleResolver {
  public:
    explicit RuleResolver(ReaderState& state)
        : state_(state) {}

    void run() {
        // Declaring limits moves the quantities: their formulas come after it.
        for (QuantityIndex i = 0; i < state_.scenario.quantities.size(); ++i) {
            std::vector<Expression> names;
            collect_limits(state_.scenario.quantities[i].formula, names);
            for (auto const& node : names) {
                guarded(i, [&] { declare_limit(node); });
            }
        }
        for (QuantityIndex i = 0; i < state_.scenario.quantities.size(); ++i) {
            guarded(i, [&] { replace(state_.scenario.quantities[i].formula); });
        }
    }

  private:
    ReaderState& state_;

    template <class Function>
    void guarded(QuantityIndex i, Function const& function) {
        try {
            function();
        } catch (FormulaError const& error) {
            state_.issues.add(formula_issue(state_.scenario.quantities[i], error));
            state_.broken.insert(i);
        }
    }

    void collect_limits(Expression const& node, std::vector<Expression>& names) const {
        if (node.op == Op::name && node.name.starts_with("rule.")
            && !state_.names.contains(node.name)) {
            names.push_back(node);
        }
        for (auto const& argument : node.arguments) {
            collect_limits(argument, names);
        }
    }

    hwprofiles::Rule const& rule_of(Expression const& node,
                                    std::string const& id) const {
        auto const* rule = hwprofiles::find_rule(state_.rules, id);
        if (rule == nullptr) {
            throw FormulaError{node.offset,
                               node.length,
                               fmt::format("unknown rule \"{}\"", id),
                               {},
                               text::did_you_mean(id, ids_of(state_.rules))};
        }
        return *rule;
    }

    void declare_limit(Expression const& node) {
        if (state_.names.contains(node.name)) {
            return;
        }
        auto const dot = node.name.find('.', 5);
        auto const id = node.name.substr(5, dot - 5);
        auto const& rule = rule_of(node, id);
        auto const wanted =
            dot == std::string::npos ? std::string() : node.name.substr(dot + 1);
        std::vector<std::string> known;
        for (auto const& limit : rule.limits) {
            known.push_back(limit.name);
        }
        auto const found = std::find(known.begin(), known.end(), wanted);
        if (found == known.end()) {
            throw FormulaError{
                node.offset,
                node.length,
                fmt::format("rule \"{}\" has no limit \"{}\"", id, wanted),
                known.empty()
                    ? std::string("it has none")
                    : fmt::format("its limits are {}", fmt::join(known, ", ")),
                text::did_you_mean(wanted, known)};
        }
        auto const& limit =
            rule.limits[static_cast<std::size_t>(found - known.begin())];
        std::string problem;
        std::string suggestion;
        auto unit = parse_unit(limit.unit, state_.unit_words, problem, suggestion);
        if (!unit) {
            throw FormulaError{node.offset,
                               node.length,
                               fmt::format("limit \"{}\": {}", wanted, problem),
                               {},
                               suggestion};
        }
        auto const index = declare_quantity(state_, node.name);
        auto& quantity = state_.scenario.quantities[index];
        quantity.unit = *unit;
        quantity.value = Distribution(limit.fact.value);
        quantity.value_text = fmt::format("{}", limit.fact.value);
        quantity.is_inline = true;
        quantity.provenance = {
            limit.fact.source, limit.fact.confidence, limit.fact.note};
        quantity.place.file = state_.scenario.file;
    }

    /// What a rule says, as a chip's measures tell.
    hwprofiles::Finding find(Expression const& node,
                             hwprofiles::Rule const& rule) const {
        auto const& name = node.arguments[0].name;
        hwprofiles::ChipMeasures chip;
        if (auto const* profile = state_.profiles.lookup(name)) {
            chip = hwprofiles::measures_of(*profile);
        } else if (auto const names = hwprofiles::other_names(rule, state_.profiles);
                   std::find(names.begin(), names.end(), name) != names.end()) {
            chip.id = name;
        } else {
            throw FormulaError{node.arguments[0].offset,
                               node.arguments[0].length,
                               fmt::format("unknown accelerator \"{}\"", name),
                               {},
                               state_.profiles.suggestion_for(name)};
        }
        auto finding = hwprofiles::apply(rule, chip);
        bool const known = node.op == Op::legal ? finding.known : finding.charge_known;
        if (!known) {
            throw FormulaError{
                node.offset,
                node.length,
                fmt::format("rule \"{}\" cannot tell about \"{}\"", rule.id, name),
                node.op == Op::legal ? finding.reason : finding.charge_reason,
                "add the number to its profile (--profiles), or name the chip in a "
                "rule"};
        }
        return finding;
    }

    /// The share of a step in which the rule holds.
    Expression in_force(hwprofiles::Rule const& rule) const {
        auto const date = [&](double month) {
            return call_node(Op::since,
                             {date_node(month - state_.scenario.start_month)});
        };
        if (rule.from && rule.until && *rule.until <= *rule.from) {
            return number_node(0.0);
        }
        Expression begun = rule.from ? date(*rule.from) : number_node(1.0);
        return rule.until ? call_node(Op::sub, {std::move(begun), date(*rule.until)})
                          : begun;
    }

    void replace(Expression& node) const {
        if (node.op != Op::legal && node.op != Op::charge) {
            for (auto& argument : node.arguments) {
                replace(argument);
            }
            return;
        }
        auto const& rule = rule_of(node.arguments[1], node.arguments[1].name);
        auto const finding = find(node, rule);
        Expression said;
        if (node.op == Op::charge) {
            said =
                finding.charge_fraction == 0.0
                    ? number_node(0.0)
                    : call_node(Op::mul,
                                {number_node(finding.charge_fraction), in_force(rule)});
        } else {
            said = finding.is_legal()
                       ? number_node(1.0)
                       : call_node(Op::sub, {number_node(1.0), in_force(rule)});
        }
        said.offset = node.offset;
        said.length = node.length;
        node = std::move(said);
    }
};

}  // namespace

void resolve_rules(ReaderState& state) {
    RuleResolver(state).run();
}

}  // namespace leadtime::estimator::detail
