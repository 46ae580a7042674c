// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/quantile_fit.hpp"

#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/least_squares.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace leadtime::estimator {
namespace {

using Wanted = std::vector<WantedQuantile>;

double score(WantedQuantile const& wanted) {
    return normal_score(wanted.p, wanted.upper);
}

double quantile(Distribution const& distribution, WantedQuantile const& wanted) {
    return distribution.model().quantile(wanted.p, wanted.upper);
}

std::string words_of(std::string_view family) {
    if (family == "split_normal") {
        return "split normal";
    }
    if (family == "split_lognormal") {
        return "split lognormal";
    }
    if (family == "student_t") {
        return "Student t";
    }
    return std::string(family == "pert" ? "PERT" : family);
}

/// What the miss of a quantile is measured against.
double yardstick(Wanted const& wanted, double value) {
    bool const all_positive = wanted.front().value > 0;
    return all_positive ? value : wanted.back().value - wanted.front().value;
}

/// Throws unless every quantile is met.
Distribution checked(Distribution fitted,
                     std::string_view family,
                     Wanted const& wanted,
                     double tolerance) {
    double worst = 0;
    std::string reached;
    for (auto const& w : wanted) {
        double const x = quantile(fitted, w);
        double const miss = std::abs(x - w.value) / yardstick(wanted, w.value);
        worst = std::isfinite(miss) ? std::max(worst, miss) : 1e9;
        reached += fmt::format("{}{} {:.4g} for {}",
                               reached.empty() ? "" : ", ",
                               quantile_key(w.p),
                               x,
                               format_number(w.value));
    }
    if (worst <= tolerance) {
        return fitted;
    }
    std::string suggestion = "give its parameters, or another \"dist\"";
    double const needed = std::ceil(worst * 100 + 1e-9) / 100;
    if (needed <= 0.2) {
        suggestion = fmt::format(
            "allow it with tolerance = {}, or give another \"dist\"", needed);
    }
    throw DistributionError{{},
                            fmt::format("a {} distribution cannot meet these quantiles "
                                        "within {} %",
                                        words_of(family),
                                        format_number(100 * tolerance)),
                            "reached " + reached,
                            suggestion};
}

void expect_count(std::string_view family, Wanted const& wanted, std::size_t least) {
    if (wanted.size() >= least) {
        return;
    }
    throw DistributionError{{},
                            fmt::format("a {} distribution needs at least {} quantiles",
                                        words_of(family),
                                        least),
                            fmt::format("found {}", wanted.size()),
                            {}};
}

void expect_ascending(Wanted const& wanted) {
    for (std::size_t i = 0; i + 1 < wanted.size(); ++i) {
        if (wanted[i].value < wanted[i + 1].value) {
            continue;
        }
        throw DistributionError{quantile_key(wanted[i + 1].p),
                                "quantiles must ascend",
                                fmt::format("{} is {}, {} is {}",
                                            quantile_key(wanted[i].p),
                                            format_number(wanted[i].value),
                                            quantile_key(wanted[i + 1].p),
                                            format_number(wanted[i + 1].value)),
                                {}};
    }
}

void expect_within(std::string_view family,
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
                    words_of(family),
                    format_number(min),
                    format_number(max))
                : fmt::format("quantiles of a {} distribution must be greater than {}",
                              words_of(family),
                              format_number(min)),
            fmt::format("{} is {}", quantile_key(w.p), format_number(w.value)),
            {}};
    }
}

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

/// x (or log x) = location + slope * standard quantile.
Distribution fit_location_scale(std::string_view family,
                                Wanted const& wanted,
                                FitOptions const& options) {
    bool const is_log = family == "lognormal" || family == "loguniform";
    bool const is_uniform = family == "uniform" || family == "loguniform";
    std::optional<Distribution> standard_t;
    if (family == "student_t") {
        standard_t = make_student_t(options.df);
    }
    std::vector<double> s, y;
    for (auto const& w : wanted) {
        s.push_back(standard_t   ? quantile(*standard_t, w)
                    : is_uniform ? w.p
                                 : score(w));
        y.push_back(is_log ? portable::log(w.value) : w.value);
    }
    auto const [location, slope] = fit_line(s, y);
    if (standard_t) {
        return make_student_t(options.df, location, slope);
    }
    if (family == "uniform") {
        return make_uniform(location, location + slope);
    }
    if (family == "loguniform") {
        return make_loguniform(portable::exp(location),
                               portable::exp(location + slope));
    }
    return is_log ? make_lognormal(location, slope) : make_normal(location, slope);
}

Distribution fit_split(std::string_view family, Wanted const& wanted) {
    bool const has_median = wanted.size() == 3 && wanted[1].p == 0.5;
    if (!has_median) {
        throw DistributionError{
            {},
            fmt::format("a {} distribution needs p50, one quantile below and one above",
                        words_of(family)),
            {},
            {}};
    }
    double const median = wanted[1].value;
    if (family == "split_normal") {
        return make_split_normal(median,
                                 (wanted[0].value - median) / score(wanted[0]),
                                 (wanted[2].value - median) / score(wanted[2]));
    }
    return make_split_lognormal(
        median,
        portable::log(wanted[0].value / median) / score(wanted[0]),
        portable::log(wanted[2].value / median) / score(wanted[2]));
}

/// Mean and standard deviation of the normal nearest to the quantiles.
std::array<double, 2> normal_guess(Wanted const& wanted) {
    std::vector<double> s, y;
    for (auto const& w : wanted) {
        s.push_back(score(w));
        y.push_back(w.value);
    }
    return fit_line(s, y);
}

Distribution fit_beta(Wanted const& wanted, FitOptions const& options) {
    double const width = options.max - options.min;
    auto const [centre, spread] = normal_guess(wanted);
    double const mean = std::clamp((centre - options.min) / width, 0.01, 0.99);
    double const sd = std::min(spread / width, 0.45 * std::sqrt(mean * (1 - mean)));
    double const sum = std::max(mean * (1 - mean) / (sd * sd) - 1, 0.1);
    return fit_least_squares(
        wanted,
        width,
        {portable::log(mean * sum), portable::log((1 - mean) * sum)},
        [&](Parameters const& at) {
            return make_beta(portable::exp(std::min(at[0], 30.0)),
                             portable::exp(std::min(at[1], 30.0)),
                             options.min,
                             options.max);
        });
}

Distribution fit_gamma(Wanted const& wanted) {
    auto const [centre, spread] = normal_guess(wanted);
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

/// Triangular or PERT over (mode, log of the width below, log of the width above).
Distribution
fit_triangle(std::string_view family, Wanted const& wanted, double lambda) {
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
            return family == "pert" ? make_pert(min, peak, max, lambda)
                                    : make_triangular(min, peak, max);
        });
}

}  // namespace

std::string quantile_key(double p) {
    return fmt::format("p{:.6g}", 100 * p);
}

Distribution fit_quantiles(std::string_view family,
                           std::vector<WantedQuantile> const& wanted,
                           FitOptions const& options) {
    bool const is_split = family.starts_with("split_");
    bool const has_three = is_split || family == "triangular" || family == "pert";
    expect_count(family, wanted, has_three ? 3 : 2);
    expect_ascending(wanted);
    bool const is_positive =
        family.ends_with("lognormal") || family == "loguniform" || family == "gamma";
    if (is_positive) {
        expect_within(family, wanted, 0, HUGE_VAL);
    }
    if (family == "beta") {
        expect_within(family, wanted, options.min, options.max);
    }
    auto const fit = [&] {
        if (is_split) {
            return fit_split(family, wanted);
        }
        if (family == "beta") {
            return fit_beta(wanted, options);
        }
        if (family == "gamma") {
            return fit_gamma(wanted);
        }
        if (has_three) {
            return fit_triangle(family, wanted, options.lambda);
        }
        return fit_location_scale(family, wanted, options);
    };
    return checked(fit(), family, wanted, options.tolerance);
}

Distribution fit_moments(std::string_view family,
                         double mean,
                         double sd,
                         FitOptions const& options) {
    detail::expect_positive(sd, "sd");
    double const root_three = std::sqrt(3.0);
    if (family == "uniform") {
        return make_uniform(mean - root_three * sd, mean + root_three * sd);
    }
    if (family == "normal") {
        return make_normal(mean, sd);
    }
    if (family == "student_t") {
        if (!(options.df > 2)) {
            throw DistributionError{
                "df", "\"df\" must be greater than 2 where \"sd\" is given", {}, {}};
        }
        return make_student_t(
            options.df, mean, sd * std::sqrt((options.df - 2) / options.df));
    }
    if (family == "beta") {
        double const width = options.max - options.min;
        double const m = (mean - options.min) / width;
        double const sum = m * (1 - m) * width * width / (sd * sd) - 1;
        if (!(m > 0 && m < 1) || !(sum > 0)) {
            throw DistributionError{
                {},
                fmt::format("no beta distribution on {} to {} has mean {} and sd {}",
                            format_number(options.min),
                            format_number(options.max),
                            format_number(mean),
                            format_number(sd)),
                {},
                {}};
        }
        return make_beta(m * sum, (1 - m) * sum, options.min, options.max);
    }
    detail::expect_positive(mean, "mean");
    if (family == "gamma") {
        return make_gamma(mean * mean / (sd * sd), sd * sd / mean);
    }
    double const variance = portable::log1p(sd * sd / (mean * mean));
    return make_lognormal(portable::log(mean) - variance / 2, std::sqrt(variance));
}

Distribution from_values(std::vector<double> const& values, bool is_date) {
    if (values.size() == 1) {
        return Distribution(values[0]);
    }
    bool const is_log = !is_date && values[0] > 0;
    Wanted wanted{{0.05, 0.95, values[0]}};
    if (values.size() == 2) {
        wanted.push_back({0.95, 0.05, values[1]});
        return fit_quantiles(is_log ? "lognormal" : "normal", wanted);
    }
    wanted.push_back({0.5, 0.5, values[1]});
    wanted.push_back({0.95, 0.05, values[2]});
    return fit_quantiles(is_log ? "split_lognormal" : "split_normal", wanted);
}

}  // namespace leadtime::estimator
