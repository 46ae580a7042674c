// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/number.hpp"

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

class Uniform final : public Distribution::Model {
  public:
    Uniform(double min, double max)
        : min_(min)
        , max_(max) {}

    double quantile(double p, double q) const override {
        return p < q ? min_ + p * (max_ - min_) : max_ - q * (max_ - min_);
    }
    std::pair<double, double> cdf(double x) const override {
        double const width = max_ - min_;
        return {std::clamp((x - min_) / width, 0.0, 1.0),
                std::clamp((max_ - x) / width, 0.0, 1.0)};
    }
    double support_min() const override { return min_; }
    double support_max() const override { return max_; }
    Shape shape() const override {
        return {ShapeKind::uniform, min_, 0, max_ - min_, {}, {}, {}, false};
    }
    std::string describe() const override {
        return fmt::format(
            "uniform, {} to {}", format_number(min_), format_number(max_));
    }
    double mean() const override { return 0.5 * (min_ + max_); }
    double variance() const override { return (max_ - min_) * (max_ - min_) / 12; }

  private:
    double min_;
    double max_;
};

Distribution from_moments(double mean, double sd) {
    expect_positive(sd, "sd");
    double const root_three = std::sqrt(3.0);
    return make_uniform(mean - root_three * sd, mean + root_three * sd);
}

Distribution fit(Wanted const& wanted, Given const&) {
    auto const [location, width] = detail::fit_location_scale(
        wanted, [](WantedQuantile const& w) { return w.p; }, detail::Scale::linear);
    return make_uniform(location, location + width);
}

}  // namespace

Distribution make_uniform(double min, double max) {
    expect_finite({min, max, max - min});
    expect_range(min, max);
    return Distribution(std::make_shared<Uniform>(min, max));
}

Family detail::uniform_family() {
    return {
        .name = "uniform",
        .ways = {{{"min", "max"},
                  [](Given const& at) { return make_uniform(at("min"), at("max")); }},
                 {{"mean", "sd"},
                  [](Given const& at) { return from_moments(at("mean"), at("sd")); }}},
        .fit = QuantileFit{.least = 2, .fit = fit},
    };
}

}  // namespace leadtime::estimator
