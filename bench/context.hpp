// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bench {

/// Adds git commit, Kokkos configuration and flags to the head of every report, so that
/// a number can be traced. Call after Kokkos and Google Benchmark were initialised.
void add_context();

}  // namespace bench
