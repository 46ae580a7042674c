// SPDX-License-Identifier: Apache-2.0
#include "estimator/cpu_check.hpp"

namespace leadtime::estimator {

char const* cpu_problem() noexcept {
#if defined(LEADTIME_X86_64_V3) && (defined(__x86_64__) || defined(__amd64__))
    __builtin_cpu_init();
    bool const is_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                       && __builtin_cpu_supports("bmi")
                       && __builtin_cpu_supports("bmi2");
    if (!is_v3) {
        return "this CPU lacks AVX2, FMA or BMI2 (this program was built for "
               "x86-64-v3, "
               "CPUs since about 2013); build it with -DLEADTIME_X86_64_V3=OFF";
    }
#endif
    return nullptr;
}

}  // namespace leadtime::estimator
