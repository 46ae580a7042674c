// SPDX-License-Identifier: Apache-2.0
#include "kernels/cluster/cluster.hpp"

#include <benchmark/benchmark.h>

using namespace leadtime::kernels;

namespace {

/// Medians of docs/cluster.md and an H100.
template <class Real>
struct Machine {
    static constexpr auto r = [](float value) { return broadcast<Real>(value); };
    ClusterHardware<Real> hardware{r(989e12f),
                                   r(989e12f),
                                   r(.8f),
                                   r(.8f),
                                   r(80e9f),
                                   r(3.35e12f),
                                   r(8),
                                   r(450e9f),
                                   r(50e9f)};
    ClusterConstants<Real> constants{
        r(.92f),  r(.93f),   r(900),    r(166),    r(.6f),  r(.1f),  r(135),
        r(21.5f), r(1.22f),  r(.55f),   r(.77f),   r(.84f), r(.75f), r(.8f),
        r(4e-6f), r(10e-6f), r(.0077f), r(.0036f), r(.06f), r(1)};
    ClusterOperations<Real> operations{{r(40e3f),
                                        r(1.0f / 80),
                                        r(8),
                                        r(60),
                                        r(480),
                                        r(0),
                                        r(60),
                                        r(1),
                                        r(.02f),
                                        r(0),
                                        r(1),
                                        r(.06f)},
                                       r(0),
                                       r(1),
                                       r(30e6f),
                                       r(15e12f),
                                       r(1),
                                       r(1),
                                       r(0),
                                       r(2),
                                       r(0),
                                       r(1),
                                       r(.03f),
                                       r(.01f)};
};

/// A dense model of 405e9 parameters, or a mixture of experts of 671e9 with 37e9
/// active.
template <class Real>
ClusterJob<Real> job_of(bool experts) {
    auto const r = Machine<Real>::r;
    ClusterJob<Real> job{r(4.037e11f), r(4.058e11f), r(0),      r(126), r(0),
                         r(16384),     r(16384),     r(53248),  r(0),   r(1),
                         r(1),         r(0),         r(128256), r(1),   r(.5f),
                         r(4096),      r(16e6f),     r(0),      r(1),   r(0),
                         false,        false};
    if (experts) {
        job = {r(3.607e10f), r(6.71e11f), r(6.539e11f), r(61),   r(58),    r(7168),
               r(20480),     r(18432),    r(2048),      r(256),  r(8),     r(1),
               r(129280),    r(1),        r(.5f),       r(4096), r(63e6f), r(0),
               r(4),         r(0),        true,         false};
    }
    return job;
}

/// With its search for a layout; items are evaluations, one for each sample.
template <class Real>
void cluster(benchmark::State& state) {
    Machine<Real> const machine;
    auto const job = job_of<Real>(state.range(0) != 0);
    auto chips = broadcast<Real>(16384.0f);
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(chips);
        auto const result = cluster_run(
            machine.hardware, machine.constants, machine.operations, job, chips);
        benchmark::DoNotOptimize(result.duration_s);
    }
    state.SetItemsProcessed(state.iterations() * Lanes<Real>::width);
}

}  // namespace

BENCHMARK(cluster<float>)
    ->Name("kernels/cluster/run<float>")
    ->ArgName("experts")
    ->Arg(0)
    ->Arg(1);
BENCHMARK(cluster<Pack<8>>)
    ->Name("kernels/cluster/run<pack8>")
    ->ArgName("experts")
    ->Arg(0)
    ->Arg(1);
