// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What this machine can do at best, measured: each on `threads` threads at once.
namespace bench {

/// Single-precision FLOP/s of independent fused multiply-adds in registers, with the
/// widest vectors the processor has.
double fma_peak_flop_per_s(int threads);

/// Random 32-bit words per second, written to the first-level cache.
double philox_words_per_s(int threads);

/// Increments per second of `bins` 32-bit counters at random places, for each thread
/// its own.
double histogram_increments_per_s(int threads, int bins);

}  // namespace bench
