// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/families/affine.hpp"
#include "estimator/quantities/families/fitting.hpp"
#include "estimator/quantities/families/list.hpp"

namespace leadtime::estimator {

using detail::expect_finite;
using detail::expect_positive;

Distribution make_normal(double mean, double sd) {
    expect_finite({mean, sd});
    expect_positive(sd, "sd");
    return detail::affine(false, mean, sd, sd);
}

Family detail::normal_family() {
    return {
        .name = "normal",
        .ways = {{{"mean", "sd"},
                  [](Given const& at) { return make_normal(at("mean"), at("sd")); }}},
        .fit = QuantileFit{.least = 2,
                           .fit =
                               [](Wanted const& wanted, Given const&) {
                                   auto const [location, scale] =
                                       fit_location_scale(wanted, score, Scale::linear);
                                   return make_normal(location, scale);
                               }},
    };
}

}  // namespace leadtime::estimator
