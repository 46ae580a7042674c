// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution.hpp"
#include "estimator/quantities/portable_math.hpp"
#include "estimator/quantities/root.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <string>
#include <utility>

/// Families whose functions are Boost's: what keeps their digits.
namespace leadtime::estimator::detail {

/// Throws: DistributionError for parameters with which Boost's functions lose their
/// digits or take long.
void expect_moderate(double value, char const* parameter, char const* suggestion);

/// A table of log x where that serves better: positive values over two decades.
Shape general_shape(Distribution::Model const& model);

/// The beta distribution on [min, max], described by `words`: as make_beta(), whose
/// parameters are checked.
Distribution
beta_in_words(double alpha, double beta, double min, double max, std::string words);

/// P(X <= x) and P(X > x) as they come from Boost, kept within 0 and 1.
template <class Below, class Above>
std::pair<double, double> probabilities(Below below, Above above) {
    try {
        return {std::clamp(below(), 0.0, 1.0), std::clamp(above(), 0.0, 1.0)};
    } catch (std::exception const&) {
        double const none = std::numeric_limits<double>::quiet_NaN();
        return {none, none};
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
    double const first = std::max(low, std::numeric_limits<double>::min());
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

}  // namespace leadtime::estimator::detail
