// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/functions.hpp"

#include "estimator/formulas/formula.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

kernels::Operation const* detail::find_function(std::string_view name) {
    for (auto const& operation : kernels::operation_table) {
        if (!name.empty() && operation.name == name) {
            return &operation;
        }
    }
    return nullptr;
}

std::vector<std::string> function_names() {
    std::vector<std::string> names;
    for (auto const& operation : kernels::operation_table) {
        if (!operation.name.empty()) {
            names.emplace_back(operation.name);
        }
    }
    return names;
}

bool is_reserved_name(std::string_view name) {
    auto const* function = detail::find_function(name);
    return (function != nullptr && !function->is_common_word) || name == "month"
           || name == "year" || name == "and" || name == "or" || name == "not"
           || name == "path";
}

}  // namespace leadtime::estimator
