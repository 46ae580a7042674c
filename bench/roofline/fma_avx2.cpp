// SPDX-License-Identifier: Apache-2.0
#include "bench/roofline/fma_loop.hpp"

namespace bench {

double fma_narrow(int rounds) {
    return fma_loop<leadtime::kernels::Pack<8>>(rounds);
}

}  // namespace bench
