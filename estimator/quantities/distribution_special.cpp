// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/distribution_families.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace leadtime::estimator {
namespace {

using detail::expect_mode;
using detail::expect_positive;
using detail::expect_range;

namespace math = boost::math;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// No long double: the same digits on every machine. No exceptions: overflow is
// infinite.
using Policy = math::policies::policy<
    math::policies::promote_double<false>,
    math::policies::overflow_error<math::policies::ignore_error>,
    math::policies::underflow_error<math::policies::ignore_error>,
    math::policies::evaluation_error<math::policies::ignore_error>>;

/// Whether a table of log x serves better: positive values over two decades.
bool spans_decades(Distribution::Model const& model) {
    double const low = model.quantile_of_score(-6.4);
    return model.support_min() >= 0 && low > 0
           && model.quantile_of_score(6.4) > 100 * low;
}

Shape general_shape(Distribution::Model const& model) {
    return {ShapeKind::general, 0, 0, 0, {}, {}, {}, spans_decades(model)};
}

class Beta final : public Distribution::Model {
  public:
    Beta(double alpha, double beta, double min, double max, std::string words)
        : alpha_(alpha)
        , beta_(beta)
        , min_(min)
        , max_(max)
        , words_(std::move(words)) {}

    double quantile(double p, double q) const override {
        double const x = p < q ? math::ibeta_inv(alpha_, beta_, p, Policy())
                               : math::ibetac_inv(alpha_, beta_, q, Policy());
        return std::clamp(min_ + x * (max_ - min_), min_, max_);
    }
    std::pair<double, double> cdf(double value) const override {
        double const x = std::clamp((value - min_) / (max_ - min_), 0.0, 1.0);
        return {math::ibeta(alpha_, beta_, x, Policy()),
                math::ibetac(alpha_, beta_, x, Policy())};
    }
    double support_min() const override { return min_; }
    double support_max() const override { return max_; }
    Shape shape() const override { return general_shape(*this); }
    std::string describe() const override { return words_; }
    double mean() const override {
        return min_ + (max_ - min_) * alpha_ / (alpha_ + beta_);
    }
    double variance() const override {
        double const sum = alpha_ + beta_;
        double const width = max_ - min_;
        return width * width * alpha_ * beta_ / (sum * sum * (sum + 1));
    }

  private:
    double alpha_;
    double beta_;
    double min_;
    double max_;
    std::string words_;
};

class Gamma final : public Distribution::Model {
  public:
    Gamma(double shape, double scale)
        : shape_(shape)
        , scale_(scale) {}

    double quantile(double p, double q) const override {
        return scale_
               * (p < q ? math::gamma_p_inv(shape_, p, Policy())
                        : math::gamma_q_inv(shape_, q, Policy()));
    }
    std::pair<double, double> cdf(double x) const override {
        if (x <= 0) {
            return {0, 1};
        }
        if (std::isinf(x)) {
            return {1, 0};
        }
        return {math::gamma_p(shape_, x / scale_, Policy()),
                math::gamma_q(shape_, x / scale_, Policy())};
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
    double shape_;
    double scale_;
};

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
        double const t =
            p < q ? math::quantile(t_, p) : math::quantile(math::complement(t_, q));
        return location_ + scale_ * t;
    }
    std::pair<double, double> cdf(double x) const override {
        double const t = (x - location_) / scale_;
        if (std::isinf(t)) {
            return t < 0 ? std::pair(0.0, 1.0) : std::pair(1.0, 0.0);
        }
        return {math::cdf(t_, t), math::cdf(math::complement(t_, t))};
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
        return df() > 1 ? infinity : not_a_number;
    }

  private:
    double df() const { return t_.degrees_of_freedom(); }

    math::students_t_distribution<double, Policy> t_;
    double location_;
    double scale_;
};

}  // namespace

Distribution make_beta(double alpha, double beta, double min, double max) {
    expect_positive(alpha, "alpha");
    expect_positive(beta, "beta");
    expect_range(min, max);
    auto words = fmt::format(
        "beta, alpha {}, beta {}", format_number(alpha), format_number(beta));
    if (min != 0 || max != 1) {
        words += fmt::format(", {} to {}", format_number(min), format_number(max));
    }
    return Distribution(
        std::make_shared<Beta>(alpha, beta, min, max, std::move(words)));
}

Distribution make_pert(double min, double mode, double max, double lambda) {
    expect_range(min, max);
    expect_positive(lambda, "lambda");
    expect_mode(min, mode, max);
    double const alpha = 1 + lambda * (mode - min) / (max - min);
    double const beta = 1 + lambda * (max - mode) / (max - min);
    auto words = fmt::format("PERT, {} to {}, mode {}",
                             format_number(min),
                             format_number(max),
                             format_number(mode));
    if (lambda != 4) {
        words += fmt::format(", lambda {}", format_number(lambda));
    }
    return Distribution(
        std::make_shared<Beta>(alpha, beta, min, max, std::move(words)));
}

Distribution make_gamma(double shape, double scale) {
    expect_positive(shape, "shape");
    expect_positive(scale, "scale");
    return Distribution(std::make_shared<Gamma>(shape, scale));
}

Distribution make_student_t(double df, double location, double scale) {
    expect_positive(df, "df");
    expect_positive(scale, "scale");
    return Distribution(std::make_shared<StudentT>(df, location, scale));
}

}  // namespace leadtime::estimator
