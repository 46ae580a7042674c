// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/statistics/bins.hpp"

#include <cstdint>

namespace leadtime::estimator {

// NOLINTNEXTLINE(modernize-use-using): __extension__ goes before no alias
__extension__ typedef __int128 Int128;

/// The sums of kernels::Moments, for 2^64 samples; extremes stay there.
struct WideMoments {
    Int128 sum = 0;
    kernels::WideSum squares;
    std::uint64_t count = 0;
    kernels::detail::TailSumsOf<Int128> tail;

    void add(kernels::Moments const& moments) { add_sums(moments); }
    void add(WideMoments const& moments) { add_sums(moments); }

  private:
    template <class Other>
    void add_sums(Other const& other) {
        sum += other.sum;
        squares.add(other.squares);
        count += other.count;
        tail.add(other.tail);
    }
};

}  // namespace leadtime::estimator
