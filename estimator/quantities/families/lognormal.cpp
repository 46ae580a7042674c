// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/affine.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <cmath>
#include <limits>

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_positive;

Distribution from_moments(double mean, double sd) {
    expect_positive(sd, "sd");
    expect_positive(mean, "mean");
    double const variance = portable::log1p(sd * sd / (mean * mean));
    return make_lognormal(portable::log(mean) - variance / 2, std::sqrt(variance));
}

Distribution from_median(double median, double sigma) {
    expect_positive(median, "median");
    return make_lognormal(portable::log(median), sigma);
}

Distribution fit(Wanted const& wanted, Given const&) {
    detail::expect_within("lognormal", wanted, 0, HUGE_VAL);
    auto const [location, scale] =
        detail::fit_location_scale(wanted, detail::score, detail::Scale::logarithmic);
    return make_lognormal(location, scale);
}

}  // namespace

Distribution make_lognormal(double mu, double sigma) {
    expect_finite({mu, sigma});
    expect_positive(sigma, "sigma");
    return detail::affine(true, mu, sigma, sigma);
}

Family detail::lognormal_family() {
    return {
        .name = "lognormal",
        .ways =
            {{{"mu", "sigma"},
              [](Given const& at) { return make_lognormal(at("mu"), at("sigma")); }},
             {{"median", "sigma"},
              [](Given const& at) { return from_median(at("median"), at("sigma")); }},
             {{"mean", "sd"},
              [](Given const& at) { return from_moments(at("mean"), at("sd")); }}},
        .fit = QuantileFit{.least = 2, .fit = fit},
        .is_logarithmic = true,
    };
}

}  // namespace leadtime::estimator
