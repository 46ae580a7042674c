// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/families/special.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_boost.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <utility>

namespace leadtime::estimator {
namespace {

using detail::checked_quantile;
using detail::expect_finite;
using detail::expect_moderate;
using detail::expect_positive;
using detail::expect_range;
using detail::general_shape;
using detail::probabilities;

namespace math = boost::math;
using Policy = BoostPolicy;

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

Distribution from_moments(double mean, double sd, double min, double max) {
    expect_positive(sd, "sd");
    double const width = max - min;
    double const m = (mean - min) / width;
    double const sum = m * (1 - m) * width * width / (sd * sd) - 1;
    if (!(m > 0 && m < 1) || !(sum > 0)) {
        throw DistributionError{
            {},
            fmt::format("no beta distribution on {} to {} has mean {} and sd {}",
                        format_number(min),
                        format_number(max),
                        format_number(mean),
                        format_number(sd)),
            {},
            {}};
    }
    return make_beta(m * sum, (1 - m) * sum, min, max);
}

Distribution fit(Wanted const& wanted, Given const& at) {
    double const lowest = at("min");
    double const highest = at("max");
    detail::expect_within("beta", wanted, lowest, highest);
    double const width = highest - lowest;
    auto const [centre, spread] = detail::normal_guess(wanted);
    double const mean = std::clamp((centre - lowest) / width, 0.01, 0.99);
    double const sd = std::min(spread / width, 0.45 * std::sqrt(mean * (1 - mean)));
    double const sum = std::max(mean * (1 - mean) / (sd * sd) - 1, 0.1);
    return fit_least_squares(
        wanted,
        width,
        {portable::log(mean * sum), portable::log((1 - mean) * sum)},
        [&](Parameters const& logs) {
            return make_beta(portable::exp(std::min(logs[0], 30.0)),
                             portable::exp(std::min(logs[1], 30.0)),
                             lowest,
                             highest);
        });
}

}  // namespace

Distribution detail::beta_in_words(
    double alpha, double beta, double min, double max, std::string words) {
    return Distribution(
        std::make_shared<Beta>(alpha, beta, min, max, std::move(words)));
}

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
    return detail::beta_in_words(alpha, beta, min, max, std::move(words));
}

Family detail::beta_family() {
    return {
        .name = "beta",
        .ways = {{{"alpha", "beta"},
                  [](Given const& at) {
                      return make_beta(at("alpha"), at("beta"), at("min"), at("max"));
                  }},
                 {{"mean", "sd"},
                  [](Given const& at) {
                      return from_moments(at("mean"), at("sd"), at("min"), at("max"));
                  }}},
        .options = {{"min", 0.0}, {"max", 1.0}},
        .fit = QuantileFit{.least = 2, .fit = fit},
    };
}

}  // namespace leadtime::estimator
