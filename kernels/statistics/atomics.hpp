// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/macros.hpp"

#include <cstdint>

#if !defined(__CUDACC__)
#    include <Kokkos_Core.hpp>
#endif

/// Atomic updates of integers: their order never changes a result. Kokkos' own, but
/// where nvcc compiles, which sees no Kokkos: there they are the language's.
namespace leadtime::kernels {

#if !defined(__CUDACC__)

template <class Integer>
KOKKOS_FORCEINLINE_FUNCTION void atomic_add(Integer* to, Integer value) {
    Kokkos::atomic_add(to, value);
}
KOKKOS_FORCEINLINE_FUNCTION void atomic_minimum(std::int32_t* to, std::int32_t value) {
    Kokkos::atomic_min(to, value);
}
KOKKOS_FORCEINLINE_FUNCTION void atomic_maximum(std::int32_t* to, std::int32_t value) {
    Kokkos::atomic_max(to, value);
}

#else

template <class Integer>
LEADTIME_FUNCTION void atomic_add(Integer* to, Integer value) {
#    if defined(__CUDA_ARCH__)
    if constexpr (sizeof(Integer) == 8) {
        atomicAdd(reinterpret_cast<unsigned long long*>(to),
                  static_cast<unsigned long long>(value));
    } else {
        atomicAdd(reinterpret_cast<unsigned int*>(to),
                  static_cast<unsigned int>(value));
    }
#    else
    *to += value;
#    endif
}
LEADTIME_FUNCTION void atomic_minimum(std::int32_t* to, std::int32_t value) {
#    if defined(__CUDA_ARCH__)
    atomicMin(to, value);
#    else
    *to = value < *to ? value : *to;
#    endif
}
LEADTIME_FUNCTION void atomic_maximum(std::int32_t* to, std::int32_t value) {
#    if defined(__CUDA_ARCH__)
    atomicMax(to, value);
#    else
    *to = value > *to ? value : *to;
#    endif
}

#endif

}  // namespace leadtime::kernels
