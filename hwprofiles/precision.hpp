// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace leadtime::hwprofiles {

/// Number formats a profile states a dense peak for.
enum class Precision { fp32, tf32, bf16, fp8, int8, fp4 };

inline constexpr std::array<Precision, 6> all_precisions{Precision::fp32,
                                                         Precision::tf32,
                                                         Precision::bf16,
                                                         Precision::fp8,
                                                         Precision::int8,
                                                         Precision::fp4};

/// The key of a precision in profiles and scenarios: `bf16`.
constexpr std::string_view to_string(Precision precision) {
    constexpr std::array<std::string_view, 6> names{
        "fp32", "tf32", "bf16", "fp8", "int8", "fp4"};
    return names[static_cast<std::size_t>(precision)];
}

/// The precision of a key, or nothing.
constexpr std::optional<Precision> precision_from(std::string_view key) {
    for (Precision const precision : all_precisions) {
        if (to_string(precision) == key) {
            return precision;
        }
    }
    return std::nullopt;
}

}  // namespace leadtime::hwprofiles
