// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_breaks.hpp"
#include "estimator/quantities/distribution_families.hpp"
#include "estimator/quantities/root.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <limits>
#include <numeric>

namespace leadtime::estimator {
namespace {

using detail::add_break;
using detail::as_steps;
using detail::break_scores;
using detail::sorted_breaks;
using detail::wants_log;

constexpr double infinity = std::numeric_limits<double>::infinity();

class Mixture final : public Distribution::Model {
  public:
    Mixture(std::vector<Distribution> components, std::vector<double> probabilities)
        : components_(std::move(components))
        , probabilities_(std::move(probabilities)) {
        for (auto const& component : components_) {
            for (double const x : component.model().atoms()) {
                atoms_.push_back(x);
            }
        }
        std::sort(atoms_.begin(), atoms_.end());
        atoms_.erase(std::unique(atoms_.begin(), atoms_.end()), atoms_.end());
        for (double const x : atoms_) {
            atom_cdfs_.emplace_back(cdf(std::nextafter(x, -infinity)), cdf(x));
        }
    }

    double quantile(double p, double q) const override;
    std::pair<double, double> cdf(double x) const override {
        std::pair<double, double> sum{0, 0};
        for (std::size_t i = 0; i < components_.size(); ++i) {
            auto const [p, q] = components_[i].cdf(x);
            sum.first += probabilities_[i] * p;
            sum.second += probabilities_[i] * q;
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
        std::string text = "mixture";
        for (std::size_t i = 0; i < components_.size(); ++i) {
            text += fmt::format(
                ", {:.4g} % ({})", 100 * probabilities_[i], components_[i].describe());
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

  private:
    /// Values between components that hardly overlap: the quantile function all but
    /// jumps.
    std::vector<double> gaps() const;

    std::vector<Distribution> components_;
    std::vector<double> probabilities_;
    std::vector<double> atoms_;
    // cdf just below and at each atom
    std::vector<std::pair<std::pair<double, double>, std::pair<double, double>>>
        atom_cdfs_;
};

double Mixture::quantile(double p, double q) const {
    bool const lower = p < q;
    for (std::size_t i = 0; i < atoms_.size(); ++i) {
        auto const& [below, at] = atom_cdfs_[i];
        bool const is_here = lower ? below.first < p && p <= at.first
                                   : below.second > q && q >= at.second;
        if (is_here) {
            return atoms_[i];
        }
    }
    double low = infinity;
    double high = -infinity;
    for (auto const& component : components_) {
        double const x = component.model().quantile(p, q);
        low = std::min(low, x);
        high = std::max(high, x);
    }
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
        auto const of_log = [&](double log_x) { return excess(std::exp(log_x)); };
        return std::exp(find_root(of_log, std::log(low), std::log(high)));
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
    for (auto const& [below, at] : atom_cdfs_) {
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
        return make_discrete(std::move(values), std::move(step_weights));
    }
    return Distribution(
        std::make_shared<Mixture>(std::move(kept), std::move(probabilities)));
}

}  // namespace leadtime::estimator
