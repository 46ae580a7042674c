// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tile_kernels_of.hpp"

#include <vector>

namespace leadtime::estimator {

TileKernels const& single_lane_kernels() {
    static TileKernels const kernels = tile_kernels_of<float>("single");
    return kernels;
}

void replay_sample(kernels::Plan const& plan,
                   std::uint64_t seed,
                   std::uint64_t sample,
                   SampleWitness const& witness) {
    std::vector<float> workspace(static_cast<std::size_t>(plan.workspace_rows));
    std::vector<float> outputs(static_cast<std::size_t>(plan.output_rows));
    kernels::Tile const tile = kernels::outputs_by_month(
        plan, {{workspace.data(), 1}, {outputs.data(), 1}, 1});
    kernels::start_tile<float>(plan, tile, seed, sample);
    for (int step = 0; step < plan.end_step; ++step) {
        kernels::step_model<float>(plan, tile, step);
        witness.step(step, workspace);
    }
    kernels::finish<float>(plan, tile);
    witness.end(workspace);
}

}  // namespace leadtime::estimator
