// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/families.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_mode;
using detail::expect_positive;
using detail::expect_range;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double density_at_zero = 0.39894228040143267794;  // 1 / sqrt(2 pi)

/// location + z * scale, the scale depending on the sign of z; of X or of log X.
class Affine final : public Distribution::Model {
  public:
    Affine(bool is_log, double location, double below, double above)
        : is_log_(is_log)
        , location_(location)
        , below_(below)
        , above_(above) {}

    double quantile(double p, double q) const override {
        return quantile_of_score(normal_score(p, q));
    }
    double quantile_of_score(double z) const override {
        double const x = location_ + z * (z < 0 ? below_ : above_);
        return is_log_ ? portable::exp(x) : x;
    }
    std::pair<double, double> cdf(double x) const override {
        if (is_log_ && x <= 0) {
            return {0, 1};
        }
        double const d = (is_log_ ? portable::log(x) : x) - location_;
        return normal_cdf(d / (d < 0 ? below_ : above_));
    }
    double support_min() const override { return is_log_ ? 0 : -infinity; }
    double support_max() const override { return infinity; }
    Shape shape() const override {
        auto const kind = is_log_ ? ShapeKind::exp_affine : ShapeKind::affine;
        return {kind, location_, below_, above_, {}, {}, {}, is_log_};
    }
    std::string describe() const override;
    double mean() const override {
        return is_log_ ? moment(1) : location_ + (above_ - below_) * density_at_zero;
    }
    double variance() const override {
        if (is_log_ && below_ == above_) {
            double const variance = below_ * below_;
            return portable::expm1(variance) * portable::exp(2 * location_ + variance);
        }
        double const first = (above_ - below_) * density_at_zero;
        return is_log_ ? moment(2) - moment(1) * moment(1)
                       : 0.5 * (below_ * below_ + above_ * above_) - first * first;
    }

  private:
    /// E X^k of a split lognormal.
    double moment(int k) const {
        double const b = k * below_;
        double const a = k * above_;
        return portable::exp(k * location_)
               * (portable::exp(b * b / 2) * normal_cdf(-b).first
                  + portable::exp(a * a / 2) * normal_cdf(a).first);
    }

    bool is_log_;
    double location_;
    double below_;
    double above_;
};

std::string Affine::describe() const {
    auto const at = [this](double p) { return format_number(quantile(p, 1 - p)); };
    if (below_ != above_) {
        return fmt::format("split {}, p5 {}, p50 {}, p95 {}",
                           is_log_ ? "lognormal" : "normal",
                           at(0.05),
                           at(0.5),
                           at(0.95));
    }
    if (is_log_) {
        return fmt::format("lognormal, p5 {}, p95 {}", at(0.05), at(0.95));
    }
    return fmt::format(
        "normal, mean {}, sd {}", format_number(location_), format_number(above_));
}

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

}  // namespace

Distribution make_uniform(double min, double max) {
    expect_finite({min, max, max - min});
    expect_range(min, max);
    return Distribution(std::make_shared<Uniform>(min, max));
}

Distribution make_loguniform(double min, double max) {
    expect_positive(min, "min");
    expect_finite({min, max, max / min});
    expect_range(min, max);
    return Distribution(std::make_shared<LogUniform>(min, max));
}

Distribution make_normal(double mean, double sd) {
    expect_finite({mean, sd});
    expect_positive(sd, "sd");
    return Distribution(std::make_shared<Affine>(false, mean, sd, sd));
}

Distribution make_lognormal(double mu, double sigma) {
    expect_finite({mu, sigma});
    expect_positive(sigma, "sigma");
    return Distribution(std::make_shared<Affine>(true, mu, sigma, sigma));
}

Distribution make_split_lognormal(double median, double below, double above) {
    expect_finite({median, below, above});
    expect_positive(median, "median");
    expect_positive(below, "sigma_below");
    expect_positive(above, "sigma_above");
    return Distribution(
        std::make_shared<Affine>(true, portable::log(median), below, above));
}

Distribution make_split_normal(double median, double below, double above) {
    expect_finite({median, below, above});
    expect_positive(below, "sd_below");
    expect_positive(above, "sd_above");
    return Distribution(std::make_shared<Affine>(false, median, below, above));
}

Distribution make_triangular(double min, double mode, double max) {
    expect_finite({(max - min) * (max - min)});
    expect_range(min, max);
    expect_mode(min, mode, max);
    return Distribution(std::make_shared<Triangular>(min, mode, max));
}

}  // namespace leadtime::estimator
