// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/units.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/reader/checks.hpp"
#include "estimator/scenario/dependencies.hpp"

#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

/// The dimension cannot be told because of an error reported elsewhere.
struct Unknown {};

/// Infers units through all formulas, each once.
class UnitChecker {
  public:
    explicit UnitChecker(ReaderState& state)
        : state_(state)
        , found_(state.scenario.quantities.size()) {}

    void run() {
        for (QuantityIndex i = 0; i < found_.size(); ++i) {
            infer(i);
        }
    }

  private:
    ReaderState& state_;
    std::vector<std::optional<FormulaDimension>> found_;
    std::set<QuantityIndex> open_;

    /// A formula whose reads are being inferred. An explicit stack of these, for chains
    /// of thousands of formulas, through previous() too.
    struct Frame {
        QuantityIndex quantity;
        std::vector<QuantityIndex> reads;
        std::size_t next = 0;
    };

    bool is_to_infer(QuantityIndex i) const {
        return state_.scenario.quantities[i].kind == QuantityKind::formula && !found_[i]
               && !state_.broken.contains(i) && !open_.contains(i);
    }

    /// The quantities whose unit is that of their formula, below a node.
    void collect(Expression const& node, std::vector<QuantityIndex>& reads) const {
        if (node.op == Op::name) {
            auto const found = state_.names.find(node.name);
            if (found != state_.names.end()
                && state_.unit_from_formula.contains(found->second)) {
                reads.push_back(found->second);
            }
        }
        for (auto const& argument : node.arguments) {
            collect(argument, reads);
        }
    }

    void open(QuantityIndex i, std::vector<Frame>& trail) {
        Frame frame{i, {}};
        collect(state_.scenario.quantities[i].formula, frame.reads);
        open_.insert(i);
        trail.push_back(std::move(frame));
    }

    void infer(QuantityIndex first) {
        if (!is_to_infer(first)) {
            return;
        }
        std::vector<Frame> trail;
        open(first, trail);
        while (!trail.empty()) {
            Frame& frame = trail.back();
            if (frame.next < frame.reads.size()) {
                auto const read = frame.reads[frame.next++];
                if (is_to_infer(read)) {
                    open(read, trail);
                }
                continue;
            }
            auto const i = frame.quantity;
            infer_alone(i);
            open_.erase(i);
            trail.pop_back();
        }
    }

    /// The dimension as far as others see it: the stated unit, else what the formula
    /// gives.
    Dimension dimension_of(QuantityIndex i, Expression const& reader) {
        auto const& quantity = state_.scenario.quantities[i];
        if (quantity.kind != QuantityKind::formula
            || !state_.unit_from_formula.contains(i)) {
            return quantity.unit.dimension;
        }
        if (found_[i]) {
            return found_[i]->dimension;
        }
        if (state_.broken.contains(i) || state_.has_cycle) {
            throw Unknown{};
        }
        throw FormulaError{
            reader.offset,
            reader.length,
            fmt::format("the unit of \"{}\" depends on itself", quantity.name),
            {},
            "give it a unit = \"...\""};
    }

    /// One formula, when what it reads is known.
    void infer_alone(QuantityIndex i) {
        auto const& quantity = state_.scenario.quantities[i];
        std::vector<FormulaRemark> remarks;
        try {
            found_[i] = infer_dimension(
                quantity.formula,
                [&](Expression const& node) { return dimension_of_name(node); },
                &remarks);
        } catch (FormulaError const& error) {
            state_.issues.add(formula_issue(quantity, error));
            state_.broken.insert(i);
            return;
        } catch (Unknown const&) {
            state_.broken.insert(i);
            return;
        }
        for (auto const& remark : remarks) {
            state_.scenario.warnings.push_back(formula_issue(
                quantity,
                {remark.offset, remark.length, remark.problem, {}, remark.suggestion}));
        }
        settle_unit(i);
    }

    Dimension dimension_of_name(Expression const& node) {
        if (auto const found = state_.names.find(node.name);
            found != state_.names.end()) {
            return dimension_of(found->second, node);
        }
        auto const metric = find_path_metric(state_.scenario, node.name);
        auto const dimension = metric ? metric_dimension(metric->metric) : std::nullopt;
        if (!dimension) {
            throw Unknown{};
        }
        return *dimension;
    }

    /// Takes the formula's unit where none is stated, else compares.
    void settle_unit(QuantityIndex i) {
        auto& quantity = state_.scenario.quantities[i];
        auto const& found = *found_[i];
        if (state_.unit_from_formula.contains(i)) {
            quantity.unit =
                Unit{describe(found.dimension), found.dimension, 1.0, false};
            return;
        }
        bool const literal_fits =
            found.is_literal && (found.is_zero || quantity.unit.dimension.is_time());
        if (literal_fits || found.dimension == quantity.unit.dimension) {
            return;
        }
        if (state_.takes_plain.contains(i) && found.dimension.is_dimensionless()) {
            Expression factor;
            factor.number = quantity.unit.scale;
            Expression product;
            product.op = Op::mul;
            product.arguments = {std::move(quantity.formula), std::move(factor)};
            product.length = quantity.formula_text.size();
            quantity.formula = std::move(product);
            return;
        }
        auto const gives = describe_for_people(found.dimension);
        std::string const key = quantity.name.substr(quantity.name.rfind('.') + 1);
        state_.issues.add(formula_issue(
            quantity,
            {0,
             quantity.formula_text.size(),
             quantity.is_inline ? fmt::format("formula gives {}, but \"{}\" needs {}",
                                              gives,
                                              key,
                                              quantity.unit.text)
                                : fmt::format("formula gives {}, but unit says \"{}\"",
                                              gives,
                                              quantity.unit.text),
             {},
             {}}));
        state_.broken.insert(i);
    }
};

/// A value of a quantity in base units, in the words of its unit.
std::string in_words(double base, Quantity const& quantity) {
    auto const number = format_number(base / quantity.unit.scale);
    return quantity.unit.text == "1" ? number
                                     : fmt::format("{} {}", number, quantity.unit.text);
}

/// The bounds of a key against one distribution; an empty problem when all is well.
text::ConfigIssue
check_range(Use const& use, Quantity const& quantity, Distribution const& value) {
    constexpr double lowest_score = -6.0;
    auto issue = use.place;
    std::string const who =
        use.by_name ? fmt::format("\"{}\", the {} here,", quantity.name, use.key)
                    : fmt::format("\"{}\"", use.key);
    double const scale = quantity.unit.scale;
    if (value.is_fixed()) {
        double const x = value.quantile(0.5) * scale;
        auto const found = fmt::format("found {}", in_words(x, quantity));
        if (x < use.min && use.min == 0) {
            issue.problem = fmt::format("{} must not be negative", who);
        } else if (x < use.min) {
            issue.problem =
                fmt::format("{} must be at least {}", who, in_words(use.min, quantity));
        } else if (x > use.max) {
            issue.problem =
                fmt::format("{} must be at most {}", who, in_words(use.max, quantity));
        }
        issue.reason = issue.problem.empty() ? "" : found;
        return issue;
    }
    double const low = value.quantile_of_score(lowest_score) * scale;
    if (low < 0) {
        issue.problem = fmt::format("{} must not be negative", who);
        issue.reason =
            fmt::format("one draw in a billion is below {}", in_words(low, quantity));
        issue.suggestion = "cut it: truncate = [0, ...]";
    }
    return issue;
}

void check_use(ReaderState& state, Use const& use) {
    if (state.broken.contains(use.quantity)) {
        return;
    }
    auto const& quantity = state.scenario.quantities[use.quantity];
    if (quantity.unit.dimension != use.dimension) {
        auto issue = use.place;
        issue.problem = fmt::format("\"{}\" needs {}, but \"{}\" is in {}",
                                    use.key,
                                    use.unit == "1" ? "a plain number" : use.unit,
                                    quantity.name,
                                    quantity.unit.text == "1" ? "plain numbers (unit 1)"
                                                              : quantity.unit.text);
        state.issues.add(std::move(issue));
        return;
    }
    if (use.min < 0 || quantity.kind == QuantityKind::formula) {
        return;
    }
    auto const check = [&](Distribution const& value) {
        auto issue = check_range(use, quantity, value);
        bool const wrong = !issue.problem.empty();
        if (wrong) {
            state.issues.add(std::move(issue));
        }
        return !wrong;
    };
    if (quantity.kind == QuantityKind::distribution) {
        check(quantity.value);
    }
    for (auto const& knot : quantity.knots) {
        if (!check(knot.value)) {
            break;
        }
    }
}

}  // namespace

void check_units(ReaderState& state) {
    UnitChecker(state).run();
    for (auto const& use : state.uses) {
        check_use(state, use);
    }
}

}  // namespace leadtime::estimator::detail
