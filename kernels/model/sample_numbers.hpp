// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/macros.hpp"

#include <cstdint>

namespace leadtime::kernels {

/// The numbers of a tile's samples: consecutive ones, or a list.
struct SampleNumbers {
    std::uint64_t first = 0;
    std::uint64_t const* list = nullptr;  ///< by lane; null: first, first + 1, ...

    LEADTIME_FUNCTION SampleNumbers(std::uint64_t from)
        : first(from) {}
    LEADTIME_FUNCTION explicit SampleNumbers(std::uint64_t const* numbers)
        : list(numbers) {}
    LEADTIME_FUNCTION std::uint64_t of(int lane) const {
        return list == nullptr ? first + static_cast<std::uint64_t>(lane) : list[lane];
    }
};

}  // namespace leadtime::kernels
