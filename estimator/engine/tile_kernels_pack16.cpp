// SPDX-License-Identifier: Apache-2.0
// Compiled for x86-64-v4, and called only where the processor has it (best_kernels).
#include "estimator/engine/tile_kernels_of.hpp"

namespace leadtime::estimator {

TileKernels const& pack16_kernels() {
    static TileKernels const kernels = tile_kernels_of<kernels::Pack<16>>("x86-64-v4");
    return kernels;
}

}  // namespace leadtime::estimator
