// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan_builder.hpp"

#include <limits>
#include <stdexcept>

namespace leadtime::estimator::detail {

using kernels::Code;
using kernels::Instruction;

int FormulaCompiler::series_table(QuantityIndex index,
                                  std::optional<double> fixed_month) {
    constexpr std::size_t most_series_steps = 20'000'000;
    check_size("series, times its steps",
               plan_.series_knot.size() + static_cast<std::size_t>(plan_.steps),
               most_series_steps);
    std::vector<Knot> const& knots = scenario_.quantities[index].knots;
    int const number =
        plan_.steps == 0 ? 0 : static_cast<int>(plan_.series_knot.size()) / plan_.steps;
    for (int step = 0; step < plan_.steps; ++step) {
        double const month = fixed_month.value_or(static_cast<double>(step));
        int knot = 0;
        double weight = 0.0;
        while (knot + 1 < static_cast<int>(knots.size())
               && knots[static_cast<std::size_t>(knot) + 1].month <= month) {
            ++knot;
        }
        auto const k = static_cast<std::size_t>(knot);
        if (month > knots[k].month && k + 1 < knots.size()) {
            weight = (month - knots[k].month) / (knots[k + 1].month - knots[k].month);
        }
        plan_.series_knot.push_back(knot);
        plan_.series_weight.push_back(static_cast<float>(weight));
    }
    return number;
}

int FormulaCompiler::series_instruction(QuantityIndex index, Context const& context) {
    auto const [rows, added] = knot_rows_.try_emplace(index, 0);
    if (added) {
        rows->second = draws_.compile_knots(index);
    }
    Instruction instruction;
    switch (scenario_.quantities[index].interpolation) {
    case Interpolation::step:
        instruction.code = Code::series_step;
        break;
    case Interpolation::linear:
        instruction.code = Code::series_linear;
        break;
    case Interpolation::log:
        instruction.code = Code::series_log;
        break;
    }
    instruction.a = rows->second;
    instruction.b = instruction.a;
    instruction.c = instruction.a;
    instruction.parameter = series_table(index, context.fixed_month);
    return emit_stateful(context.fixed_month ? Stage::scalar : Stage::series,
                         instruction);
}

int FormulaCompiler::lower_at(Expression const& node, Context const& context) {
    Expression const& x = node.arguments.at(0);
    Stage const when = stage(node, context);
    if (when != Stage::result) {
        return lower(x, Context{node.number});  // no memory: evaluate in that month
    }
    Instruction capture;
    capture.code = Code::capture;
    capture.a = lower(x, {});
    capture.state = rows_.allocate();
    capture.parameter = static_cast<int>(node.number);
    Stage const inner = stage_of(x, scenario_, analysis_);
    return emit_stateful(inner == Stage::scalar ? Stage::series : inner, capture);
}

int FormulaCompiler::row_at(int metric_row, int month) {
    Instruction capture;
    capture.code = Code::capture;
    capture.a = metric_row;
    capture.state = capture.out = rows_.allocate();
    capture.parameter = month;
    program(Stage::after_paths).push_back(capture);
    return capture.out;
}

int FormulaCompiler::lower_over_time(Expression const& node, Context const& context) {
    if (context.fixed_month) {
        throw std::logic_error("a formula with memory inside at()");
    }
    Instruction instruction;
    if (node.op == Op::previous) {
        instruction.code = Code::previous;
        instruction.state = rows_.allocate();
        saves_.emplace_back(instruction.state, &node.arguments.at(0));
        return emit_stateful(Stage::series, instruction);
    }

    Stage when = Stage::series;
    for (Expression const& argument : node.arguments) {
        if (stage_of(argument, scenario_, analysis_) == Stage::after_paths) {
            when = Stage::after_paths;
        }
    }
    instruction.a = lower(node.arguments.at(0), {});
    if (node.arguments.size() > 1) {
        instruction.b = lower(node.arguments[1], {});
    }
    if (node.arguments.size() > 2) {
        instruction.c = lower(node.arguments[2], {});
    }
    instruction.code = code_of(node.op);
    switch (node.op) {
    case Op::delay:
        instruction.state = rows_.allocate(1 + plan_.steps);
        return emit_stateful(when, instruction);
    case Op::crossing:
        instruction.state = rows_.initialised(std::numeric_limits<float>::infinity());
        rows_.allocate(3);  // right behind: the values that the month is made of
        instruction.out = instruction.state;
        program(when).push_back(instruction);
        return emit_stateful(Stage::result,
                             {.code = Code::crossing_month, .a = instruction.state});
    case Op::hazard_event:
        instruction.parameter = node.number > 0.5 ? 1 : 0;
        instruction.state = rows_.initialised(std::numeric_limits<float>::infinity());
        rows_.initialised(-std::numeric_limits<float>::infinity());  // right behind
        return emit_stateful(when, instruction);
    default:
        instruction.state = rows_.allocate();
        return emit_stateful(when, instruction);
    }
}

/// Share of the month after a date, by operations without memory, so that at() works.
int FormulaCompiler::lower_since(Expression const& node, Context const& context) {
    Stage const when = stage(node, context);
    int const date = lower(node.arguments.at(0), context);
    int const length = rows_.constant(1.0);
    int const zero = rows_.constant(0.0);
    int const end =
        context.fixed_month
            ? rows_.constant(*context.fixed_month + 1.0)
            : emit(Stage::series, {Code::add, 0, plan_.month_row, length, length});
    int const after = emit(when, {Code::subtract, 0, end, date, date});
    return emit(when, {Code::clip, 0, after, zero, length});
}

/// The hazards of a chain lie in consecutive rows.
int FormulaCompiler::lower_regime(Expression const& node) {
    auto const count = static_cast<int>(node.arguments.size()) - 1;
    Instruction instruction;
    instruction.code = Code::regime;
    instruction.b = lower(node.arguments.at(0), {});
    instruction.a = rows_.allocate(count);
    while (instruction.parameter * (instruction.parameter - 1) < count) {
        ++instruction.parameter;
    }
    for (int i = 0; i < count; ++i) {
        Expression const& hazard = node.arguments[static_cast<std::size_t>(i) + 1];
        int const row = lower(hazard, {});
        int const place = instruction.a + i;
        if (auto const value = rows_.constant_in(row)) {
            plan_.constants.push_back({place, static_cast<float>(*value)});
        } else {
            program(stage_of(hazard, scenario_, analysis_))
                .push_back({Code::copy, place, row, row, row});
        }
    }
    instruction.c = instruction.b;
    instruction.state = rows_.initialised(static_cast<float>(node.number));
    return emit_stateful(stage_of(node, scenario_, analysis_), instruction);
}

}  // namespace leadtime::estimator::detail
