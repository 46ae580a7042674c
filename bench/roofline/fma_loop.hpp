// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lanes/lanes.hpp"

namespace bench {

/// Ten independent chains of fused multiply-adds, enough to hide their latency; gives
/// the operations done. Included by one file for each instruction set.
template <class Real>
double fma_loop(int rounds) {
    using namespace leadtime::kernels;
    constexpr int chains = 10;
    Real sums[chains];
    for (int i = 0; i < chains; ++i) {
        sums[i] = broadcast<Real>(static_cast<float>(i));
    }
    Real const factor = broadcast<Real>(0.999f);
    Real const term = broadcast<Real>(1e-3f);
    for (int round = 0; round < rounds; ++round) {
        for (int i = 0; i < chains; ++i) {
            sums[i] = fused(sums[i], factor, term);
        }
    }
    Real total = sums[0];
    for (int i = 1; i < chains; ++i) {
        total = total + sums[i];
    }
    alignas(64) float out[Lanes<Real>::width];
    store(out, total);
    [[maybe_unused]] static thread_local float volatile sink;
    sink = out[0];
    return 2.0 * chains * Lanes<Real>::width * rounds;
}

}  // namespace bench
