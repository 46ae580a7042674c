// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/families/special.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_boost.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace leadtime::estimator {
namespace {

using detail::checked_quantile;
using detail::expect_finite;
using detail::expect_moderate;
using detail::expect_positive;
using detail::general_shape;
using detail::probabilities;

namespace math = boost::math;
using Policy = BoostPolicy;

constexpr double infinity = std::numeric_limits<double>::infinity();

class Gamma final : public Distribution::Model {
  public:
    Gamma(double shape, double scale)
        : shape_(shape)
        , scale_(scale) {}

    double quantile(double p, double q) const override {
        auto const inverse = [&] {
            return p < q ? math::gamma_p_inv(shape_, p, Policy())
                         : math::gamma_q_inv(shape_, q, Policy());
        };
        auto const standard_cdf = [this](double x) { return standard(x); };
        double const most = 1e4 + 10 * shape_;  // beyond all draws
        return scale_ * checked_quantile(inverse, standard_cdf, p, q, 0.0, most);
    }
    std::pair<double, double> cdf(double x) const override {
        if (x <= 0) {
            return {0, 1};
        }
        if (std::isinf(x)) {
            return {1, 0};
        }
        return standard(x / scale_);
    }
    double support_min() const override { return 0; }
    double support_max() const override { return infinity; }
    Shape shape() const override { return general_shape(*this); }
    std::string describe() const override {
        return fmt::format(
            "gamma, shape {}, scale {}", format_number(shape_), format_number(scale_));
    }
    double mean() const override { return shape_ * scale_; }
    double variance() const override { return shape_ * scale_ * scale_; }

  private:
    /// Of X / scale.
    std::pair<double, double> standard(double x) const {
        return probabilities([&] { return math::gamma_p(shape_, x, Policy()); },
                             [&] { return math::gamma_q(shape_, x, Policy()); });
    }

    double shape_;
    double scale_;
};

Distribution from_moments(double mean, double sd) {
    expect_positive(sd, "sd");
    expect_positive(mean, "mean");
    return make_gamma(mean * mean / (sd * sd), sd * sd / mean);
}

Distribution fit(Wanted const& wanted, Given const&) {
    detail::expect_within("gamma", wanted, 0, HUGE_VAL);
    auto const [centre, spread] = detail::normal_guess(wanted);
    double const unit = wanted.back().value;
    double const mean = std::max(centre, 0.05 * unit);
    double const shape = std::clamp(mean * mean / (spread * spread), 0.05, 1e6);
    return fit_least_squares(wanted,
                             unit,
                             {portable::log(shape), portable::log(mean / shape)},
                             [](Parameters const& at) {
                                 return make_gamma(portable::exp(std::min(at[0], 30.0)),
                                                   portable::exp(at[1]));
                             });
}

}  // namespace

Distribution make_gamma(double shape, double scale) {
    expect_finite({shape, scale, shape * scale});
    expect_moderate(shape, "shape", "\"fixed\" or \"normal\" say the same");
    expect_positive(scale, "scale");
    return Distribution(std::make_shared<Gamma>(shape, scale));
}

Family detail::gamma_family() {
    return {
        .name = "gamma",
        .ways = {{{"shape", "scale"},
                  [](Given const& at) { return make_gamma(at("shape"), at("scale")); }},
                 {{"mean", "sd"},
                  [](Given const& at) { return from_moments(at("mean"), at("sd")); }}},
        .fit = QuantileFit{.least = 2, .fit = fit},
        .is_logarithmic = true,
    };
}

}  // namespace leadtime::estimator
