// SPDX-License-Identifier: Apache-2.0
// Compiled for x86-64-v4 where the build has it; runs only where the processor does.
#include "bench/roofline/fma_loop.hpp"

namespace bench {

double fma_wide([[maybe_unused]] int rounds) {
#if defined(__AVX512F__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) {
        return fma_loop<leadtime::kernels::Pack<16>>(rounds);
    }
#endif
    return 0.0;
}

}  // namespace bench
