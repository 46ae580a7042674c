// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Sorting, ranking and order statistics. All of it goes through Thrust, here and
/// nowhere else: ordering.cpp is compiled with Thrust's OpenMP back end, and by nvcc with
/// its CUDA back end in tests. No type of either is seen here. Unlike the rest of
/// kernels/ these are host functions; they allocate, and may throw std::bad_alloc.
///
/// Values may be infinite but not NaN; zeros of both signs are equal. Results are the
/// same bits on every back end and number of threads: all sorts are stable.
namespace leadtime::kernels {

/// Sorts ascending; either zero becomes +0.
void sort_values(std::span<float> values);

/// order[i] = the place of the i-th smallest value; equal values keep their order.
/// Both have the same size, below 2^32.
void sort_order(std::span<float const> values, std::span<std::uint32_t> order);

/// at_most[i] = how many values are <= values[i], below[i] = how many are < values[i].
void rank_values(std::span<float const> values,
                 std::span<std::uint32_t> at_most,
                 std::span<std::uint32_t> below);

/// "OpenMP", "CUDA", "C++" or "TBB".
char const* ordering_backend();

}  // namespace leadtime::kernels
