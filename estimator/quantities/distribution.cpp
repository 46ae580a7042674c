// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution.hpp"

#include "estimator/quantities/families/families.hpp"
#include "estimator/quantities/portable_boost.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

namespace leadtime::estimator {
namespace {

// PPND16 of AS 241: the lower-tail score for 0 < p <= 0.5.
double score_below(double p) {
    double const d = p - 0.5;
    if (std::abs(d) <= 0.425) {
        double const r = 0.180625 - d * d;
        double const above =
            ((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
                 + 6.7265770927008700853e4)
                    * r
                + 4.5921953931549871457e4)
                   * r
               + 1.3731693765509461125e4)
                  * r
              + 1.9715909503065514427e3)
                 * r
             + 1.3314166789178437745e2)
                * r
            + 3.3871328727963666080e0;
        double const below =
            ((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
                 + 3.9307895800092710610e4)
                    * r
                + 2.1213794301586595867e4)
                   * r
               + 5.3941960214247511077e3)
                  * r
              + 6.8718700749205790830e2)
                 * r
             + 4.2313330701600911252e1)
                * r
            + 1.0;
        return d * above / below;
    }
    double r = std::sqrt(-portable::log(p));
    if (r <= 5.0) {
        r -= 1.6;
        double const above =
            ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
                 + 2.41780725177450611770e-1)
                    * r
                + 1.27045825245236838258e0)
                   * r
               + 3.64784832476320460504e0)
                  * r
              + 5.76949722146069140550e0)
                 * r
             + 4.63033784615654529590e0)
                * r
            + 1.42343711074968357734e0;
        double const below =
            ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
                 + 1.51986665636164571966e-2)
                    * r
                + 1.48103976427480074590e-1)
                   * r
               + 6.89767334985100004550e-1)
                  * r
              + 1.67638483018380384940e0)
                 * r
             + 2.05319162663775882187e0)
                * r
            + 1.0;
        return -above / below;
    }
    r -= 5.0;
    double const above =
        ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
             + 1.24266094738807843860e-3)
                * r
            + 2.65321895265761230930e-2)
               * r
           + 2.96560571828504891230e-1)
              * r
          + 1.78482653991729133580e0)
             * r
         + 5.46378491116411436990e0)
            * r
        + 6.65790464350110377720e0;
    double const below =
        ((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
             + 1.84631831751005468180e-5)
                * r
            + 7.86869131145613259100e-4)
               * r
           + 1.48753612908506148525e-2)
              * r
          + 1.36929880922735805310e-1)
             * r
         + 5.99832206555887937690e-1)
            * r
        + 1.0;
    return -above / below;
}

class Fixed final : public Distribution::Model {
  public:
    explicit Fixed(double value)
        : value_(value) {}
    double quantile(double, double) const override { return value_; }
    std::pair<double, double> cdf(double x) const override {
        return x < value_ ? std::pair(0.0, 1.0) : std::pair(1.0, 0.0);
    }
    double support_min() const override { return value_; }
    double support_max() const override { return value_; }
    Shape shape() const override {
        return {ShapeKind::fixed, value_, 0, 0, {}, {}, {}, false};
    }
    std::string describe() const override { return "fixed " + format_number(value_); }
    double mean() const override { return value_; }
    double variance() const override { return 0; }
    std::vector<double> atoms() const override { return {value_}; }

  private:
    double value_;
};

}  // namespace

std::pair<double, double> normal_cdf(double z) {
    constexpr double root_half = 0.70710678118654752440;
    return {0.5 * boost::math::erfc(-z * root_half, BoostPolicy()),
            0.5 * boost::math::erfc(z * root_half, BoostPolicy())};
}

double normal_score(double p, double q) {
    if (p > q) {
        return -normal_score(q, p);
    }
    if (!(p > 0)) {
        return -std::numeric_limits<double>::infinity();
    }
    double const z = score_below(p);
    constexpr double root_two_pi = 2.50662827463100050242;
    double const step =
        (normal_cdf(z).first - p) * root_two_pi * portable::exp(0.5 * z * z);
    return z - step / (1 + 0.5 * z * step);
}

double Distribution::Model::quantile_of_score(double z) const {
    auto const [p, q] = normal_cdf(z);
    return quantile(p, q);
}

/// The model with what is known of it.
struct Distribution::State {
    explicit State(std::shared_ptr<Model const> of)
        : model(std::move(of)) {}

    std::shared_ptr<Model const> model;
    mutable std::once_flag once;
    mutable std::optional<Shape> shape;
};

Distribution::Distribution(double fixed_value)
    : Distribution(std::make_shared<Fixed>(fixed_value)) {}
Distribution::Distribution(std::shared_ptr<Model const> model)
    : state_(std::make_shared<State const>(std::move(model))) {}

Distribution::Model const& Distribution::model() const {
    return *state_->model;
}
double Distribution::quantile(double p) const {
    return model().quantile(p, 1 - p);
}
double Distribution::quantile_of_score(double z) const {
    return model().quantile_of_score(z);
}
std::pair<double, double> Distribution::cdf(double x) const {
    return model().cdf(x);
}
double Distribution::support_min() const {
    return model().support_min();
}
double Distribution::support_max() const {
    return model().support_max();
}
double Distribution::mean() const {
    return model().mean();
}
double Distribution::variance() const {
    return model().variance();
}
bool Distribution::is_fixed() const {
    return shape().kind == ShapeKind::fixed;
}
Shape const& Distribution::shape() const {
    std::call_once(state_->once, [this] { state_->shape = model().shape(); });
    return *state_->shape;
}
std::string Distribution::describe() const {
    return model().describe();
}

}  // namespace leadtime::estimator
