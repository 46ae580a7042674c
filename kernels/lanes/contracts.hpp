// SPDX-License-Identifier: Apache-2.0
#pragma once

/// LEADTIME_EXPECT(condition): a precondition. Where LEADTIME_ASSERTIONS is set (presets
/// dev, asan and fuzz) a broken one ends the program with its text, a device thread with
/// a trap; elsewhere it costs nothing.
#if defined(LEADTIME_ASSERTIONS) && defined(__CUDA_ARCH__)
#    define LEADTIME_EXPECT(condition) ((condition) ? static_cast<void>(0) : __trap())
#elif defined(LEADTIME_ASSERTIONS)
#    include <cstdio>
#    include <cstdlib>

namespace leadtime::kernels::detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void
end_at_broken_contract(char const* condition, char const* file, int line) {
    std::fprintf(stderr, "%s:%d: contract broken: %s\n", file, line, condition);
    std::abort();
}

}  // namespace leadtime::kernels::detail

#    define LEADTIME_EXPECT(condition)                                                 \
        ((condition) ? static_cast<void>(0)                                            \
                     : ::leadtime::kernels::detail::end_at_broken_contract(            \
                         #condition, __FILE__, __LINE__))
#else
#    define LEADTIME_EXPECT(condition) static_cast<void>(0)
#endif
