// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/atoms.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/number.hpp"

namespace leadtime::estimator {

Distribution make_bernoulli(double p) {
    if (!(p >= 0 && p <= 1)) {
        throw DistributionError{"p", "\"p\" must be at least 0 and at most 1", {}, {}};
    }
    return detail::steps_of({0, 1}, {1 - p, p}, "Bernoulli, p " + format_number(p));
}

Family detail::bernoulli_family() {
    return {
        .name = "bernoulli",
        .ways = {{{"p"}, [](Given const& at) { return make_bernoulli(at("p")); }}},
    };
}

}  // namespace leadtime::estimator
