// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Kokkos_Macros.hpp>

/// Marks every kernel function: callable on host and device, and inlined, so that one
/// source compiles to SIMD lanes here and to one thread per sample on a GPU.
#define LEADTIME_FUNCTION KOKKOS_FORCEINLINE_FUNCTION

/// Host builds have SIMD packs (GCC and Clang vector types); device builds are scalar.
#if (defined(__GNUC__) || defined(__clang__)) && !defined(__CUDACC__)                  \
    && !defined(__HIPCC__) && !defined(SYCL_LANGUAGE_VERSION)
#    define LEADTIME_HAVE_PACKS 1
#endif
