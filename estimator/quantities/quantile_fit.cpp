// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/quantile_fit.hpp"

#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/number.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

/// What the miss of a quantile is measured against.
double yardstick(Wanted const& wanted, double value) {
    bool const all_positive = wanted.front().value > 0;
    return all_positive ? value : wanted.back().value - wanted.front().value;
}

/// Throws unless every quantile is met.
Distribution checked(Distribution fitted,
                     Family const& family,
                     Wanted const& wanted,
                     double tolerance) {
    double worst = 0;
    std::string reached;
    for (auto const& w : wanted) {
        double const x = detail::quantile(fitted, w);
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
                                        family.spoken(),
                                        format_number(100 * tolerance)),
                            "reached " + reached,
                            suggestion};
}

void expect_count(Family const& family, Wanted const& wanted, std::size_t least) {
    if (wanted.size() >= least) {
        return;
    }
    throw DistributionError{{},
                            fmt::format("a {} distribution needs at least {} quantiles",
                                        family.spoken(),
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

Family const& known(std::string_view name) {
    auto const* family = find_family(name);
    if (family == nullptr) {
        throw std::logic_error("unknown distribution " + std::string(name));
    }
    return *family;
}

}  // namespace

std::string quantile_key(double p) {
    return fmt::format("p{:.6g}", 100 * p);
}

Distribution
fit_quantiles(Family const& family, Wanted const& wanted, FitOptions const& options) {
    expect_count(family, wanted, family.fit->least);
    expect_ascending(wanted);
    return checked(family.fit->fit(wanted, family.given(options.parameters)),
                   family,
                   wanted,
                   options.tolerance);
}

Distribution fit_quantiles(std::string_view family,
                           Wanted const& wanted,
                           FitOptions const& options) {
    return fit_quantiles(known(family), wanted, options);
}

Distribution
fit_moments(std::string_view family, double mean, double sd, FamilyParameters options) {
    Family const& of = known(family);
    auto const way = std::ranges::find_if(
        of.ways, [](Way const& other) { return other.keys.back() == "sd"; });
    if (way == of.ways.end()) {
        throw std::logic_error("moments say no " + of.name + " distribution");
    }
    options["mean"] = mean;
    options["sd"] = sd;
    return way->build(of.given(std::move(options)));
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
