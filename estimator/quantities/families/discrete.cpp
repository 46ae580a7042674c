// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/atoms.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/number.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace leadtime::estimator {
namespace {

class Discrete final : public Distribution::Model {
  public:
    /// Values ascend strictly; probabilities are positive and sum to 1.
    Discrete(std::vector<double> values,
             std::vector<double> probabilities,
             std::string words)
        : values_(std::move(values))
        , probabilities_(std::move(probabilities))
        , words_(std::move(words)) {
        double sum = 0;
        for (std::size_t i = 0; i + 1 < values_.size(); ++i) {
            cumulative_.push_back(sum += probabilities_[i]);
        }
        above_.resize(values_.size());
        for (std::size_t i = values_.size() - 1; i-- > 0;) {
            above_[i] = above_[i + 1] + probabilities_[i + 1];
        }
    }

    double quantile(double p, double) const override {
        auto const at = std::upper_bound(cumulative_.begin(), cumulative_.end(), p);
        return values_[static_cast<std::size_t>(at - cumulative_.begin())];
    }
    std::pair<double, double> cdf(double x) const override {
        auto const after = std::upper_bound(values_.begin(), values_.end(), x);
        auto const i = static_cast<std::size_t>(after - values_.begin());
        if (i == 0) {
            return {0, 1};
        }
        return {i == values_.size() ? 1.0 : cumulative_[i - 1], above_[i - 1]};
    }
    double support_min() const override { return values_.front(); }
    double support_max() const override { return values_.back(); }
    Shape shape() const override {
        return {ShapeKind::steps, 0, 0, 0, values_, cumulative_, {}, false};
    }
    std::string describe() const override { return words_; }
    double mean() const override {
        return std::inner_product(
            values_.begin(), values_.end(), probabilities_.begin(), 0.0);
    }
    double variance() const override {
        double const centre = mean();
        double sum = 0;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            sum += probabilities_[i] * (values_[i] - centre) * (values_[i] - centre);
        }
        return sum;
    }
    std::vector<double> atoms() const override { return values_; }

  private:
    std::vector<double> values_;
    std::vector<double> probabilities_;
    std::string words_;
    std::vector<double> cumulative_;  ///< P(X <= values_[i]), all but the last
    std::vector<double> above_;       ///< P(X > values_[i])
};

std::string list_values(std::vector<double> const& values,
                        std::vector<double> const& probabilities) {
    constexpr std::size_t longest = 6;
    std::string text = "discrete";
    for (std::size_t i = 0; i < std::min(values.size(), longest); ++i) {
        text += fmt::format(
            ", {} ({:.4g} %)", format_number(values[i]), 100 * probabilities[i]);
    }
    if (values.size() > longest) {
        text += fmt::format(", ... {} values in all", values.size());
    }
    return text;
}

}  // namespace

Distribution detail::steps_of(std::vector<double> const& values,
                              std::vector<double> const& weights,
                              std::string words) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return values[a] < values[b];
    });
    double const total = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<double> sorted;
    std::vector<double> probabilities;
    for (auto const i : order) {
        if (weights[i] == 0) {
            continue;
        }
        if (!sorted.empty() && sorted.back() == values[i]) {
            probabilities.back() += weights[i] / total;
            continue;
        }
        sorted.push_back(values[i]);
        probabilities.push_back(weights[i] / total);
    }
    if (sorted.size() == 1) {
        return Distribution(sorted.front());
    }
    if (words.empty()) {
        words = list_values(sorted, probabilities);
    }
    return Distribution(std::make_shared<Discrete>(
        std::move(sorted), std::move(probabilities), std::move(words)));
}

Distribution make_discrete(std::vector<double> const& values,
                           std::vector<double> const& weights) {
    if (values.empty()) {
        throw DistributionError{"values", "\"values\" must not be empty", {}, {}};
    }
    if (values.size() != weights.size()) {
        throw DistributionError{
            "weights",
            "\"weights\" must have one number for each of \"values\"",
            fmt::format("found {} values, {} weights", values.size(), weights.size()),
            {}};
    }
    for (double const weight : weights) {
        if (weight < 0) {
            throw DistributionError{"weights",
                                    "\"weights\" must not be negative",
                                    fmt::format("found {}", format_number(weight)),
                                    {}};
        }
    }
    double const total = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (!(total > 0) || !std::isfinite(total)) {
        throw DistributionError{
            "weights", "\"weights\" must sum to something greater than 0", {}, {}};
    }
    return detail::steps_of(values, weights, {});
}

Family detail::discrete_family() {
    return {
        .name = "discrete",
        .ways = {{{"values", "weights"}, Way::Reads::weighted_values}},
    };
}

}  // namespace leadtime::estimator
