// SPDX-License-Identifier: Apache-2.0
#include "kernels/statistics/bins.hpp"

#include "estimator/engine/statistics.hpp"
#include "estimator/engine/tile_kernels.hpp"
#include "kernels/lanes/normal.hpp"
#include "kernels/lanes/philox.hpp"

#include <benchmark/benchmark.h>

#include <vector>

using namespace leadtime;

namespace {

constexpr int rows = 64;
constexpr int lanes = kernels::samples_per_group;

/// Values of a lognormal (logarithmic axis) or normal (linear axis) output.
std::vector<float> draws(bool linear) {
    std::vector<float> values;
    for (std::uint64_t i = 0; i < std::uint64_t{rows} * lanes; ++i) {
        auto const word = static_cast<std::int32_t>(kernels::random_word(1, i, 2, 0));
        float const z = kernels::normal_score<float>(word);
        values.push_back(linear ? z : kernels::exponential(z));
    }
    return values;
}

/// Binning of 4,096 values of one output: quantile bookkeeping of a run.
void bin(benchmark::State& state) {
    auto const values = draws(state.range(0) != 0);
    estimator::Statistics statistics({estimator::make_axis(values)});
    auto const& kernels = estimator::best_kernels();
    for ([[maybe_unused]] auto _ : state) {
        kernels.bin_rows(statistics.axes[0],
                         values.data(),
                         rows,
                         lanes,
                         lanes,
                         statistics.counts.data(),
                         statistics.moments[0]);
        benchmark::DoNotOptimize(statistics.counts.data());
    }
    state.SetItemsProcessed(state.iterations() * rows * lanes);
}

/// Merging the statistics of two halves: 163 outputs as in catchup30.
void merge(benchmark::State& state) {
    std::vector<kernels::Axis> const axes(163, estimator::make_axis(draws(false)));
    estimator::Statistics statistics(axes);
    estimator::Statistics const other(axes);
    for ([[maybe_unused]] auto _ : state) {
        statistics.merge(other);
        benchmark::DoNotOptimize(statistics.counts.data());
    }
    state.SetItemsProcessed(state.iterations() * 163);
}

}  // namespace

BENCHMARK(bin)->Name("kernels/statistics/bin")->ArgName("linear")->Arg(0)->Arg(1);
BENCHMARK(merge)->Name("estimator/statistics/merge");
