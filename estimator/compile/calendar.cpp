// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/plan_builder.hpp"

#include <cmath>
#include <utility>

namespace leadtime::estimator::detail {

using kernels::Code;
using kernels::Instruction;

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
    // What leaves single precision is computed step by step, so that it shows.
    if (!value || !(std::abs(value->slope) > 1e-30 && std::abs(value->slope) < 1e30)
        || !(std::abs(value->shift / value->slope) < 1e30)) {
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

}  // namespace leadtime::estimator::detail
