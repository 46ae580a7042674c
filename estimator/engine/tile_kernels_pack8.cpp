// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tile_kernels_of.hpp"

namespace leadtime::estimator {

TileKernels const& pack8_kernels() {
    static TileKernels const kernels = tile_kernels_of<kernels::Pack<8>>("x86-64-v3");
    return kernels;
}

}  // namespace leadtime::estimator
