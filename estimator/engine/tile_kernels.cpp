// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tile_kernels.hpp"

#include "estimator/engine/errors.hpp"

#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

#if defined(LEADTIME_X86_64_V4)
bool has_x86_64_v4() {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl");
}
#endif

}  // namespace

TileKernels const& best_kernels() {
#if defined(LEADTIME_X86_64_V4)
    if (has_x86_64_v4()) {
        return pack16_kernels();
    }
#endif
    return pack8_kernels();
}

TileKernels const& find_kernels(std::string_view instruction_set) {
    if (instruction_set.empty()) {
        return best_kernels();
    }
    if (instruction_set == "single") {
        return single_lane_kernels();
    }
    if (instruction_set == "v3") {
        return pack8_kernels();
    }
    if (instruction_set != "v4") {
        throw RunError(fmt::format(
            "the instruction set \"{}\" is not known (it may be single, v3 or v4)",
            instruction_set));
    }
    TileKernels const& best = best_kernels();
    if (best.lanes != 16) {
        throw RunError("the instruction set v4 cannot be used (this processor or build "
                       "has no AVX-512); leave it out or say v3");
    }
    return best;
}

}  // namespace leadtime::estimator
