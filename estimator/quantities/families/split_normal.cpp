// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/affine.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"

namespace leadtime::estimator {
namespace {

using detail::expect_finite;
using detail::expect_positive;

Distribution fit(Wanted const& wanted, Given const&) {
    double const median = detail::middle_of("split normal", wanted);
    return make_split_normal(median,
                             (wanted[0].value - median) / detail::score(wanted[0]),
                             (wanted[2].value - median) / detail::score(wanted[2]));
}

}  // namespace

Distribution make_split_normal(double median, double below, double above) {
    expect_finite({median, below, above});
    expect_positive(below, "sd_below");
    expect_positive(above, "sd_above");
    return detail::affine(false, median, below, above);
}

Family detail::split_normal_family() {
    return {
        .name = "split_normal",
        .words = "split normal",
        .ways = {{{"median", "sd_below", "sd_above"},
                  [](Given const& at) {
                      return make_split_normal(
                          at("median"), at("sd_below"), at("sd_above"));
                  }}},
        .fit = QuantileFit{.least = 3, .fit = fit},
    };
}

}  // namespace leadtime::estimator
