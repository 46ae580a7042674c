// SPDX-License-Identifier: Apache-2.0
#pragma once
#if !defined(__CUDACC__)  // nvcc reads no header of third parties here
#    include <Kokkos_Macros.hpp>
#endif

/// Marks every kernel function: callable on host and device, and inlined, so that one
/// source compiles to SIMD lanes here and to one thread per sample on a GPU.
#if defined(__CUDACC__)
#    define LEADTIME_FUNCTION __host__ __device__ __forceinline__
#else
#    define LEADTIME_FUNCTION KOKKOS_FORCEINLINE_FUNCTION
#endif

/// Host builds have SIMD packs (GCC and Clang vector types); device builds are scalar.
#if (defined(__GNUC__) || defined(__clang__)) && !defined(__CUDACC__)                  \
    && !defined(__HIPCC__) && !defined(SYCL_LANGUAGE_VERSION)
#    define LEADTIME_HAVE_PACKS 1
#endif
