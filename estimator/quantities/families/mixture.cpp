// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_breaks.hpp"
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/quantities/root.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>

namespace leadtime::estimator {
namespace {

using detail::add_break;
using detail::as_steps;
using detail::break_scores;
using detail::sorted_breaks;
using detail::wants_log;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_components = 500;  // a table of its quantiles takes a second

class Mixture final : public Distribution::Model {
  public:
    Mixture(std::vector<Distribution> components, std::vector<double> probabilities)
        : components_(std::move(components))
        , probabilities_(std::move(probabilities)) {
        detail::expect_depth(depth(), "components");
        for (auto const& component : components_) {
            for (double const x : component.model().atoms()) {
                atoms_.push_back(x);
            }
            cores_.emplace_back(component.quantile_of_score(-widest_score),
                                component.quantile_of_score(widest_score));
        }
        std::sort(atoms_.begin(), atoms_.end());
        atoms_.erase(std::unique(atoms_.begin(), atoms_.end()), atoms_.end());
        if (atoms_.size() > most_atoms) {
            throw DistributionError{
                "components",
                fmt::format("a mixture may have {} values of its own beside what is "
                            "continuous",
                            most_atoms),
                fmt::format("found {}", atoms_.size()),
                "make all of it one \"empirical\" or \"discrete\" distribution"};
        }
    }

    double quantile(double p, double q) const override;
    std::pair<double, double> cdf(double x) const override {
        std::pair<double, double> sum{0, 0};
        for (std::size_t i = 0; i < components_.size(); ++i) {
            if (x < cores_[i].first) {
                sum.second += probabilities_[i];
            } else if (x > cores_[i].second) {
                sum.first += probabilities_[i];
            } else {
                auto const [p, q] = components_[i].cdf(x);
                sum.first += probabilities_[i] * p;
                sum.second += probabilities_[i] * q;
            }
        }
        return sum;
    }
    double support_min() const override {
        double result = infinity;
        for (auto const& component : components_) {
            result = std::min(result, component.support_min());
        }
        return result;
    }
    double support_max() const override {
        double result = -infinity;
        for (auto const& component : components_) {
            result = std::max(result, component.support_max());
        }
        return result;
    }
    Shape shape() const override;
    std::string describe() const override {
        constexpr std::size_t longest = 12;
        std::string text = "mixture";
        for (std::size_t i = 0; i < std::min(components_.size(), longest); ++i) {
            text += fmt::format(
                ", {:.4g} % ({})", 100 * probabilities_[i], components_[i].describe());
        }
        if (components_.size() > longest) {
            text += fmt::format(", ... {} components in all", components_.size());
        }
        return text;
    }
    double mean() const override {
        double sum = 0;
        for (std::size_t i = 0; i < components_.size(); ++i) {
            sum += probabilities_[i] * components_[i].mean();
        }
        return sum;
    }
    double variance() const override {
        double const centre = mean();
        double sum = 0;
        for (std::size_t i = 0; i < components_.size(); ++i) {
            double const d = components_[i].mean() - centre;
            sum += probabilities_[i] * (components_[i].variance() + d * d);
        }
        return sum;
    }
    std::vector<double> atoms() const override { return atoms_; }
    int depth() const override {
        int deepest = 0;
        for (auto const& component : components_) {
            deepest = std::max(deepest, component.model().depth());
        }
        return deepest + 1;
    }

    std::vector<Distribution> const& components() const { return components_; }
    std::vector<double> const& probabilities() const { return probabilities_; }

  private:
    static constexpr std::size_t most_atoms = 1000;
    // Beyond it a component has 6e-17 of its probability: all or nothing.
    static constexpr double widest_score = 8.3;

    /// A value with P(X <= x) and P(X > x).
    struct Point {
        double x = 0;
        double below = 0;
        double above = 0;
    };

    /// Made when a quantile is first asked for: not of mixtures that become parts.
    struct Table {
        // cdf just below and at each atom
        std::vector<std::pair<std::pair<double, double>, std::pair<double, double>>>
            atoms;
        std::vector<Point>
            points;  ///< ascending, to look between which a quantile lies
    };
    Table const& table() const;
    std::optional<double> atom_at(double p, double q) const;
    std::pair<double, double> bracket(double p, double q) const;
    /// Values between components that hardly overlap: the quantile function all but
    /// jumps.
    std::vector<double> gaps() const;

    std::vector<Distribution> components_;
    std::vector<double> probabilities_;
    std::vector<std::pair<double, double>> cores_;  ///< quantiles at the widest scores
    std::vector<double> atoms_;
    mutable std::once_flag once_;
    mutable Table table_;
};

/// The cumulative probability at some quantiles of each component, so that the search
/// for a quantile begins in a narrow range whatever the number of components.
Mixture::Table const& Mixture::table() const {
    static constexpr double scores[] = {
        -6.4, -5.0, -3.5, -2.5, -1.7, -1.0, -0.5, 0, 0.5, 1.0, 1.7, 2.5, 3.5, 5.0, 6.4};
    std::call_once(once_, [this] {
        for (double const x : atoms_) {
            table_.atoms.emplace_back(cdf(std::nextafter(x, -infinity)), cdf(x));
        }
        std::vector<double> values;
        for (auto const& component : components_) {
            for (double const z : scores) {
                values.push_back(component.quantile_of_score(z));
            }
        }
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        for (double const x : values) {
            if (std::isfinite(x)) {
                auto const [below, above] = cdf(x);
                table_.points.push_back({x, below, above});
            }
        }
    });
    return table_;
}

std::optional<double> Mixture::atom_at(double p, double q) const {
    auto const& atom_cdfs = table().atoms;
    bool const lower = p < q;
    auto const found =
        std::partition_point(atom_cdfs.begin(), atom_cdfs.end(), [&](auto const& at) {
            return lower ? at.second.first < p : at.second.second > q;
        });
    if (found == atom_cdfs.end()) {
        return std::nullopt;
    }
    bool const is_here = lower ? found->first.first < p : found->first.second > q;
    return is_here ? std::optional(
               atoms_[static_cast<std::size_t>(found - atom_cdfs.begin())])
                   : std::nullopt;
}

/// Values between which the quantile lies.
std::pair<double, double> Mixture::bracket(double p, double q) const {
    auto const& points = table().points;
    bool const lower = p < q;
    auto const after =
        std::partition_point(points.begin(), points.end(), [&](Point const& at) {
            return lower ? at.below < p : at.above > q;
        });
    if (after != points.begin() && after != points.end()) {
        return {std::prev(after)->x, after->x};
    }
    double low = infinity;
    double high = -infinity;
    for (auto const& component : components_) {
        double const x = component.model().quantile(p, q);
        low = std::min(low, x);
        high = std::max(high, x);
    }
    return {low, high};
}

double Mixture::quantile(double p, double q) const {
    if (auto const atom = atom_at(p, q)) {
        return *atom;
    }
    bool const lower = p < q;
    auto const [low, high] = bracket(p, q);
    auto const excess = [&](double x) {
        auto const [below, above] = cdf(x);
        return lower ? below - p : q - above;
    };
    if (!(low < high) || excess(low) >= 0) {
        return low;
    }
    if (excess(high) <= 0) {
        return high;
    }
    if (low > 0 && high > 10 * low) {
        auto const of_log = [&](double log_x) { return excess(portable::exp(log_x)); };
        return portable::exp(
            find_root(of_log, portable::log(low), portable::log(high)));
    }
    return find_root(excess, low, high);
}

std::vector<double> Mixture::gaps() const {
    constexpr double edge = 5;  // beyond it a component has 3e-7 of its probability
    std::vector<std::pair<double, double>> ranges;
    for (auto const& component : components_) {
        ranges.emplace_back(component.quantile_of_score(-edge),
                            component.quantile_of_score(edge));
    }
    std::sort(ranges.begin(), ranges.end());
    std::vector<double> result;
    double end = ranges.front().second;
    for (auto const& [low, high] : ranges) {
        bool const has_break = std::binary_search(atoms_.begin(), atoms_.end(), end)
                               || std::binary_search(atoms_.begin(), atoms_.end(), low);
        if (low > end && !has_break) {
            result.push_back(end + 0.5 * (low - end));
        }
        end = std::max(end, high);
    }
    return result;
}

Shape Mixture::shape() const {
    Shape shape{ShapeKind::general, 0, 0, 0, {}, {}, {}, false};
    auto const add_at = [&](double x) {
        if (!std::isfinite(x)) {
            return;
        }
        auto const [p, q] = cdf(x);
        add_break(shape.breaks, p, q);
    };
    for (auto const& component : components_) {
        shape.prefer_log = shape.prefer_log || wants_log(component);
        add_at(component.support_min());
        add_at(component.support_max());
        for (double const z : break_scores(component)) {
            add_at(component.quantile_of_score(z - 1e-12));
            add_at(component.quantile_of_score(z + 1e-12));
        }
    }
    for (double const x : gaps()) {
        add_at(x);
    }
    for (auto const& [below, at] : table().atoms) {
        add_break(shape.breaks, below.first, below.second);
        add_break(shape.breaks, at.first, at.second);
    }
    shape.breaks = sorted_breaks(std::move(shape.breaks));
    shape.prefer_log = shape.prefer_log && support_min() >= 0;
    return shape;
}

}  // namespace

Distribution make_mixture(std::vector<Distribution> components,
                          std::vector<double> weights) {
    // The checks of weights and their messages are those of a discrete distribution.
    std::vector<double> indices(components.size());
    std::iota(indices.begin(), indices.end(), 0.0);
    try {
        make_discrete(indices, weights);
    } catch (DistributionError& error) {
        for (auto* text : {&error.parameter, &error.problem, &error.reason}) {
            if (auto const at = text->find("values"); at != std::string::npos) {
                text->replace(at, 6, "components");
            }
        }
        throw;
    }
    double const total = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<Distribution> kept;
    std::vector<double> probabilities;
    std::vector<double> values;
    std::vector<double> step_weights;
    bool only_steps = true;
    for (std::size_t i = 0; i < components.size(); ++i) {
        if (weights[i] == 0) {
            continue;
        }
        // A mixture of mixtures is one of all their components.
        auto const* inner = dynamic_cast<Mixture const*>(&components[i].model());
        if (inner != nullptr) {
            only_steps = false;
            for (std::size_t k = 0; k < inner->components().size(); ++k) {
                kept.push_back(inner->components()[k]);
                probabilities.push_back(inner->probabilities()[k] * weights[i] / total);
            }
            continue;
        }
        kept.push_back(components[i]);
        probabilities.push_back(weights[i] / total);
        auto const [atoms, parts] = as_steps(components[i]);
        only_steps = only_steps && !atoms.empty();
        std::copy(atoms.begin(), atoms.end(), std::back_inserter(values));
        for (double const part : parts) {
            step_weights.push_back(part * weights[i] / total);
        }
    }
    if (kept.size() == 1) {
        return kept.front();
    }
    if (only_steps) {
        return make_discrete(values, step_weights);
    }
    if (kept.size() > most_components) {
        throw DistributionError{
            "components",
            fmt::format("a mixture may have {} components", most_components),
            fmt::format("found {}", kept.size()),
            "draw from it and give the values as \"empirical\""};
    }
    return Distribution(
        std::make_shared<Mixture>(std::move(kept), std::move(probabilities)));
}

Family detail::mixture_family() {
    return {
        .name = "mixture",
        .ways = {{{"components", "weights"}, Way::Reads::components}},
    };
}

}  // namespace leadtime::estimator
