// SPDX-License-Identifier: Apache-2.0
#include "tests/support/reference_formula.hpp"

#include "tests/support/reference_draws.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>

namespace leadtime::tests {

using estimator::Expression;
using estimator::Interpolation;
using estimator::Op;
using estimator::Quantity;
using estimator::QuantityKind;

ReferenceQuantities::ReferenceQuantities(estimator::Scenario const& scenario,
                                         ReferenceRecord const& record,
                                         std::uint64_t seed,
                                         std::uint64_t sample)
    : scenario_(scenario)
    , record_(record)
    , scores_(reference_scores(scenario, seed, sample)) {
    for (std::size_t i = 0; i < scenario.quantities.size(); ++i) {
        names_.emplace(scenario.quantities[i].name, i);
    }
}

double ReferenceQuantities::value(estimator::Input const& input, int month) {
    return input.quantity ? value(*input.quantity, month) : input.fallback;
}

double ReferenceQuantities::value(estimator::QuantityIndex index, int month) {
    auto const key = std::make_pair(index, month);
    auto const found = known_quantities_.find(key);
    if (found != known_quantities_.end()) {
        return found->second;
    }
    Quantity const& quantity = scenario_.quantities.at(index);
    double const result = quantity.kind == QuantityKind::formula
                              ? evaluate(quantity.formula, month)
                              : drawn(quantity, index, month) * quantity.unit.scale;
    known_quantities_[key] = result;
    return result;
}

/// The drawn value of a distribution or a series, in the unit as written.
double ReferenceQuantities::drawn(Quantity const& quantity,
                                  std::size_t index,
                                  int month) const {
    std::vector<double> const& scores = scores_[index];
    if (quantity.kind == QuantityKind::distribution) {
        return quantity.value.quantile_of_score(scores[0]);
    }
    auto const knot_value = [&](std::size_t k) {
        return quantity.knots[k].value.quantile_of_score(scores[k]);
    };
    std::size_t const count = quantity.knots.size();
    if (month <= quantity.knots.front().month) {
        return knot_value(0);
    }
    if (month >= quantity.knots.back().month) {
        return knot_value(count - 1);
    }
    std::size_t k = 0;  // the last knot at or before the month
    while (quantity.knots[k + 1].month <= month) {
        ++k;
    }
    if (quantity.interpolation == Interpolation::step) {
        return knot_value(k);
    }
    double const fraction = (month - quantity.knots[k].month)
                            / (quantity.knots[k + 1].month - quantity.knots[k].month);
    double const before = knot_value(k);
    double const after = knot_value(k + 1);
    if (quantity.interpolation == Interpolation::linear) {
        return before + fraction * (after - before);
    }
    return std::exp(std::log(before) + fraction * (std::log(after) - std::log(before)));
}

double ReferenceQuantities::evaluate(Expression const& node, int month) {
    auto const key = std::make_pair(&node, month);
    auto const found = known_nodes_.find(key);
    if (found != known_nodes_.end()) {
        return found->second;
    }
    double const result = compute(node, month);
    known_nodes_[key] = result;
    return result;
}

namespace {

/// A truth as a number; what is not a number is neither.
double decided(double value) {
    return std::isnan(value) ? value : value > 0.5 ? 1.0 : 0.0;
}

}  // namespace

double ReferenceQuantities::compute(Expression const& node, int month) {
    auto const argument = [&](std::size_t i) {
        return evaluate(node.arguments.at(i), month);
    };
    auto const truth = [](bool condition) { return condition ? 1.0 : 0.0; };
    double const none = std::numeric_limits<double>::quiet_NaN();
    auto const any_is_none = [&] {
        for (std::size_t i = 0; i < node.arguments.size(); ++i) {
            if (std::isnan(argument(i))) {
                return true;
            }
        }
        return false;
    };
    switch (node.op) {
    case Op::pow:
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal:
    case Op::not_equal:
    case Op::logical_not:
    case Op::min:
    case Op::max:
    case Op::clip:
    case Op::since:
        if (any_is_none()) {
            return none;
        }
        break;
    case Op::logical_and:
    case Op::logical_or:
    case Op::if_:
        if (std::isnan(argument(0))) {
            return none;
        }
        break;
    default:
        break;
    }
    switch (node.op) {
    case Op::number:
        return node.number;
    case Op::name:
        return named(node.name, month);
    case Op::neg:
        return -argument(0);
    case Op::add:
        return argument(0) + argument(1);
    case Op::sub:
        return argument(0) - argument(1);
    case Op::mul:
        return argument(0) * argument(1);
    case Op::div:
        return argument(0) / argument(1);
    case Op::pow:
        return std::pow(argument(0), argument(1));
    case Op::less:
        return truth(argument(0) < argument(1));
    case Op::less_equal:
        return truth(argument(0) <= argument(1));
    case Op::greater:
        return truth(argument(0) > argument(1));
    case Op::greater_equal:
        return truth(argument(0) >= argument(1));
    case Op::equal:
        return truth(argument(0) == argument(1));
    case Op::not_equal:
        return truth(argument(0) != argument(1));
    case Op::logical_and:
        return argument(0) > 0.5 ? decided(argument(1)) : 0.0;
    case Op::logical_or:
        return argument(0) > 0.5 ? 1.0 : decided(argument(1));
    case Op::logical_not:
        return truth(!(argument(0) > 0.5));
    case Op::min:
    case Op::max: {
        double result = argument(0);
        for (std::size_t i = 1; i < node.arguments.size(); ++i) {
            result = node.op == Op::min ? std::min(result, argument(i))
                                        : std::max(result, argument(i));
        }
        return result;
    }
    case Op::exp:
        return std::exp(argument(0));
    case Op::log:
        return std::log(argument(0));
    case Op::log10:
        return std::log10(argument(0));
    case Op::sqrt:
        return std::sqrt(argument(0));
    case Op::abs:
        return std::abs(argument(0));
    case Op::sin:
        return std::sin(argument(0));
    case Op::clip:
        return std::min(std::max(argument(0), argument(1)), argument(2));
    case Op::if_:
        return argument(0) > 0.5 ? argument(1) : argument(2);
    case Op::at:
    case Op::cumsum:
    case Op::integral:
    case Op::accumulate:
    case Op::delay:
    case Op::crossing:
    case Op::previous:
    case Op::hazard_event:
    case Op::regime:
        return compute_over_time(node, month);
    case Op::legal:
    case Op::charge:
    case Op::count:
        break;  // the reader has replaced them
    case Op::since:
        return std::clamp(month + 1.0 - argument(0), 0.0, 1.0);
    }
    throw std::logic_error("unknown operation in a formula");
}

double ReferenceQuantities::compute_over_time(Expression const& node, int month) {
    Expression const& x = node.arguments.at(0);
    auto const last_month = [&] {
        return month == 0 ? 0.0 : evaluate(node, month - 1);
    };
    switch (node.op) {
    case Op::at:
        return evaluate(x, static_cast<int>(node.number));
    case Op::cumsum:
    case Op::integral:  // over months of one month each
        return last_month() + evaluate(x, month);
    case Op::accumulate:
        return evaluate(node.arguments.at(1), month) * last_month()
               + evaluate(x, month);
    case Op::delay:
        return delayed(node, month);
    case Op::crossing:
        return crossing(node);
    case Op::previous:
        return month == 0 ? 0.0 : evaluate(x, month - 1);
    case Op::hazard_event:
        return hazard_event(node, month);
    case Op::regime:
        return regime(node, month);
    default:
        throw std::logic_error("not an operation over time");
    }
}

double ReferenceQuantities::delayed(Expression const& node, int month) {
    double const given = evaluate(node.arguments.at(1), month);
    if (std::isnan(given)) {
        return given;
    }
    double const position = month - std::max(0.0, given);
    if (position <= -1.0) {
        return 0.0;
    }
    int const below = static_cast<int>(std::floor(position));
    double const fraction = position - below;
    double result = 0.0;
    if (below >= 0) {
        result += (1.0 - fraction) * evaluate(node.arguments.at(0), below);
    }
    if (fraction > 0.0) {
        result += fraction * evaluate(node.arguments.at(0), below + 1);
    }
    return result;
}

double ReferenceQuantities::crossing(Expression const& node) {
    for (int month = 0; month < scenario_.steps * scenario_.months_per_step; ++month) {
        double const x = evaluate(node.arguments.at(0), month);
        double const threshold = evaluate(node.arguments.at(1), month);
        if (std::isnan(x) || std::isnan(threshold)) {
            return std::numeric_limits<double>::quiet_NaN();
        }
        if (x < threshold) {
            continue;
        }
        if (month == 0) {
            return 0.0;
        }
        double const before = evaluate(node.arguments.at(0), month - 1);
        if (x == before) {
            return month - 1;
        }
        double const fraction =
            before > 0.0 && threshold > 0.0
                ? std::log(threshold / before) / std::log(x / before)
                : (threshold - before) / (x - before);
        return month - 1
               + (std::isnan(fraction) ? fraction : std::clamp(fraction, 0.0, 1.0));
    }
    return std::numeric_limits<double>::infinity();
}

/// The share of a month in which an event by hazard is active (model.md 1b),
/// from the start on.
double ReferenceQuantities::hazard_event(Expression const& node, int month) {
    std::vector<std::pair<double, double>> times;  // begin and end
    for (int now = 0; now <= month; ++now) {
        double const given_hazard = evaluate(node.arguments.at(0), now);
        double const given_duration = evaluate(node.arguments.at(1), now);
        double const hazard = std::max(0.0, given_hazard);
        double const duration = std::max(0.0, given_duration);
        double const waiting = -std::log(evaluate(node.arguments.at(2), now));
        double const free =
            times.empty() ? now : std::max<double>(now, times.back().second);
        bool const comes_again = node.number == 1.0;
        bool const may_come = times.empty() || comes_again;
        if (may_come && std::isnan(given_hazard)) {
            return given_hazard;
        }
        if (hazard > 0.0 && (times.empty() || comes_again)
            && free + waiting / hazard < now + 1.0) {
            if (std::isnan(given_duration)) {
                return given_duration;
            }
            double const begin = free + waiting / hazard;
            times.emplace_back(begin, begin + duration);
        }
    }
    double active = 0.0;
    for (auto const& [begin, end] : times) {
        active +=
            std::max(0.0, std::min(end, month + 1.0) - std::max<double>(begin, month));
    }
    return active;
}

/// The number of a Markov chain's state in a month, from the start on.
double ReferenceQuantities::regime(Expression const& node, int month) {
    std::size_t states = 2;
    while (states * (states - 1) < node.arguments.size() - 1) {
        ++states;
    }
    auto now = static_cast<std::size_t>(node.number);
    for (int t = 1; t <= month; ++t) {
        std::vector<double> hazards;  // to each state, from this one
        double total = 0.0;
        for (std::size_t to = 0; to < states; ++to) {
            std::size_t const place = now * (states - 1) + (to < now ? to : to - 1);
            double const hazard =
                to == now ? 0.0 : evaluate(node.arguments.at(1 + place), t);
            if (std::isnan(hazard)) {
                return hazard;
            }
            hazards.push_back(std::max(0.0, hazard));
            total += hazards.back();
        }
        double const u = evaluate(node.arguments.at(0), t);
        double const leaves = 1.0 - std::exp(-total);
        if (u >= leaves) {
            continue;
        }
        // u is uniform below `leaves`: it picks the way out too.
        double left = u / leaves * total;
        std::size_t to = 0;
        while (to + 1 < states && left >= hazards[to]) {
            left -= hazards[to];
            ++to;
        }
        now = to;
    }
    return static_cast<double>(now);
}

double ReferenceQuantities::named(std::string const& name, int month) {
    if (name == "month") {
        return month;
    }
    if (name == "year") {
        int const year = scenario_.start_month / 12;
        return year + (scenario_.start_month % 12 + month) / 12.0;
    }
    auto const found = names_.find(name);
    return found != names_.end() ? value(found->second, month)
                                 : path_metric(name, month);
}

namespace {

/// Splits `path.NAME.METRIC`, where METRIC may have dots.
std::pair<std::string, std::string> split_path_name(std::string const& name) {
    std::size_t const dot = name.find('.', 5);
    if (name.rfind("path.", 0) != 0 || dot == std::string::npos) {
        throw std::logic_error("unknown name in a formula: " + name);
    }
    return {name.substr(5, dot - 5), name.substr(dot + 1)};
}

}  // namespace

double ReferenceQuantities::path_metric(std::string const& name, int month) const {
    auto const [path, metric] = split_path_name(name);
    ReferenceMetrics const& metrics = record_.at(path);
    auto const scalar = metrics.scalars.find(metric);
    if (scalar != metrics.scalars.end()) {
        return scalar->second;
    }
    auto const series = metrics.by_step.find(metric);
    std::vector<double> const* values = nullptr;
    if (metric == "lag" || metric == "lag_months") {
        values = &metrics.causal_lag;
    } else if (series != metrics.by_step.end()) {
        values = &series->second;
    }
    auto const place = static_cast<std::size_t>(month);
    if (values == nullptr || place >= values->size()) {
        throw std::logic_error("not known yet, or unknown: " + name);
    }
    return (*values)[place];
}

/// True where the value in a month needs the months before it, or the paths.
bool ReferenceQuantities::has_memory(Expression const& node) const {
    switch (node.op) {
    case Op::at:
        return has_memory(node.arguments.at(0));
    case Op::cumsum:
    case Op::integral:
    case Op::accumulate:
    case Op::delay:
    case Op::crossing:
    case Op::previous:
    case Op::hazard_event:
    case Op::regime:
        return true;
    case Op::name: {
        auto const found = names_.find(node.name);
        if (found == names_.end()) {
            return node.name != "month" && node.name != "year";
        }
        Quantity const& quantity = scenario_.quantities[found->second];
        return quantity.kind == QuantityKind::formula && has_memory(quantity.formula);
    }
    default:
        return std::any_of(node.arguments.begin(),
                           node.arguments.end(),
                           [&](Expression const& child) { return has_memory(child); });
    }
}

bool ReferenceQuantities::remembers(estimator::QuantityIndex index) const {
    Quantity const& quantity = scenario_.quantities.at(index);
    return quantity.kind == QuantityKind::formula && has_memory(quantity.formula);
}

bool ReferenceQuantities::depends_on_month(estimator::QuantityIndex index) const {
    Quantity const& quantity = scenario_.quantities.at(index);
    return quantity.kind == QuantityKind::series
           || (quantity.kind == QuantityKind::formula
               && depends_on_month(quantity.formula));
}

bool ReferenceQuantities::depends_on_month(Expression const& node) const {
    switch (node.op) {
    case Op::at:
    case Op::crossing:
        return false;
    case Op::cumsum:
    case Op::integral:
    case Op::accumulate:
    case Op::delay:
    case Op::previous:
    case Op::since:
    case Op::hazard_event:
    case Op::regime:
        return true;
    case Op::name: {
        auto const found = names_.find(node.name);
        if (found != names_.end()) {
            return depends_on_month(found->second);
        }
        return node.name == "month" || node.name == "year"
               || split_path_name(node.name).second != "parity_month";
    }
    default:
        return std::any_of(
            node.arguments.begin(), node.arguments.end(), [&](Expression const& child) {
                return depends_on_month(child);
            });
    }
}

}  // namespace leadtime::tests
