// SPDX-License-Identifier: Apache-2.0
#include "estimator/run/tile_kernels_of.hpp"

namespace leadtime::estimator {

TileKernels const& single_lane_kernels() {
    static TileKernels const kernels = tile_kernels_of<float>("single");
    return kernels;
}

}  // namespace leadtime::estimator
