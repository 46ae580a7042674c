// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/families/special.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_boost.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
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
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

class StudentT final : public Distribution::Model {
  public:
    StudentT(double df, double location, double scale)
        : t_(df)
        , location_(location)
        , scale_(scale) {}

    double quantile(double p, double q) const override {
        if (p == q) {
            return location_;
        }
        double const tail = std::min(p, q);  // symmetric
        auto const inverse = [&] { return -math::quantile(t_, tail); };
        auto const size_cdf = [this](double t) { return standard(t); };
        double const t =
            checked_quantile(inverse, size_cdf, 1 - tail, tail, 0.0, largest_t);
        return location_ + (p < q ? -scale_ * t : scale_ * t);
    }
    std::pair<double, double> cdf(double x) const override {
        double const t = (x - location_) / scale_;
        if (std::isinf(t)) {
            return t < 0 ? std::pair(0.0, 1.0) : std::pair(1.0, 0.0);
        }
        return standard(t);
    }
    double support_min() const override { return -infinity; }
    double support_max() const override { return infinity; }
    Shape shape() const override { return general_shape(*this); }
    std::string describe() const override {
        return fmt::format("Student t, df {}, location {}, scale {}",
                           format_number(df()),
                           format_number(location_),
                           format_number(scale_));
    }
    double mean() const override { return df() > 1 ? location_ : not_a_number; }
    double variance() const override {
        if (df() > 2) {
            return scale_ * scale_ * df() / (df() - 2);
        }
        // NOLINTNEXTLINE(bugprone-narrowing-conversions): infinity is a double
        return df() > 1 ? infinity : not_a_number;
    }

  private:
    static constexpr double largest_t = 1e300;

    double df() const { return t_.degrees_of_freedom(); }
    /// Of (X - location) / scale.
    std::pair<double, double> standard(double t) const {
        return probabilities([&] { return math::cdf(t_, t); },
                             [&] { return math::cdf(math::complement(t_, t)); });
    }

    math::students_t_distribution<double, Policy> t_;
    double location_;
    double scale_;
};

Distribution from_moments(double df, double mean, double sd) {
    expect_positive(sd, "sd");
    if (!(df > 2)) {
        throw DistributionError{
            "df", "\"df\" must be greater than 2 where \"sd\" is given", {}, {}};
    }
    return make_student_t(df, mean, sd * std::sqrt((df - 2) / df));
}

Distribution fit(Wanted const& wanted, Given const& at) {
    double const df = at("df");
    auto const standard = make_student_t(df);
    auto const [location, scale] = detail::fit_location_scale(
        wanted,
        [&](WantedQuantile const& w) { return detail::quantile(standard, w); },
        detail::Scale::linear);
    return make_student_t(df, location, scale);
}

}  // namespace

Distribution make_student_t(double df, double location, double scale) {
    expect_finite({df, location, scale});
    expect_moderate(df, "df", "\"normal\" says the same");
    expect_positive(scale, "scale");
    return Distribution(std::make_shared<StudentT>(df, location, scale));
}

Family detail::student_t_family() {
    return {
        .name = "student_t",
        .words = "Student t",
        .ways = {{{"df", "location", "scale"},
                  [](Given const& at) {
                      return make_student_t(at("df"), at("location"), at("scale"));
                  }},
                 {{"df", "mean", "sd"},
                  [](Given const& at) {
                      return from_moments(at("df"), at("mean"), at("sd"));
                  }}},
        .options = {{"df", std::nullopt}},
        .fit = QuantileFit{.least = 2, .fit = fit},
    };
}

}  // namespace leadtime::estimator
