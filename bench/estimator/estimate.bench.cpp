// SPDX-License-Identifier: Apache-2.0
#include "estimator/estimate.hpp"

#include "hwprofiles/profile_library.hpp"

#include <benchmark/benchmark.h>

using namespace leadtime;

namespace {

/// The whole run of the built-in baseline: pilot, samples, statistics, result.
void baseline(benchmark::State& state) {
    auto const profiles = hw::ProfileLibrary::load();
    auto const scenario = estimator::read_scenario("baseline", profiles);
    estimator::RunOptions options;
    options.samples = static_cast<std::uint64_t>(state.range(0));
    for (auto _ : state) {
        benchmark::DoNotOptimize(estimator::estimate(scenario, options).rows.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void read_baseline(benchmark::State& state) {
    auto const profiles = hw::ProfileLibrary::load();
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            estimator::read_scenario("baseline", profiles).quantities.size());
    }
}

}  // namespace

BENCHMARK(baseline)
    ->Name("estimator/estimate/baseline")
    ->ArgName("samples")
    ->Arg(1'000)
    ->Arg(20'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(read_baseline)
    ->Name("estimator/scenario/read_baseline")
    ->Unit(benchmark::kMillisecond);
