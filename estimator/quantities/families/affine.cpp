// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/affine.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <fmt/format.h>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double density_at_zero = 0.39894228040143267794;  // 1 / sqrt(2 pi)

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

}  // namespace

Distribution detail::affine(bool is_log, double location, double below, double above) {
    return Distribution(std::make_shared<Affine>(is_log, location, below, above));
}

}  // namespace leadtime::estimator
