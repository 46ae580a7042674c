// SPDX-License-Identifier: Apache-2.0
#include "bench/context.hpp"

#include <Kokkos_Core.hpp>
#include <benchmark/benchmark.h>

/// Kokkos goes first and takes the `--kokkos-*` arguments; it ends after the
/// benchmarks.
int main(int argc, char* argv[]) {
    Kokkos::ScopeGuard const guard(argc, argv);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    bench::add_context();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
