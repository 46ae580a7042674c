// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/atoms.hpp"
#include "estimator/quantities/families/list.hpp"
#include "estimator/quantities/number.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace leadtime::estimator {

Distribution make_empirical(std::vector<double> values) {
    if (values.empty()) {
        throw DistributionError{"values", "\"values\" must not be empty", {}, {}};
    }
    auto const [low, high] = std::minmax_element(values.begin(), values.end());
    auto words = fmt::format("empirical, {} values from {} to {}",
                             values.size(),
                             format_number(*low),
                             format_number(*high));
    return detail::steps_of(
        values, std::vector<double>(values.size(), 1.0), std::move(words));
}

Family detail::empirical_family() {
    return {
        .name = "empirical",
        .ways = {{{"values"}, Way::Reads::values},
                 {{"file", "column"}, Way::Reads::file}},
    };
}

}  // namespace leadtime::estimator
