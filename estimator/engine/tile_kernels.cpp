// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tile_kernels.hpp"

#include "estimator/engine/errors.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <string>

namespace leadtime::estimator {
namespace {

bool has_x86_64_v4() {
#if defined(LEADTIME_X86_64_V4)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

}  // namespace

TileKernels const& best_kernels() {
    char const* const wanted = std::getenv("LEADTIME_ISA");
    std::string const name = wanted == nullptr ? "" : wanted;
    if (name == "single") {
        return single_lane_kernels();
    }
    if (name == "v3") {
        return pack8_kernels();
    }
#if defined(LEADTIME_X86_64_V4)
    if ((name.empty() || name == "v4") && has_x86_64_v4()) {
        return pack16_kernels();
    }
#endif
    if (name == "v4") {
        throw RunError("LEADTIME_ISA=v4 cannot be used (this processor or build has no "
                       "AVX-512); leave it unset or say v3");
    }
    if (!name.empty()) {
        throw RunError(fmt::format(
            "LEADTIME_ISA=\"{}\" is not known (it may be single, v3 or v4)", name));
    }
    return pack8_kernels();
}

}  // namespace leadtime::estimator
