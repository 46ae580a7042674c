// SPDX-License-Identifier: Apache-2.0
#include "estimator/scenario/dependencies.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::size_t longest_cycle = 20;  // of names that an error lists
/// Operations inside each other, through all formulas that a formula stands on: the
/// compiler walks down them.
constexpr int most_levels = 5000;

/// What is known of a node: its stage, its memory, and what is wrong with it.
struct NodeStage {
    Stage stage = Stage::scalar;
    bool has_memory = false;
};

/// Stages of nodes from the stages of quantities; mistakes are thrown as FormulaError.
class StageFinder {
  public:
    StageFinder(Scenario const& scenario, Analysis const& analysis)
        : scenario_(scenario)
        , analysis_(analysis) {}

    NodeStage visit(Expression const& node) const {
        switch (node.op) {
        case Op::number:
            return {};
        case Op::name:
            return visit_name(node);
        case Op::previous:
            // Its argument may be known later only: checked by check_previous().
            return {Stage::series, true};
        case Op::at:
            return visit_at(node);
        case Op::since: {
            auto const date = combine(node, "since");
            return {std::max(date.stage, Stage::series), date.has_memory};
        }
        default:
            break;
        }
        auto const& operation = kernels::operation_of(node.op);
        switch (operation.memory) {
        case kernels::Memory::none:
        case kernels::Memory::lookup:
            return combine(node, {});
        case kernels::Memory::kept: {
            auto const inner = combine(node, "this function");
            return {std::max(inner.stage, Stage::series), true};
        }
        case kernels::Memory::result:
            combine(node, std::string(operation.name));
            return {Stage::result, true};
        }
        return {};
    }

    /// Results are not there to be remembered.
    void check_previous(Expression const& node) const {
        if (node.op == Op::previous) {
            refuse_result(node.arguments[0], visit(node.arguments[0]), "previous");
        }
        for (auto const& argument : node.arguments) {
            check_previous(argument);
        }
    }

  private:
    Scenario const& scenario_;
    Analysis const& analysis_;

    NodeStage visit_name(Expression const& node) const {
        if (node.name == "month" || node.name == "year") {
            return {Stage::series, false};
        }
        if (auto const found = analysis_.names.find(node.name);
            found != analysis_.names.end()) {
            return {analysis_.stage[found->second],
                    analysis_.has_memory[found->second]};
        }
        if (find_path_metric(scenario_, node.name)) {
            return {Stage::after_paths, true};
        }
        return {};  // an unknown name, reported by the reader
    }

    NodeStage visit_at(Expression const& node) const {
        auto const& argument = node.arguments[0];
        auto const x = visit(argument);
        refuse_result(argument, x, "at");
        if (x.stage == Stage::scalar || !x.has_memory) {
            return {};
        }
        double const last = scenario_.months() - 1.0;
        if (scenario_.steps > 0 && (node.number < 0 || node.number > last)) {
            throw FormulaError{node.offset,
                               node.length,
                               fmt::format("{} is outside the scenario", node.name),
                               fmt::format("its argument has values from {} to {} only",
                                           calendar_name(scenario_, 0),
                                           month_name(scenario_, scenario_.steps - 1)),
                               {}};
        }
        return {Stage::result, true};
    }

    static void
    refuse_result(Expression const& node, NodeStage const& x, std::string const& user) {
        if (x.stage == Stage::result) {
            throw FormulaError{node.offset,
                               node.length,
                               fmt::format("{} cannot use this", user),
                               "it is known only at the end of a run",
                               {}};
        }
    }

    /// The latest stage of the arguments. `user` is named where results are not
    /// allowed.
    NodeStage combine(Expression const& node, std::string const& user) const {
        NodeStage all;
        Expression const* series = nullptr;
        Expression const* result = nullptr;
        for (auto const& argument : node.arguments) {
            auto const x = visit(argument);
            if (!user.empty()) {
                refuse_result(argument, x, user);
            }
            if (x.stage == Stage::result) {
                result = &argument;
            } else if (x.stage != Stage::scalar) {
                series = &argument;
            }
            all.stage = std::max(all.stage, x.stage);
            all.has_memory = all.has_memory || x.has_memory;
        }
        if (series != nullptr && result != nullptr) {
            throw FormulaError{
                series->offset,
                series->length,
                "a series cannot be combined with a value known only at the "
                "end of a run",
                {},
                "pick a month with at(...)"};
        }
        return all;
    }
};

/// Runs the analysis and collects every issue.
class Analyser {
  public:
    explicit Analyser(Scenario const& scenario)
        : scenario_(scenario)
        , mark_(scenario.quantities.size(), Mark::fresh) {
        for (QuantityIndex i = 0; i < scenario.quantities.size(); ++i) {
            analysis_.names.emplace(scenario.quantities[i].name, i);
        }
        analysis_.stage.assign(scenario.quantities.size(), Stage::scalar);
        analysis_.has_memory.assign(scenario.quantities.size(), false);
    }

    Analysis run() {
        for (QuantityIndex i = 0; i < scenario_.quantities.size(); ++i) {
            visit(i);
        }
        issues_.throw_if_any();
        find_levels();
        issues_.throw_if_any();
        for (QuantityIndex const i : analysis_.order) {
            find_stage(i);
        }
        StageFinder const finder(scenario_, analysis_);
        for (QuantityIndex const i : analysis_.order) {
            guarded(i, [&](Quantity const& q) { finder.check_previous(q.formula); });
        }
        for (auto const& path : scenario_.paths) {
            check_inputs(path);
        }
        issues_.throw_if_any();
        return std::move(analysis_);
    }

  private:
    enum class Mark { fresh, open, done };

    /// A quantity whose reads are being visited. An explicit stack of these, for chains
    /// of thousands of formulas.
    struct Frame {
        QuantityIndex quantity;
        std::vector<Expression const*> reads;
        std::size_t next = 0;
    };

    Scenario const& scenario_;
    std::vector<Mark> mark_;
    std::vector<Frame> trail_;
    std::set<QuantityIndex> refused_;
    Analysis analysis_;
    text::IssueList issues_;

    template <class Function>
    void for_each_read(Expression const& node, Function const& function) const {
        if (node.op == Op::previous) {
            return;
        }
        if (node.op == Op::name) {
            function(node);
        }
        for (auto const& argument : node.arguments) {
            for_each_read(argument, function);
        }
    }

    void open(QuantityIndex i) {
        mark_[i] = Mark::open;
        Frame frame{i, {}};
        for_each_read(scenario_.quantities[i].formula,
                      [&](Expression const& node) { frame.reads.push_back(&node); });
        trail_.push_back(std::move(frame));
    }

    void visit(QuantityIndex first) {
        if (mark_[first] != Mark::fresh) {
            return;
        }
        open(first);
        while (!trail_.empty()) {
            Frame& frame = trail_.back();
            if (frame.next == frame.reads.size()) {
                mark_[frame.quantity] = Mark::done;
                analysis_.order.push_back(frame.quantity);
                trail_.pop_back();
                continue;
            }
            Expression const& node = *frame.reads[frame.next++];
            auto const found = analysis_.names.find(node.name);
            if (found == analysis_.names.end() || mark_[found->second] == Mark::done) {
                continue;
            }
            if (mark_[found->second] == Mark::open) {
                report_cycle(scenario_.quantities[frame.quantity], node, found->second);
            } else {
                open(found->second);
            }
        }
    }

    void
    report_cycle(Quantity const& quantity, Expression const& node, QuantityIndex to) {
        std::vector<std::string> cycle;
        auto const begin =
            std::find_if(trail_.begin(), trail_.end(), [&](Frame const& frame) {
                return frame.quantity == to;
            });
        for (auto it = begin; it != trail_.end(); ++it) {
            cycle.push_back(scenario_.quantities[it->quantity].name);
        }
        if (cycle.size() > longest_cycle) {  // the two ends say where it is
            auto const half = static_cast<std::ptrdiff_t>(longest_cycle / 2);
            cycle.erase(cycle.begin() + half, cycle.end() - half);
            cycle.insert(cycle.begin() + half, "...");
        }
        cycle.push_back(node.name);
        issues_.add(formula_issue(
            quantity,
            {node.offset,
             node.length,
             fmt::format("formulas depend on each other: {}", fmt::join(cycle, " -> ")),
             {},
             fmt::format("break the cycle with previous({})", node.name)}));
    }

    /// Levels below a node, what it reads included; of `levels` by quantity.
    int levels_of(Expression const& node, std::vector<int> const& levels) const {
        if (node.op == Op::previous) {
            return 1;
        }
        int below = 0;
        if (node.op == Op::name) {
            auto const found = analysis_.names.find(node.name);
            below = found == analysis_.names.end() ? 0 : levels[found->second];
        }
        for (auto const& argument : node.arguments) {
            below = std::max(below, levels_of(argument, levels));
        }
        return below + 1;
    }

    /// Refuses a formula that stands on others too deeply. Precondition: no cycles.
    void find_levels() {
        std::vector<int> levels(scenario_.quantities.size(), 0);
        for (QuantityIndex const i : analysis_.order) {
            auto const& quantity = scenario_.quantities[i];
            levels[i] = levels_of(quantity.formula, levels) + 1;
            if (levels[i] > most_levels) {
                issues_.add(formula_issue(
                    quantity,
                    {0,
                     quantity.formula_text.size(),
                     "this formula stands on too long a chain of others",
                     fmt::format("at most {} operations lie inside each other",
                                 most_levels),
                     "break the chain with previous(...), or shorten it"}));
                return;
            }
        }
    }

    /// Turns a FormulaError into an issue, once for each quantity.
    template <class Function>
    void guarded(QuantityIndex i, Function const& function) {
        auto const& quantity = scenario_.quantities[i];
        if (quantity.kind != QuantityKind::formula || refused_.contains(i)) {
            return;
        }
        try {
            function(quantity);
        } catch (FormulaError const& error) {
            issues_.add(formula_issue(quantity, error));
            refused_.insert(i);
        }
    }

    void find_stage(QuantityIndex i) {
        if (scenario_.quantities[i].kind == QuantityKind::series) {
            analysis_.stage[i] = Stage::series;
        }
        guarded(i, [&](Quantity const& quantity) {
            StageFinder const finder(scenario_, analysis_);
            auto const found = finder.visit(quantity.formula);
            analysis_.stage[i] = found.stage;
            analysis_.has_memory[i] = found.has_memory;
        });
    }

    /// The first node below a quantity, with the quantity it stands in, that makes it
    /// late.
    std::optional<std::pair<QuantityIndex, Expression const*>>
    find_late(QuantityIndex i, Stage late) const {
        std::optional<std::pair<QuantityIndex, Expression const*>> found;
        for_each_read(scenario_.quantities[i].formula, [&](Expression const& node) {
            if (found) {
                return;
            }
            auto const other = analysis_.names.find(node.name);
            if (other == analysis_.names.end()) {
                if (late == Stage::after_paths
                    && find_path_metric(scenario_, node.name)) {
                    found = std::pair(i, &node);
                }
            } else if (analysis_.stage[other->second] == late) {
                found = find_late(other->second, late);
            }
        });
        if (!found && late == Stage::result) {
            found = std::pair(i, &scenario_.quantities[i].formula);
        }
        return found;
    }

    void check_inputs(Path const& path) {
        for (auto const& input : inputs_of(path)) {
            if (!input.quantity || refused_.contains(*input.quantity)) {
                continue;
            }
            Stage const stage = analysis_.stage[*input.quantity];
            if (stage != Stage::after_paths && stage != Stage::result) {
                continue;
            }
            auto const late = find_late(*input.quantity, stage);
            if (!late || !refused_.insert(late->first).second) {
                continue;
            }
            report_late_input(path, *input.quantity, stage, *late);
        }
    }

    void report_late_input(Path const& path,
                           QuantityIndex input,
                           Stage stage,
                           std::pair<QuantityIndex, Expression const*> const& late) {
        Expression const& node = *late.second;
        FormulaError error{node.offset, node.length, {}, {}, {}};
        std::string const user = late.first == input
                                     ? fmt::format("path \"{}\"", path.name)
                                     : fmt::format("path \"{}\" (through \"{}\")",
                                                   path.name,
                                                   scenario_.quantities[input].name);
        if (stage == Stage::after_paths) {
            error.problem =
                fmt::format("{} cannot use this month's {}", user, node.name);
            error.reason = "it is known only after the path's step";
            error.suggestion = fmt::format("use last month's: previous({})", node.name);
        } else {
            error.problem = fmt::format("{} cannot use this", user);
            error.reason = "it is known only at the end of a run";
        }
        issues_.add(formula_issue(scenario_.quantities[late.first], error));
    }
};

}  // namespace

Analysis analyse(Scenario const& scenario) {
    return Analyser(scenario).run();
}

Stage stage_of(Expression const& expression,
               Scenario const& scenario,
               Analysis const& analysis) {
    return StageFinder(scenario, analysis).visit(expression).stage;
}

}  // namespace leadtime::estimator
