// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/functions.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {
namespace {

using detail::Function;

constexpr auto functions = std::to_array<Function>({
    {"min", Op::min, 2, "min(a, b)"},
    {"max", Op::max, 2, "max(a, b)"},
    {"exp", Op::exp, 1, "exp(x)"},
    {"log", Op::log, 1, "log(x)"},
    {"log10", Op::log10, 1, "log10(x)"},
    {"sqrt", Op::sqrt, 1, "sqrt(x)"},
    {"abs", Op::abs, 1, "abs(x)"},
    {"sin", Op::sin, 1, "sin(x)"},
    {"clip", Op::clip, 3, "clip(x, lo, hi)"},
    {"if", Op::if_, 3, "if(condition, a, b)"},
    {"at", Op::at, 2, "at(x, '2025-06')"},
    {"cumsum", Op::cumsum, 1, "cumsum(x)"},
    {"integral", Op::integral, 1, "integral(x)"},
    {"accumulate", Op::accumulate, 2, "accumulate(x, retain)"},
    {"delay", Op::delay, 2, "delay(x, months)"},
    {"crossing", Op::crossing, 2, "crossing(x, threshold)"},
    {"previous", Op::previous, 1, "previous(x)"},
    {"since", Op::since, 1, "since(date)"},
    {"legal", Op::legal, 2, "legal(h20, bis_2023)"},
    {"charge", Op::charge, 2, "charge(h200_sxm, bis_2026)"},
    {"pow", Op::pow, 2, "pow(x, exponent)"},
});

}  // namespace

namespace detail {

Function const* find_function(std::string_view name) {
    auto const* found = std::find_if(functions.begin(),
                                     functions.end(),
                                     [&](Function const& f) { return f.name == name; });
    return found == functions.end() ? nullptr : found;
}

}  // namespace detail

std::vector<std::string> function_names() {
    std::vector<std::string> names;
    for (auto const& function : functions) {
        names.emplace_back(function.name);
    }
    return names;
}

bool is_reserved_name(std::string_view name) {
    auto const* function = detail::find_function(name);
    // Common words that came later may name quantities too: a call has parentheses.
    bool const is_word = function != nullptr
                         && (function->op == Op::legal || function->op == Op::charge
                             || function->op == Op::since);
    return (function != nullptr && !is_word) || name == "month" || name == "year"
           || name == "and" || name == "or" || name == "not" || name == "path";
}

}  // namespace leadtime::estimator
