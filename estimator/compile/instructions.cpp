// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan_builder.hpp"

#include <cmath>
#include <stdexcept>

namespace leadtime::estimator::detail {

using kernels::Code;
using kernels::Instruction;

Code code_of(Op op) {
    auto const& operation = kernels::operation_of(op);
    if (!operation.code) {
        throw std::logic_error("not an operation that becomes one instruction");
    }
    return *operation.code;
}

FormulaCompiler::FormulaCompiler(Scenario const& scenario,
                                 Analysis const& analysis,
                                 Plan& plan,
                                 RowAllocator& rows,
                                 DrawCompiler& draws,
                                 MetricRows& metrics)
    : scenario_(scenario)
    , analysis_(analysis)
    , plan_(plan)
    , rows_(rows)
    , draws_(draws)
    , metrics_(metrics) {}

void FormulaCompiler::finish() {
    // Compiling what one previous() keeps may meet another.
    for (std::size_t i = 0; i < saves_.size(); ++i) {
        Instruction save;
        save.code = Code::save;
        save.state = saves_[i].first;
        save.a = lower(*saves_[i].second, {});
        plan_.end_of_step.push_back(save);
    }
}

std::vector<Instruction>& FormulaCompiler::program(Stage stage) {
    switch (stage) {
    case Stage::scalar:
        return plan_.prologue;
    case Stage::series:
        return plan_.step;
    case Stage::after_paths:
        return plan_.after_paths;
    case Stage::result:
        return plan_.epilogue;
    }
    throw std::logic_error("unknown stage");
}

Stage FormulaCompiler::stage(Expression const& node, Context const& context) const {
    return context.fixed_month ? Stage::scalar : stage_of(node, scenario_, analysis_);
}

std::optional<int> FormulaCompiler::fold(Code code, int a, int b, int c) {
    auto const x = rows_.constant_in(a);
    auto const y = rows_.constant_in(b);
    static_cast<void>(c);
    if (!x || !y) {
        return std::nullopt;
    }
    double value = 0.0;
    switch (code) {
    case Code::negate:
        value = -*x;
        break;
    case Code::add:
        value = *x + *y;
        break;
    case Code::subtract:
        value = *x - *y;
        break;
    case Code::multiply:
        value = *x * *y;
        break;
    case Code::divide:
        value = *x / *y;
        break;
    default:
        return std::nullopt;
    }
    // What is no finite float is left to the run, which says where it comes from.
    if (!std::isfinite(static_cast<float>(value))) {
        return std::nullopt;
    }
    return rows_.constant(value);
}

int FormulaCompiler::emit(Stage stage, Instruction instruction) {
    if (auto const folded =
            fold(instruction.code, instruction.a, instruction.b, instruction.c)) {
        return *folded;
    }
    auto const key = std::make_tuple(stage,
                                     instruction.code,
                                     instruction.a,
                                     instruction.b,
                                     instruction.c,
                                     instruction.parameter);
    auto const known = known_.find(key);
    if (known != known_.end()) {
        return known->second;
    }
    instruction.out = rows_.allocate();
    program(stage).push_back(instruction);
    known_[key] = instruction.out;
    return instruction.out;
}

int FormulaCompiler::emit_stateful(Stage stage, Instruction instruction) {
    instruction.out = rows_.allocate();
    program(stage).push_back(instruction);
    return instruction.out;
}

int FormulaCompiler::lower(Expression const& node, Context const& context) {
    switch (node.op) {
    case Op::number:
        return rows_.constant(node.number);
    case Op::name:
        return lower_name(node, context);
    case Op::regime:
        return lower_regime(node);
    case Op::since:
        return lower_since(node, context);
    case Op::pow:
        return lower_power(node, stage(node, context), context);
    default:
        break;
    }
    switch (kernels::operation_of(node.op).memory) {
    case kernels::Memory::lookup:
        return lower_at(node, context);
    case kernels::Memory::kept:
    case kernels::Memory::result:
        return lower_over_time(node, context);
    case kernels::Memory::none:
        break;
    }
    if (auto const row = lower_affine(node, context)) {
        return *row;
    }
    std::vector<int> arguments;
    for (Expression const& argument : node.arguments) {
        arguments.push_back(lower(argument, context));
    }
    Stage const when = stage(node, context);
    Instruction instruction;
    instruction.code = code_of(node.op);
    instruction.a = arguments.at(0);
    instruction.b = arguments.size() > 1 ? arguments[1] : instruction.a;
    instruction.c = arguments.size() > 2 ? arguments[2] : instruction.a;
    if (node.op == Op::min || node.op == Op::max) {
        int result = emit(when, instruction);
        for (std::size_t i = 2; i < arguments.size(); ++i) {
            instruction.a = result;
            instruction.b = arguments[i];
            instruction.c = result;
            result = emit(when, instruction);
        }
        return result;
    }
    return emit(when, instruction);
}

int FormulaCompiler::lower_power(Expression const& node,
                                 Stage when,
                                 Context const& context) {
    int const base = lower(node.arguments.at(0), context);
    int const exponent = lower(node.arguments.at(1), context);
    auto const fixed = rows_.constant_in(exponent);
    // Small whole powers by multiplication: exact signs, fewer roundings.
    if (fixed && std::floor(*fixed) == *fixed && std::abs(*fixed) <= 16.0) {
        int const n = static_cast<int>(std::abs(*fixed));
        if (n == 0 && !rows_.constant_in(base)) {  // 1, but of a number only
            return emit(when, {Code::power, 0, base, exponent, exponent, 0, 0});
        }
        int result = rows_.constant(1.0);
        for (int i = 0; i < n; ++i) {
            result = i == 0 ? base
                            : emit(when, {Code::multiply, 0, result, base, base, 0, 0});
        }
        if (*fixed < 0.0) {
            result = emit(when,
                          {Code::divide, 0, rows_.constant(1.0), result, result, 0, 0});
        }
        return result;
    }
    return emit(when, {Code::power, 0, base, exponent, exponent, 0, 0});
}

int FormulaCompiler::lower_name(Expression const& node, Context const& context) {
    if (node.name == "month") {
        return context.fixed_month ? rows_.constant(*context.fixed_month)
                                   : plan_.month_row;
    }
    if (node.name == "year") {
        return context.fixed_month ? rows_.constant(
                   (scenario_.start_month + *context.fixed_month) / 12.0)
                                   : plan_.year_row;
    }
    // A value written at a path's key is a quantity whose name looks like a metric's.
    if (auto const found = analysis_.names.find(node.name);
        found != analysis_.names.end()) {
        return lower_quantity(found->second, context);
    }
    if (find_path_metric(scenario_, node.name)) {
        return metric_row(node.name);
    }
    throw std::logic_error("unknown quantity " + node.name);
}

int FormulaCompiler::metric_row(std::string const& name) {
    auto const metric = find_path_metric(scenario_, name);
    if (metric->metric == "lag" || metric->metric == lag_metric) {
        plan_.paths[metric->path].needs_lag_so_far = true;
        return metrics_.rows.at("path." + scenario_.paths[metric->path].name + "."
                                + std::string(lag_metric));
    }
    return metrics_.rows.at(name);
}

int FormulaCompiler::lower_quantity(QuantityIndex index, Context const& context) {
    Quantity const& quantity = scenario_.quantities[index];
    bool const is_scalar = analysis_.stage[index] == Stage::scalar;
    if (context.fixed_month && !is_scalar) {
        auto const key = std::make_pair(index, *context.fixed_month);
        auto const known = fixed_quantities_.find(key);
        if (known != fixed_quantities_.end()) {
            return known->second;
        }
        int const row = quantity.kind == QuantityKind::formula
                            ? lower(quantity.formula, context)
                            : series_instruction(index, context);
        plan_.quantity_rows.push_back({index, row, context.fixed_month});
        fixed_quantities_[key] = row;
        return row;
    }
    auto const known = rows_of_quantities_.find(index);
    if (known != rows_of_quantities_.end()) {
        return known->second;
    }
    int row = 0;
    switch (quantity.kind) {
    case QuantityKind::distribution:
        row = draws_.compile_scalar(index);
        break;
    case QuantityKind::series:
        row = series_instruction(index, {});
        break;
    case QuantityKind::formula:
        row = lower(quantity.formula, {});
        break;
    }
    plan_.quantity_rows.push_back({index, row, std::nullopt});
    rows_of_quantities_[index] = row;
    return row;
}

}  // namespace leadtime::estimator::detail
