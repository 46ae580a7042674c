// SPDX-License-Identifier: Apache-2.0
#include "estimator/detail/plan_builder.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace leadtime::estimator::detail {

using kernels::Code;
using kernels::Instruction;

namespace {

/// The code of an operation without memory.
Code code_of(Op op) {
    switch (op) {
    case Op::neg:
        return Code::negate;
    case Op::add:
        return Code::add;
    case Op::sub:
        return Code::subtract;
    case Op::mul:
        return Code::multiply;
    case Op::div:
        return Code::divide;
    case Op::pow:
        return Code::power;
    case Op::less:
        return Code::less;
    case Op::less_equal:
        return Code::less_equal;
    case Op::greater:
        return Code::greater;
    case Op::greater_equal:
        return Code::greater_equal;
    case Op::equal:
        return Code::equal;
    case Op::not_equal:
        return Code::not_equal;
    case Op::logical_and:
        return Code::logical_and;
    case Op::logical_or:
        return Code::logical_or;
    case Op::logical_not:
        return Code::logical_not;
    case Op::min:
        return Code::minimum;
    case Op::max:
        return Code::maximum;
    case Op::exp:
        return Code::exponential;
    case Op::log:
        return Code::logarithm;
    case Op::log10:
        return Code::logarithm10;
    case Op::sqrt:
        return Code::square_root;
    case Op::abs:
        return Code::absolute;
    case Op::clip:
        return Code::clip;
    case Op::if_:
        return Code::choose;
    default:
        throw std::logic_error("not an operation without memory");
    }
}

}  // namespace

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
    switch (code) {
    case Code::negate:
        return rows_.constant(-*x);
    case Code::add:
        return rows_.constant(*x + *y);
    case Code::subtract:
        return rows_.constant(*x - *y);
    case Code::multiply:
        return rows_.constant(*x * *y);
    case Code::divide:
        return rows_.constant(*x / *y);
    default:
        return std::nullopt;
    }
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
    case Op::at:
        return lower_at(node, context);
    case Op::cumsum:
    case Op::integral:
    case Op::accumulate:
    case Op::delay:
    case Op::crossing:
    case Op::previous:
        return lower_over_time(node, context);
    case Op::pow:
        return lower_power(node, stage(node, context), context);
    default:
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

std::optional<FormulaCompiler::Affine>
FormulaCompiler::as_affine(Expression const& node) const {
    auto const argument = [&](std::size_t i) {
        return as_affine(node.arguments.at(i));
    };
    switch (node.op) {
    case Op::number:
        return Affine{0.0, node.number};
    case Op::name:
        if (node.name == "month") {
            return Affine{1.0, 0.0};
        }
        if (node.name == "year") {
            return Affine{1.0 / 12.0, scenario_.start_month / 12.0};
        }
        return std::nullopt;
    case Op::neg:
        if (auto const a = argument(0)) {
            return Affine{-a->slope, -a->shift};
        }
        return std::nullopt;
    case Op::add:
    case Op::sub:
    case Op::mul:
    case Op::div:
        break;
    default:
        return std::nullopt;
    }
    auto const a = argument(0);
    auto const b = argument(1);
    if (!a || !b) {
        return std::nullopt;
    }
    switch (node.op) {
    case Op::add:
        return Affine{a->slope + b->slope, a->shift + b->shift};
    case Op::sub:
        return Affine{a->slope - b->slope, a->shift - b->shift};
    case Op::mul:
        if (a->slope != 0.0 && b->slope != 0.0) {
            return std::nullopt;
        }
        return Affine{a->slope * b->shift + b->slope * a->shift, a->shift * b->shift};
    default:
        if (b->slope != 0.0 || b->shift == 0.0) {
            return std::nullopt;
        }
        return Affine{a->slope / b->shift, a->shift / b->shift};
    }
}

/// Calendar arithmetic in double, at compile time: a year such as 2027.25 has only 13
/// bits left for the month in single precision, its distance from another date has them
/// all.
std::optional<int> FormulaCompiler::lower_affine(Expression const& node,
                                                 Context const& context) {
    bool const compares = node.op == Op::less || node.op == Op::less_equal
                          || node.op == Op::greater || node.op == Op::greater_equal;
    bool const computes = node.op == Op::add || node.op == Op::sub || node.op == Op::mul
                          || node.op == Op::div || node.op == Op::neg;
    if (context.fixed_month || (!compares && !computes)) {
        return std::nullopt;
    }
    std::optional<Affine> value;
    if (computes) {
        value = as_affine(node);
    } else {
        auto const left = as_affine(node.arguments.at(0));
        auto const right = as_affine(node.arguments.at(1));
        if (left && right) {
            value = Affine{left->slope - right->slope, left->shift - right->shift};
        }
    }
    if (!value || value->slope == 0.0) {
        return std::nullopt;
    }
    // month + shift/slope is exact for whole months, so comparisons decide as on paper.
    double const months = std::round(value->shift / value->slope * 1e9) * 1e-9;
    int const shift = rows_.constant(months);
    int const sum =
        emit(Stage::series, {Code::add, 0, plan_.month_row, shift, shift, 0, 0});
    if (compares) {
        Instruction compare{code_of(node.op), 0, sum, rows_.constant(0.0), sum, 0, 0};
        if (value->slope < 0.0) {
            std::swap(compare.a, compare.b);
        }
        return emit(Stage::series, compare);
    }
    double const divisor = 1.0 / value->slope;
    bool const whole = std::abs(divisor - std::round(divisor)) < 1e-9;
    int const factor = rows_.constant(whole ? std::round(divisor) : value->slope);
    return emit(Stage::series,
                {whole ? Code::divide : Code::multiply, 0, sum, factor, factor, 0, 0});
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
    if (find_path_metric(scenario_, node.name)) {
        return metric_row(node.name);
    }
    auto const index = scenario_.find_quantity(node.name);
    if (!index) {
        throw std::logic_error("unknown quantity " + node.name);
    }
    return lower_quantity(*index, context);
}

int FormulaCompiler::metric_row(std::string const& name) {
    auto const metric = find_path_metric(scenario_, name);
    if (metric->metric == "lag" || metric->metric == "lag_months") {
        plan_.paths[metric->path].needs_lag_so_far = true;
        return metrics_.rows.at("path." + scenario_.paths[metric->path].name
                                + ".lag_months");
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
    rows_of_quantities_[index] = row;
    return row;
}

int FormulaCompiler::series_table(QuantityIndex index,
                                  std::optional<double> fixed_month) {
    std::vector<Knot> const& knots = scenario_.quantities[index].knots;
    int const number =
        plan_.steps == 0 ? 0 : static_cast<int>(plan_.series_knot.size()) / plan_.steps;
    for (int step = 0; step < plan_.steps; ++step) {
        double const month =
            fixed_month.value_or(static_cast<double>(step * scenario_.months_per_step));
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
    capture.parameter = static_cast<int>(node.number) / scenario_.months_per_step;
    Stage const inner = stage_of(x, scenario_, analysis_);
    return emit_stateful(inner == Stage::scalar ? Stage::series : inner, capture);
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
    switch (node.op) {
    case Op::cumsum:
        instruction.code = Code::sum;
        break;
    case Op::integral:
        instruction.code = Code::integral;
        break;
    case Op::accumulate:
        instruction.code = Code::accumulate;
        break;
    case Op::delay:
        instruction.code = Code::delay;
        instruction.state = rows_.allocate(plan_.steps);
        return emit_stateful(when, instruction);
    case Op::crossing:
        instruction.code = Code::crossing;
        instruction.state = rows_.initialised(std::numeric_limits<float>::infinity());
        rows_.allocate();  // the value of the step before, right behind
        return emit_stateful(when, instruction);
    default:
        throw std::logic_error("not an operation over time");
    }
    instruction.state = rows_.allocate();
    return emit_stateful(when, instruction);
}

}  // namespace leadtime::estimator::detail
