// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/affine.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/portable_math.hpp"

#include <cmath>

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_positive;

Distribution fit(Wanted const& wanted, Given const&) {
    detail::expect_within("split lognormal", wanted, 0, HUGE_VAL);
    double const median = detail::middle_of("split lognormal", wanted);
    return make_split_lognormal(
        median,
        portable::log(wanted[0].value / median) / detail::score(wanted[0]),
        portable::log(wanted[2].value / median) / detail::score(wanted[2]));
}

}  // namespace

Distribution make_split_lognormal(double median, double below, double above) {
    expect_finite({median, below, above});
    expect_positive(median, "median");
    expect_positive(below, "sigma_below");
    expect_positive(above, "sigma_above");
    return detail::affine(true, portable::log(median), below, above);
}

Family detail::split_lognormal_family() {
    return {
        .name = "split_lognormal",
        .words = "split lognormal",
        .ways = {{{"median", "sigma_below", "sigma_above"},
                  [](Given const& at) {
                      return make_split_lognormal(
                          at("median"), at("sigma_below"), at("sigma_above"));
                  }}},
        .fit = QuantileFit{.least = 3, .fit = fit},
        .is_logarithmic = true,
    };
}

}  // namespace leadtime::estimator
