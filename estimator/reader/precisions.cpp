// SPDX-License-Identifier: Apache-2.0
// What single precision cannot hold: constants of formulas that have no value are
// errors, digits that are lost are notes.
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/reader/checks.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

constexpr double largest = std::numeric_limits<float>::max();
constexpr double smallest = std::numeric_limits<float>::min();

/// Values of an expression's parts that name nothing; reports those without a value.
class ConstantChecker {
  public:
    ConstantChecker(ReaderState& state, Quantity const& quantity)
        : state_(state)
        , quantity_(quantity) {}

    /// The value where the node is constant; nullopt too where it was reported.
    std::optional<double> visit(Expression const& node) {
        if (node.op == Op::number) {
            return node.number;
        }
        std::vector<double> values;
        for (Expression const& argument : node.arguments) {
            auto const value = visit(argument);
            if (value) {
                values.push_back(*value);
            }
            if (node.op == Op::div && &argument == &node.arguments.back()
                && value == 0.0) {
                report(node, "divides by 0", "the divisor is 0 in every sample");
                return std::nullopt;
            }
        }
        if (node.arguments.empty() || values.size() < node.arguments.size()) {
            return std::nullopt;
        }
        auto const result = compute(node.op, values);
        return result && is_sound(node, *result) ? result : std::nullopt;
    }

  private:
    static std::optional<double> compute(Op op, std::vector<double> const& x) {
        switch (op) {
        case Op::neg:
            return -x[0];
        case Op::add:
            return x[0] + x[1];
        case Op::sub:
            return x[0] - x[1];
        case Op::mul:
            return x[0] * x[1];
        case Op::div:
            return x[0] / x[1];
        case Op::pow:
            return portable::pow(x[0], x[1]);
        case Op::min:
            return std::min(x[0], x[1]);
        case Op::max:
            return std::max(x[0], x[1]);
        case Op::exp:
            return portable::exp(x[0]);
        case Op::log:
            return portable::log(x[0]);
        case Op::log10:
            return portable::log10(x[0]);
        case Op::sqrt:
            return std::sqrt(x[0]);
        case Op::abs:
            return std::abs(x[0]);
        case Op::clip:
            return std::min(std::max(x[0], x[1]), x[2]);
        default:
            return std::nullopt;
        }
    }

    bool is_sound(Expression const& node, double value) {
        if (std::isnan(value)) {
            report(node, "is not a number", "");
        } else if (std::abs(value) > largest) {
            report(
                node, "is too large to compute with", "numbers above 3.4e38 overflow");
        } else if (value != 0.0 && std::abs(value) < smallest) {
            report(node,
                   "is too small to compute with",
                   "numbers below 1.2e-38 count as 0");
        } else {
            return true;
        }
        return false;
    }

    void report(Expression const& node, char const* problem, char const* reason) {
        auto const text = quantity_.formula_text.substr(
            std::min(node.offset, quantity_.formula_text.size()), node.length);
        state_.issues.add(formula_issue(quantity_,
                                        {node.offset,
                                         node.length,
                                         fmt::format("\"{}\" {}", text, problem),
                                         reason,
                                         {}}));
    }

    ReaderState& state_;
    Quantity const& quantity_;
};

/// What a whole number becomes in samples, where that shows in its digits.
std::optional<double> as_rounded(double value, double scale) {
    if (std::floor(value) != value || std::abs(value) <= 16777216.0) {  // 2^24
        return std::nullopt;
    }
    double const rounded =
        static_cast<double>(static_cast<float>(value * scale)) / scale;
    for (int places = 0; places < 17; ++places) {  // enough for every double
        std::string const text = fmt::format("{:.{}e}", value, places);
        if (std::stod(text) == value) {  // all digits that it has
            return text == fmt::format("{:.{}e}", rounded, places)
                       ? std::nullopt
                       : std::optional(rounded);
        }
    }
    return std::nullopt;
}

std::string whole_number(double value) {
    return std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                  : fmt::format("{}", value);
}

std::string lost_digits(double value, double rounded) {
    return fmt::format("{} becomes {} in single precision",
                       whole_number(value),
                       whole_number(std::round(rounded)));
}

/// What single precision loses of a distribution; empty where it loses nothing.
std::string loss_of(Distribution const& value, double scale) {
    std::vector<double> atoms = value.model().atoms();
    if (value.is_fixed()) {
        atoms = {value.quantile(0.5)};
    }
    for (double const atom : atoms) {
        if (auto const rounded = as_rounded(atom, scale)) {
            return lost_digits(atom, *rounded);
        }
    }
    double const low = value.quantile(0.05);
    double const high = value.quantile(0.95);
    double const size = std::max(std::abs(low), std::abs(high));
    double const spread = high - low;
    constexpr double least_share = 64.0 / 16777216.0;  // of 24-bit numbers
    if (!(spread > 0.0) || spread >= least_share * size) {
        return {};
    }
    double const step = std::ldexp(1.0, std::ilogb(size) - 23);
    return fmt::format("its 5 % and 95 % points, {} apart, are {} of single precision "
                       "apart; draw the difference from a fixed value instead",
                       format_number(spread),
                       spread < step ? "less than one step"
                                     : fmt::format("{:.0f} steps", spread / step));
}

std::string loss_in(Expression const& node) {
    if (node.op == Op::number) {
        auto const rounded = as_rounded(node.number, 1.0);
        return rounded ? lost_digits(node.number, *rounded) : "";
    }
    for (Expression const& argument : node.arguments) {
        std::string text = loss_in(argument);
        if (!text.empty()) {
            return text;
        }
    }
    return {};
}

std::string loss_of(Quantity const& quantity) {
    switch (quantity.kind) {
    case QuantityKind::formula:
        return loss_in(quantity.formula);
    case QuantityKind::distribution:
        return loss_of(quantity.value, quantity.unit.scale);
    case QuantityKind::series:
        break;
    }
    for (Knot const& knot : quantity.knots) {
        std::string text = loss_of(knot.value, quantity.unit.scale);
        if (!text.empty() || quantity.is_noise) {
            return text;
        }
    }
    return {};
}

}  // namespace

void check_constants(ReaderState& state) {
    for (QuantityIndex i = 0; i < state.scenario.quantities.size(); ++i) {
        Quantity const& quantity = state.scenario.quantities[i];
        if (quantity.kind == QuantityKind::formula && !state.broken.contains(i)
            && !quantity.formula_text.empty()) {
            ConstantChecker(state, quantity).visit(quantity.formula);
        }
    }
}

void note_lost_digits(ReaderState& state) {
    for (Quantity const& quantity : state.scenario.quantities) {
        std::string const text = loss_of(quantity);
        if (!text.empty()) {
            state.scenario.notes.push_back(fmt::format("{}:{}:{}: \"{}\": {}",
                                                       quantity.place.file,
                                                       quantity.place.line,
                                                       quantity.place.column,
                                                       quantity.name,
                                                       text));
        }
    }
}

}  // namespace leadtime::estimator::detail
