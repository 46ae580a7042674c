// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_positive;
using detail::expect_range;

class LogUniform final : public Distribution::Model {
  public:
    LogUniform(double min, double max)
        : min_(min)
        , max_(max)
        , span_(portable::log(max / min)) {}

    double quantile(double p, double q) const override {
        double const x =
            p < q ? min_ * portable::exp(p * span_) : max_ * portable::exp(-q * span_);
        return std::clamp(x, min_, max_);
    }
    std::pair<double, double> cdf(double x) const override {
        if (x <= min_) {
            return {0, 1};
        }
        if (x >= max_) {
            return {1, 0};
        }
        return {portable::log(x / min_) / span_, portable::log(max_ / x) / span_};
    }
    double support_min() const override { return min_; }
    double support_max() const override { return max_; }
    Shape shape() const override {
        return {ShapeKind::general, 0, 0, 0, {}, {}, {}, true};
    }
    std::string describe() const override {
        return fmt::format(
            "loguniform, {} to {}", format_number(min_), format_number(max_));
    }
    double mean() const override { return (max_ - min_) / span_; }
    double variance() const override {
        double const second = 0.5 * (max_ - min_) * (max_ + min_) / span_;
        return second - mean() * mean();
    }

  private:
    double min_;
    double max_;
    double span_;
};

Distribution fit(Wanted const& wanted, Given const&) {
    detail::expect_within("loguniform", wanted, 0, HUGE_VAL);
    auto const [location, width] = detail::fit_location_scale(
        wanted,
        [](WantedQuantile const& w) { return w.p; },
        detail::Scale::logarithmic);
    return make_loguniform(portable::exp(location), portable::exp(location + width));
}

}  // namespace

Distribution make_loguniform(double min, double max) {
    expect_positive(min, "min");
    expect_finite({min, max, max / min});
    expect_range(min, max);
    return Distribution(std::make_shared<LogUniform>(min, max));
}

Family detail::loguniform_family() {
    return {
        .name = "loguniform",
        .ways = {{{"min", "max"},
                  [](Given const& at) {
                      return make_loguniform(at("min"), at("max"));
                  }}},
        .fit = QuantileFit{.least = 2, .fit = fit},
        .is_logarithmic = true,
    };
}

}  // namespace leadtime::estimator
