// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/philox.hpp"

#include "kernels/lanes/normal.hpp"

#include <benchmark/benchmark.h>

using namespace leadtime::kernels;

namespace {

void words(benchmark::State& state) {
    std::uint32_t out[samples_per_group];
    std::uint64_t group = 0;
    for ([[maybe_unused]] auto _ : state) {
        random_words(1, group++, 7u, 0u, out);
        benchmark::DoNotOptimize(out);
    }
    state.SetItemsProcessed(state.iterations() * samples_per_group);
}

template <class Real>
void normal_scores(benchmark::State& state) {
    std::uint32_t in[samples_per_group];
    float out[samples_per_group];
    std::uint64_t group = 0;
    for ([[maybe_unused]] auto _ : state) {
        random_words(1, group++, 7u, 0u, in);
        for (int lane = 0; lane < samples_per_group; lane += Lanes<Real>::width) {
            typename Lanes<Real>::Int word;
            memcpy(&word, in + lane, sizeof word);
            store(out + lane, normal_score<Real>(word));
        }
        benchmark::DoNotOptimize(out);
    }
    state.SetItemsProcessed(state.iterations() * samples_per_group);
}

}  // namespace

BENCHMARK(words)->Name("kernels/philox/words");
BENCHMARK(normal_scores<float>)->Name("kernels/normal/score<float>");
BENCHMARK(normal_scores<Pack<8>>)->Name("kernels/normal/score<pack8>");
