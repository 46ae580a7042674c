// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/formulas/formula.hpp"

#include <cstddef>
#include <string_view>

namespace leadtime::estimator::detail {

/// A function that formulas may call.
struct Function {
    std::string_view name;
    Op op;
    std::size_t arity;       ///< of min and max the least
    std::string_view usage;  ///< an example of a call
};

/// The function, or null.
Function const* find_function(std::string_view name);

}  // namespace leadtime::estimator::detail
