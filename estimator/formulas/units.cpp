// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/units.hpp"

#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

Dimension time_dimension() {
    return Dimension{{{"month", 1.0}}};
}

[[noreturn]] void fail(Expression const& at,
                       std::string problem,
                       std::string reason = {},
                       std::string suggestion = {}) {
    throw FormulaError{at.offset,
                       at.length,
                       std::move(problem),
                       std::move(reason),
                       std::move(suggestion)};
}

/// The value of an expression of plain numbers, for exponents.
std::optional<double> constant(Expression const& node) {
    std::vector<double> values;
    for (auto const& argument : node.arguments) {
        auto const value = constant(argument);
        if (!value) {
            return std::nullopt;
        }
        values.push_back(*value);
    }
    switch (node.op) {
    case Op::number:
        return node.name.empty() ? std::optional(node.number) : std::nullopt;
    case Op::neg:
        return -values[0];
    case Op::add:
        return values[0] + values[1];
    case Op::sub:
        return values[0] - values[1];
    case Op::mul:
        return values[0] * values[1];
    case Op::div:
        return values[0] / values[1];
    default:
        return std::nullopt;
    }
}

bool is_twelve(Expression const& node) {
    return node.op == Op::number && node.name.empty() && node.number == 12.0;
}

/// Walks a formula from the leaves to its root.
class Inference {
  public:
    Inference(DimensionOfName const& dimension_of_name,
              std::vector<FormulaRemark>* remarks)
        : dimension_of_name_(dimension_of_name)
        , remarks_(remarks) {}

    FormulaDimension visit(Expression const& node) const {
        using kernels::UnitRule;
        switch (kernels::operation_of(node.op).unit) {
        case UnitRule::number:
            if (!node.name.empty()) {
                return plain(time_dimension());
            }
            return {{}, true, node.number == 0.0};
        case UnitRule::name:
            return visit_name(node);
        case UnitRule::same:
            return visit(node.arguments[0]);
        case UnitRule::pair: {
            auto result = visit_pair(node);
            result.is_zero = false;
            return result;
        }
        case UnitRule::comparison:
            visit_pair(node);
            return plain({});
        case UnitRule::product:
        case UnitRule::quotient:
            return visit_product(node);
        case UnitRule::power:
            return visit_power(node);
        case UnitRule::condition:
            for (auto const& argument : node.arguments) {
                require_condition(argument);
            }
            return plain({});
        case UnitRule::transcendental:
            return visit_transcendental(node);
        case UnitRule::root: {
            auto const x = visit(node.arguments[0]);
            return {power(x.dimension, 0.5), x.is_literal, x.is_zero};
        }
        case UnitRule::clip: {
            auto result = visit(node.arguments[0]);
            for (std::size_t i = 1; i < 3; ++i) {
                result = merge(node, result, node.arguments[i]);
            }
            return result;
        }
        case UnitRule::choose:
            require_condition(node.arguments[0]);
            return merge(node, visit(node.arguments[1]), node.arguments[2]);
        case UnitRule::first:
            return plain(visit(node.arguments[0]).dimension);
        case UnitRule::time_integral:
            return plain(visit(node.arguments[0]).dimension * time_dimension());
        case UnitRule::accumulate:
            require_plain(node.arguments[1], "the second argument of accumulate");
            return plain(visit(node.arguments[0]).dimension);
        case UnitRule::delay:
            require_time(node.arguments[1], "a delay must be a time");
            return plain(visit(node.arguments[0]).dimension);
        case UnitRule::since:
            require_time(node.arguments[0], "since needs a date");
            return plain({});
        case UnitRule::checked_by_key:
            return plain({});
        case UnitRule::crossing:
            visit_pair(node);
            return plain(time_dimension());
        }
        return {};
    }

  private:
    DimensionOfName const& dimension_of_name_;
    std::vector<FormulaRemark>* remarks_;

    static FormulaDimension plain(Dimension dimension) {
        return {std::move(dimension), false, false};
    }

    FormulaDimension visit_name(Expression const& node) const {
        if (node.name == "month") {
            return plain(time_dimension());
        }
        if (node.name == "year") {
            return plain({});
        }
        return plain(dimension_of_name_(node));
    }

    /// The common dimension of two values, or nothing.
    static std::optional<FormulaDimension> unite(FormulaDimension const& a,
                                                 FormulaDimension const& b) {
        if (a.is_zero && a.is_literal) {
            return b;
        }
        if (b.is_zero && b.is_literal) {
            return a;
        }
        if (a.dimension == b.dimension) {
            return FormulaDimension{a.dimension, a.is_literal && b.is_literal, false};
        }
        if (a.is_literal && b.dimension.is_time()) {
            return b;
        }
        if (b.is_literal && a.dimension.is_time()) {
            return a;
        }
        return std::nullopt;
    }

    FormulaDimension merge(Expression const& node,
                           FormulaDimension const& left,
                           Expression const& right) const {
        auto const other = visit(right);
        auto const united = unite(left, other);
        if (united) {
            return *united;
        }
        fail_mismatch(node, right, left, other);
    }

    [[noreturn]] static void fail_mismatch(Expression const& node,
                                           Expression const& right,
                                           FormulaDimension const& left,
                                           FormulaDimension const& other) {
        auto const a = describe_for_people(left.dimension);
        auto const b = describe_for_people(other.dimension);
        std::string suggestion;
        if (left.is_literal || other.is_literal) {
            suggestion = fmt::format("make the number a quantity with unit = \"{}\"",
                                     left.is_literal ? b : a);
        }
        std::string problem = fmt::format("cannot compare {} with {}", a, b);
        std::string reason = "both sides must have the same unit";
        switch (node.op) {
        case Op::add:
            problem = fmt::format("cannot add {} to {}", b, a);
            reason = "both sides of \"+\" must have the same unit";
            break;
        case Op::sub:
            problem = fmt::format("cannot subtract {} from {}", b, a);
            reason = "both sides of \"-\" must have the same unit";
            break;
        case Op::min:
        case Op::max:
            problem = fmt::format("cannot take the {} of {} and {}",
                                  kernels::operation_of(node.op).name,
                                  a,
                                  b);
            reason = "all arguments must have the same unit";
            break;
        case Op::clip:
            problem = fmt::format("cannot clip {} by {}", a, b);
            reason = "all arguments must have the same unit";
            break;
        case Op::if_:
            problem = fmt::format("\"if\" gives {} or {}", a, b);
            reason = "both branches must have the same unit";
            break;
        case Op::crossing:
            problem = fmt::format("{} cannot cross a threshold in {}", a, b);
            reason = "both arguments must have the same unit";
            break;
        default:
            break;
        }
        fail(right, problem, reason, suggestion);
    }

    /// The common dimension of both arguments.
    FormulaDimension visit_pair(Expression const& node) const {
        return merge(node, visit(node.arguments[0]), node.arguments[1]);
    }

    FormulaDimension visit_product(Expression const& node) const {
        auto const left = visit(node.arguments[0]);
        auto const right = visit(node.arguments[1]);
        bool const divides = node.op == Op::div;
        remark_on_twelve(node.arguments[1], left);
        if (!divides) {
            remark_on_twelve(node.arguments[0], right);
        }
        return {divides ? left.dimension / right.dimension
                        : left.dimension * right.dimension,
                left.is_literal && right.is_literal,
                left.is_zero && left.is_literal && right.is_literal};
    }

    void remark_on_twelve(Expression const& number,
                          FormulaDimension const& other) const {
        if (remarks_ == nullptr || !is_twelve(number) || other.is_literal) {
            return;
        }
        if (!other.dimension.exponents.contains("month")) {
            return;
        }
        remarks_->push_back({number.offset,
                             number.length,
                             fmt::format("the other side of this 12 is in {}",
                                         describe(other.dimension)),
                             "units are converted already: years need no factor 12"});
    }

    FormulaDimension visit_power(Expression const& node) const {
        auto const base = visit(node.arguments[0]);
        auto const& exponent = node.arguments[1];
        auto const shape = visit(exponent);
        if (!shape.dimension.is_dimensionless()) {
            fail(exponent,
                 fmt::format("an exponent cannot be in {}", describe(shape.dimension)),
                 {},
                 hint_for_time(shape.dimension));
        }
        if (base.dimension.is_dimensionless()) {
            return {{}, base.is_literal && shape.is_literal, false};
        }
        auto const value = constant(exponent);
        if (!value || !std::isfinite(*value)) {
            fail(exponent,
                 fmt::format("the exponent of {} must be a plain number",
                             describe(base.dimension)),
                 "otherwise the result has no unit");
        }
        return plain(power(base.dimension, *value));
    }

    static std::string hint_for_time(Dimension const& dimension) {
        return dimension.is_time()
                   ? "divide by a quantity in months, or use year (a plain number)"
                   : "";
    }

    FormulaDimension visit_transcendental(Expression const& node) const {
        auto const& argument = node.arguments[0];
        auto const x = visit(argument);
        if (!x.dimension.is_dimensionless()) {
            fail(argument,
                 fmt::format("cannot take {} of {}",
                             kernels::operation_of(node.op).name,
                             describe(x.dimension)),
                 "it needs a plain number",
                 hint_for_time(x.dimension));
        }
        return {{}, x.is_literal, false};
    }

    void require_plain(Expression const& node, char const* what) const {
        auto const x = visit(node);
        if (!x.dimension.is_dimensionless()) {
            fail(node,
                 fmt::format(
                     "{} must be a plain number, not {}", what, describe(x.dimension)));
        }
    }

    void require_condition(Expression const& node) const {
        auto const x = visit(node);
        if (!x.dimension.is_dimensionless()) {
            fail(node,
                 fmt::format("a condition cannot be in {}", describe(x.dimension)),
                 {},
                 "compare it with something");
        }
    }

    void require_time(Expression const& node, char const* what) const {
        auto const x = visit(node);
        if (!x.is_literal && !x.dimension.is_time()) {
            fail(node,
                 fmt::format("{}, not {}", what, describe_for_people(x.dimension)),
                 {},
                 x.dimension.is_dimensionless() ? "give the quantity unit = \"month\""
                                                : "");
        }
    }
};

}  // namespace

FormulaDimension infer_dimension(Expression const& formula,
                                 DimensionOfName const& dimension_of_name,
                                 std::vector<FormulaRemark>* remarks) {
    return Inference(dimension_of_name, remarks).visit(formula);
}

std::string describe_for_people(Dimension const& dimension) {
    return dimension.is_dimensionless() ? "a plain number" : describe(dimension);
}

}  // namespace leadtime::estimator
