// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_breaks.hpp"
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/families.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace leadtime::estimator {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using detail::add_break;
using detail::as_steps;
using detail::break_scores;
using detail::sorted_breaks;
using detail::wants_log;

/// P(X < x) and P(X >= x).
std::pair<double, double> cdf_below(Distribution const& base, double x) {
    return base.cdf(std::nextafter(x, -infinity));
}

class Truncated final : public Distribution::Model {
  public:
    Truncated(Distribution base, double min, double max)
        : base_(std::move(base))
        , min_(min)
        , max_(max)
        , below_(cdf_below(base_, min))
        , up_to_(base_.cdf(max))
        , mass_(below_.first > 0.5 ? below_.second - up_to_.second
                                   : up_to_.first - below_.first) {
        detail::expect_depth(depth(), "truncate");
    }

    double mass() const { return mass_; }

    double quantile(double p, double q) const override {
        double const x =
            base_.model().quantile(below_.first + p * mass_, up_to_.second + q * mass_);
        return std::clamp(x, support_min(), support_max());
    }
    std::pair<double, double> cdf(double x) const override {
        if (x < min_) {
            return {0, 1};
        }
        if (x >= max_) {
            return {1, 0};
        }
        auto const [p, q] = base_.cdf(x);
        return {std::clamp((p - below_.first) / mass_, 0.0, 1.0),
                std::clamp((q - up_to_.second) / mass_, 0.0, 1.0)};
    }
    double support_min() const override { return std::max(min_, base_.support_min()); }
    double support_max() const override { return std::min(max_, base_.support_max()); }
    Shape shape() const override {
        Shape shape{ShapeKind::general, 0, 0, 0, {}, {}, {}, wants_log(base_)};
        for (double const z : break_scores(base_)) {
            auto const [p, q] = normal_cdf(z);
            add_break(
                shape.breaks, (p - below_.first) / mass_, (q - up_to_.second) / mass_);
        }
        shape.breaks = sorted_breaks(std::move(shape.breaks));
        return shape;
    }
    std::string describe() const override {
        return fmt::format("{}, truncated to {} to {}",
                           base_.describe(),
                           format_number(min_),
                           format_number(max_));
    }
    double mean() const override { return moments().first; }
    double variance() const override { return moments().second; }
    int depth() const override { return base_.model().depth() + 1; }
    std::vector<double> atoms() const override {
        std::vector<double> result;
        for (double const x : base_.model().atoms()) {
            if (x >= min_ && x <= max_) {
                result.push_back(x);
            }
        }
        return result;
    }

  private:
    std::pair<double, double> moments() const {
        return integrate_moments(*this, shape().breaks);
    }

    Distribution base_;
    double min_;
    double max_;
    std::pair<double, double> below_;
    std::pair<double, double> up_to_;
    double mass_;
};

class ZeroInflated final : public Distribution::Model {
  public:
    ZeroInflated(Distribution base, double p_zero)
        : base_(std::move(base))
        , p_zero_(p_zero)
        , rest_(1 - p_zero)
        , negative_(rest_ * cdf_below(base_, 0).first)
        , positive_(rest_ * base_.cdf(0).second) {
        detail::expect_depth(depth(), "zero_probability");
    }

    double quantile(double p, double q) const override {
        if (p < negative_) {
            return base_.model().quantile(p / rest_, 1 - p / rest_);
        }
        if (q < positive_) {
            return base_.model().quantile(1 - q / rest_, q / rest_);
        }
        return 0;
    }
    std::pair<double, double> cdf(double x) const override {
        auto const [p, q] = base_.cdf(x);
        return {rest_ * p + (x < 0 ? 0 : p_zero_), rest_ * q + (x < 0 ? p_zero_ : 0)};
    }
    double support_min() const override { return std::min(0.0, base_.support_min()); }
    double support_max() const override { return std::max(0.0, base_.support_max()); }
    Shape shape() const override {
        Shape shape{ShapeKind::general, 0, 0, 0, {}, {}, {}, wants_log(base_)};
        add_break(shape.breaks, negative_, 1 - negative_);
        add_break(shape.breaks, 1 - positive_, positive_);
        for (double const z : break_scores(base_)) {
            auto const [p, q] = normal_cdf(z);
            if (p * rest_ < negative_) {
                add_break(shape.breaks, p * rest_, q * rest_ + p_zero_);
            } else if (q * rest_ < positive_) {
                add_break(shape.breaks, p * rest_ + p_zero_, q * rest_);
            }
        }
        shape.breaks = sorted_breaks(std::move(shape.breaks));
        return shape;
    }
    std::string describe() const override {
        return fmt::format(
            "0 with probability {}, else {}", format_number(p_zero_), base_.describe());
    }
    double mean() const override { return rest_ * base_.mean(); }
    double variance() const override {
        double const m = base_.mean();
        return rest_ * base_.variance() + rest_ * p_zero_ * m * m;
    }
    int depth() const override { return base_.model().depth() + 1; }
    std::vector<double> atoms() const override {
        auto result = base_.model().atoms();
        auto const at = std::lower_bound(result.begin(), result.end(), 0.0);
        if (at == result.end() || *at != 0) {
            result.insert(at, 0.0);
        }
        return result;
    }

  private:
    Distribution base_;
    double p_zero_;
    double rest_;
    double negative_;  // P(X < 0)
    double positive_;  // P(X > 0)
};

[[noreturn]] void fail_empty_range(Distribution const& base, double min, double max) {
    throw DistributionError{"truncate",
                            fmt::format("nothing lies within {} to {}",
                                        format_number(min),
                                        format_number(max)),
                            fmt::format("truncating {}", base.describe()),
                            {}};
}

}  // namespace

Distribution truncate(Distribution const& base, double min, double max) {
    if (!(min < max)) {
        throw DistributionError{
            "truncate",
            "\"truncate\" must be [lower, upper], the lower one first",
            fmt::format("found {} and {}", format_number(min), format_number(max)),
            {}};
    }
    if (min <= base.support_min() && base.support_max() <= max) {
        return base;
    }
    auto const [values, weights] = as_steps(base);
    if (!values.empty()) {
        std::vector<double> kept_values;
        std::vector<double> kept_weights;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i] < min || values[i] > max) {
                continue;
            }
            kept_values.push_back(values[i]);
            kept_weights.push_back(weights[i]);
        }
        if (kept_values.empty()) {
            fail_empty_range(base, min, max);
        }
        return make_discrete(kept_values, kept_weights);
    }
    constexpr double smallest_mass =
        1e-12;  // below, the tail functions lose their digits
    if (max <= base.support_min() || min >= base.support_max()) {
        fail_empty_range(base, min, max);
    }
    if (base.shape().kind == ShapeKind::uniform) {
        return make_uniform(std::max(min, base.support_min()),
                            std::min(max, base.support_max()));
    }
    auto const model = std::make_shared<Truncated>(base, min, max);
    if (!(model->mass() > smallest_mass)) {
        fail_empty_range(base, min, max);
    }
    return Distribution(model);
}

Distribution with_zero_probability(Distribution const& base, double p) {
    if (!(p >= 0 && p <= 1)) {
        throw DistributionError{"zero_probability",
                                "\"zero_probability\" must be at least 0 and at most 1",
                                fmt::format("found {}", format_number(p)),
                                {}};
    }
    if (p == 0) {
        return base;
    }
    if (p == 1) {
        return Distribution(0.0);
    }
    auto [values, weights] = as_steps(base);
    if (values.empty()) {
        return Distribution(std::make_shared<ZeroInflated>(base, p));
    }
    for (double& weight : weights) {
        weight *= 1 - p;
    }
    values.push_back(0);
    weights.push_back(p);
    return make_discrete(values, weights);
}

}  // namespace leadtime::estimator
