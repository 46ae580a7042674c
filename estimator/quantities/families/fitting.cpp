// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/fitting.hpp"

#include "estimator/quantities/number.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/quantities/quantile_fit.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

/// Least-squares line through (s, y); exact for two points.
std::array<double, 2> fit_line(std::vector<double> const& s,
                               std::vector<double> const& y) {
    double const n = static_cast<double>(s.size());
    double mean_s = 0, mean_y = 0, ss = 0, sy = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
        mean_s += s[i] / n;
        mean_y += y[i] / n;
    }
    for (std::size_t i = 0; i < s.size(); ++i) {
        ss += (s[i] - mean_s) * (s[i] - mean_s);
        sy += (s[i] - mean_s) * (y[i] - mean_y);
    }
    return {mean_y - sy / ss * mean_s, sy / ss};
}

}  // namespace

double score(WantedQuantile const& wanted) {
    return normal_score(wanted.p, wanted.upper);
}

double quantile(Distribution const& distribution, WantedQuantile const& wanted) {
    return distribution.model().quantile(wanted.p, wanted.upper);
}

void expect_within(std::string_view words,
                   Wanted const& wanted,
                   double min,
                   double max) {
    for (auto const& w : wanted) {
        if (w.value > min && w.value < max) {
            continue;
        }
        bool const bounded = std::isfinite(max);
        throw DistributionError{
            quantile_key(w.p),
            bounded
                ? fmt::format(
                    "quantiles of a {} distribution must lie between {} and {}",
                    words,
                    format_number(min),
                    format_number(max))
                : fmt::format("quantiles of a {} distribution must be greater than {}",
                              words,
                              format_number(min)),
            fmt::format("{} is {}", quantile_key(w.p), format_number(w.value)),
            {}};
    }
}

std::array<double, 2>
fit_location_scale(Wanted const& wanted,
                   std::function<double(WantedQuantile const&)> const& standard,
                   Scale scale) {
    std::vector<double> s, y;
    for (auto const& w : wanted) {
        s.push_back(standard(w));
        y.push_back(scale == Scale::logarithmic ? portable::log(w.value) : w.value);
    }
    return fit_line(s, y);
}

std::array<double, 2> normal_guess(Wanted const& wanted) {
    return fit_location_scale(wanted, score, Scale::linear);
}

double middle_of(std::string_view words, Wanted const& wanted) {
    if (wanted.size() != 3 || wanted[1].p != 0.5) {
        throw DistributionError{
            {},
            fmt::format("a {} distribution needs p50, one quantile below and one above",
                        words),
            {},
            {}};
    }
    return wanted[1].value;
}

Distribution
fit_triangle(Wanted const& wanted,
             std::function<Distribution(double, double, double)> const& make) {
    double const low = wanted.front().value;
    double const unit = wanted.back().value - low;
    auto const [centre, spread] = normal_guess(wanted);
    double const mode = (centre - low) / unit;
    return fit_least_squares(
        wanted,
        unit,
        {mode, portable::log(2.5 * spread / unit), portable::log(2.5 * spread / unit)},
        [&](Parameters const& at) {
            double const min = low + unit * (at[0] - portable::exp(at[1]));
            double const max = low + unit * (at[0] + portable::exp(at[2]));
            double const peak = std::clamp(low + unit * at[0], min, max);
            return make(min, peak, max);
        });
}

}  // namespace leadtime::estimator::detail
