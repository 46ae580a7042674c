// SPDX-License-Identifier: Apache-2.0
// The one place that includes Thrust: plain C++ with THRUST_DEVICE_SYSTEM_OMP, or CUDA.
#include "kernels/statistics/ordering.hpp"

#include <thrust/binary_search.h>
#include <thrust/copy.h>
#include <thrust/device_vector.h>
#include <thrust/execution_policy.h>
#include <thrust/sequence.h>
#include <thrust/sort.h>
#include <thrust/transform.h>

namespace leadtime::kernels {
namespace {

using Values = thrust::device_vector<float>;
using Numbers = thrust::device_vector<std::uint32_t>;

/// Zeros lose their sign: back ends differ in whether -0 sorts before 0.
struct ZeroUnsigner {
    __host__ __device__ float operator()(float x) const { return x + 0.0f; }
};

Values to_device(std::span<float const> values) {
    Values copy(values.data(), values.data() + values.size());
    thrust::transform(
        thrust::device, copy.begin(), copy.end(), copy.begin(), ZeroUnsigner());
    return copy;
}

template <class Vector, class Value>
void to_host(Vector const& from, std::span<Value> to) {
    thrust::copy(from.begin(), from.end(), to.data());
}

}  // namespace

void sort_values(std::span<float> values) {
    Values sorted = to_device(values);
    thrust::stable_sort(thrust::device, sorted.begin(), sorted.end());
    to_host(sorted, values);
}

void sort_order(std::span<float const> values, std::span<std::uint32_t> order) {
    Values keys = to_device(values);
    Numbers places(values.size());
    thrust::sequence(thrust::device, places.begin(), places.end());
    thrust::stable_sort_by_key(
        thrust::device, keys.begin(), keys.end(), places.begin());
    to_host(places, order);
}

void rank_values(std::span<float const> values,
                 std::span<std::uint32_t> at_most,
                 std::span<std::uint32_t> below) {
    Values const unsorted = to_device(values);
    Values sorted = unsorted;
    thrust::stable_sort(thrust::device, sorted.begin(), sorted.end());
    Numbers ranks(values.size());
    thrust::upper_bound(thrust::device,
                        sorted.begin(),
                        sorted.end(),
                        unsorted.begin(),
                        unsorted.end(),
                        ranks.begin());
    to_host(ranks, at_most);
    thrust::lower_bound(thrust::device,
                        sorted.begin(),
                        sorted.end(),
                        unsorted.begin(),
                        unsorted.end(),
                        ranks.begin());
    to_host(ranks, below);
}

char const* ordering_backend() {
#if THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_CUDA
    return "CUDA";
#elif THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_OMP
    return "OpenMP";
#elif THRUST_DEVICE_SYSTEM == THRUST_DEVICE_SYSTEM_TBB
    return "TBB";
#else
    return "C++";
#endif
}

}  // namespace leadtime::kernels
