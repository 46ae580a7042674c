// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/list.hpp"

namespace leadtime::estimator {

Family detail::fixed_family() {
    return {
        .name = "fixed",
        .ways = {{{"value"},
                  [](Given const& at) { return Distribution(at("value")); }}},
    };
}

}  // namespace leadtime::estimator
