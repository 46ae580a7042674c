// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/estimate.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/leadtime.hpp"

#include <benchmark/benchmark.h>

using namespace leadtime;

namespace {

/// The whole run of the built-in baseline: pilot, samples, statistics, result.
void baseline(benchmark::State& state) {
    estimator::Model const model(estimator::ScenarioSource("baseline").read());
    auto const executor = estimator::make_executor();
    estimator::RunOptions options;
    options.samples = static_cast<std::uint64_t>(state.range(0));
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(
            estimator::estimate(model, *executor, options).rows.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// The benchmark that peers run too (bench/peers).
void catchup30(benchmark::State& state) {
    estimator::Model const model(
        estimator::ScenarioSource(LEADTIME_SOURCE_DIR
                                  "/scenarios/reproduce/catchup30.toml")
            .read());
    auto const executor = estimator::make_executor();
    estimator::RunOptions options;
    options.samples = static_cast<std::uint64_t>(state.range(0));
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(
            estimator::estimate(model, *executor, options).rows.size());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void compile_baseline(benchmark::State& state) {
    auto const scenario =
        estimator::read_scenario("baseline", hwprofiles::ProfileLibrary::load());
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(estimator::compile(scenario).workspace_rows);
    }
}

void read_baseline(benchmark::State& state) {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    for ([[maybe_unused]] auto _ : state) {
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
BENCHMARK(compile_baseline)
    ->Name("estimator/compile/baseline")
    ->Unit(benchmark::kMillisecond);
BENCHMARK(catchup30)
    ->Name("estimator/estimate/catchup30")
    ->ArgName("samples")
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
