// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/number.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <utility>

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_mode;
using detail::expect_range;

class Triangular final : public Distribution::Model {
  public:
    Triangular(double min, double mode, double max)
        : min_(min)
        , mode_(mode)
        , max_(max) {}

    double quantile(double p, double q) const override {
        double const width = max_ - min_;
        if (p * width < mode_ - min_) {
            return min_ + std::sqrt(p * width * (mode_ - min_));
        }
        return max_ - std::sqrt(q * width * (max_ - mode_));
    }
    std::pair<double, double> cdf(double x) const override {
        double const width = max_ - min_;
        if (x <= min_) {
            return {0, 1};
        }
        if (x >= max_) {
            return {1, 0};
        }
        if (x < mode_) {
            double const p = (x - min_) * (x - min_) / (width * (mode_ - min_));
            return {p, 1 - p};
        }
        double const q = (max_ - x) * (max_ - x) / (width * (max_ - mode_));
        return {1 - q, q};
    }
    double support_min() const override { return min_; }
    double support_max() const override { return max_; }
    Shape shape() const override {
        Shape shape{ShapeKind::general, 0, 0, 0, {}, {}, {}, false};
        auto const [p, q] = cdf(mode_);
        if (p > 0 && q > 0) {
            shape.breaks = {normal_score(p, q)};
        }
        return shape;
    }
    std::string describe() const override {
        return fmt::format("triangular, {} to {}, mode {}",
                           format_number(min_),
                           format_number(max_),
                           format_number(mode_));
    }
    double mean() const override { return (min_ + mode_ + max_) / 3; }
    double variance() const override {
        double const a = mode_ - min_;
        double const b = max_ - mode_;
        return (a * a + a * b + b * b) / 18;
    }

  private:
    double min_;
    double mode_;
    double max_;
};

Distribution fit(Wanted const& wanted, Given const&) {
    return detail::fit_triangle(wanted, make_triangular);
}

}  // namespace

Distribution make_triangular(double min, double mode, double max) {
    expect_finite({(max - min) * (max - min)});
    expect_range(min, max);
    expect_mode(min, mode, max);
    return Distribution(std::make_shared<Triangular>(min, mode, max));
}

Family detail::triangular_family() {
    return {
        .name = "triangular",
        .ways = {{{"min", "mode", "max"},
                  [](Given const& at) {
                      return make_triangular(at("min"), at("mode"), at("max"));
                  }}},
        .fit = QuantileFit{.least = 3, .fit = fit},
    };
}

}  // namespace leadtime::estimator
