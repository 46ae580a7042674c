// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// Sorts the values of one output after another, on one thread: a radix sort of their
/// keys, in buffers that stay. Some thousand values take a third of the time of
/// std::sort; all threads sort millions in kernels::sort_values().
class ValueSorter {
  public:
    /// The values ascending, infinities too; -0 becomes 0. None is NaN. What it gives
    /// lasts until the next call.
    std::span<float const> sort(std::span<float const> values);

  private:
    std::vector<std::uint32_t> keys_;
    std::vector<std::uint32_t> spare_;
    std::vector<float> sorted_;
};

}  // namespace leadtime::estimator
