// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/result.hpp"

namespace leadtime::estimator {

Row const*
Result::find(std::string_view path, std::string_view metric, int step) const {
    for (Row const& row : rows) {
        if (row.step == step && row.path == path && row.metric == metric) {
            return &row;
        }
    }
    return nullptr;
}

}  // namespace leadtime::estimator
