// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/families.hpp"
#include "estimator/quantities/portable_boost.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/quantities/root.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <exception>
#include <fmt/format.h>
#include <limits>

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_mode;
using detail::expect_positive;
using detail::expect_range;

namespace math = boost::math;
using Policy = BoostPolicy;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double smallest = std::numeric_limits<double>::min();

/// Throws: DistributionError for parameters with which Boost's functions lose their
/// digits or take long.
void expect_moderate(double value, char const* parameter, char const* suggestion) {
    constexpr double least = 1e-4;
    constexpr double most = 1e7;
    expect_positive(value, parameter);
    if (value >= least && value <= most) {
        return;
    }
    throw DistributionError{parameter,
                            fmt::format("\"{}\" must be at least {} and at most {}",
                                        parameter,
                                        format_number(least),
                                        format_number(most)),
                            fmt::format("found {}", format_number(value)),
                            value > most ? suggestion : ""};
}

/// P(X <= x) and P(X > x) as they come from Boost, kept within 0 and 1.
template <class Below, class Above>
std::pair<double, double> probabilities(Below below, Above above) {
    try {
        return {std::clamp(below(), 0.0, 1.0), std::clamp(above(), 0.0, 1.0)};
    } catch (std::exception const&) {
        return {not_a_number, not_a_number};
    }
}

/// A quantile on [low, high], 0 <= low: Boost's where its cumulative probability is
/// that asked for, else by bisection of the cumulative probability itself. Boost's root
/// finders may throw, or stop early.
template <class Inverse, class Cdf>
double checked_quantile(
    Inverse inverse, Cdf cdf, double p, double q, double low, double high) {
    bool const lower = p < q;
    double const wanted = lower ? p : q;
    auto const miss = [&](double x) {
        auto const [below, above] = cdf(x);
        return lower ? below - p : q - above;
    };
    try {
        double const x = inverse();
        if (x >= low && x <= high && std::abs(miss(x)) <= 1e-10 * wanted) {
            return x;
        }
    } catch (std::exception const&) {
        // below
    }
    double const first = std::max(low, smallest);
    if (!(miss(first) < 0)) {
        return low;
    }
    if (!(miss(high) > 0)) {
        return high;
    }
    auto const of_log = [&](double log_x) { return miss(portable::exp(log_x)); };
    return std::clamp(
        portable::exp(find_root(of_log, portable::log(first), portable::log(high))),
        low,
        high);
}

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
        auto const inverse = [&] {
            return p < q ? math::ibeta_inv(alpha_, beta_, p, Policy())
                         : math::ibetac_inv(alpha_, beta_, q, Policy());
        };
        auto const unit_cdf = [this](double x) { return cdf_of_share(x); };
        double const x = checked_quantile(inverse, unit_cdf, p, q, 0.0, 1.0);
        return std::clamp(min_ + x * (max_ - min_), min_, max_);
    }
    std::pair<double, double> cdf(double value) const override {
        return cdf_of_share(std::clamp((value - min_) / (max_ - min_), 0.0, 1.0));
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
    /// Of (X - min) / (max - min).
    std::pair<double, double> cdf_of_share(double x) const {
        return probabilities([&] { return math::ibeta(alpha_, beta_, x, Policy()); },
                             [&] { return math::ibetac(alpha_, beta_, x, Policy()); });
    }

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

}  // namespace

Distribution make_beta(double alpha, double beta, double min, double max) {
    expect_finite({alpha, beta, min, max, max - min});
    expect_moderate(alpha, "alpha", "\"fixed\" or \"normal\" say the same");
    expect_moderate(beta, "beta", "\"fixed\" or \"normal\" say the same");
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
    expect_finite({min, mode, max, max - min, lambda * (max - min)});
    expect_range(min, max);
    expect_moderate(lambda, "lambda", "\"fixed\" says the same");
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
    expect_finite({shape, scale, shape * scale});
    expect_moderate(shape, "shape", "\"fixed\" or \"normal\" say the same");
    expect_positive(scale, "scale");
    return Distribution(std::make_shared<Gamma>(shape, scale));
}

Distribution make_student_t(double df, double location, double scale) {
    expect_finite({df, location, scale});
    expect_moderate(df, "df", "\"normal\" says the same");
    expect_positive(scale, "scale");
    return Distribution(std::make_shared<StudentT>(df, location, scale));
}

}  // namespace leadtime::estimator
