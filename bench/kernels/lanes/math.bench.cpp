// SPDX-License-Identifier: Apache-2.0
#include "kernels/lanes/math.hpp"

#include "kernels/lanes/normal.hpp"

#include <benchmark/benchmark.h>

#include <vector>

using namespace leadtime::kernels;

namespace {

constexpr int count = 1024;  // 4 KiB: stays in the first-level cache

/// Values between `low` and `high`, evenly spread.
std::vector<float> values(float low, float high) {
    std::vector<float> all;
    for (int i = 0; i < count; ++i) {
        all.push_back(low + (high - low) * (static_cast<float>(i) + 0.5f) / count);
    }
    return all;
}

template <class Real, class Function>
void run(benchmark::State& state, float low, float high, Function const& f) {
    auto const in = values(low, high);
    std::vector<float> out(count);
    for ([[maybe_unused]] auto _ : state) {
        for (int i = 0; i < count; i += Lanes<Real>::width) {
            store(out.data() + i, f(load<Real>(in.data() + i)));
        }
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * count);
}

template <class Real>
void exponential(benchmark::State& state) {
    run<Real>(
        state, -20.0f, 20.0f, [](Real x) { return leadtime::kernels::exponential(x); });
}
template <class Real>
void logarithm(benchmark::State& state) {
    run<Real>(
        state, 1e-3f, 1e3f, [](Real x) { return leadtime::kernels::logarithm(x); });
}
template <class Real>
void logarithm10(benchmark::State& state) {
    run<Real>(
        state, 1e-3f, 1e3f, [](Real x) { return leadtime::kernels::logarithm10(x); });
}
template <class Real>
void power(benchmark::State& state) {
    Real const y = broadcast<Real>(0.25f);
    run<Real>(
        state, 1e-3f, 1e3f, [&](Real x) { return leadtime::kernels::power(x, y); });
}
template <class Real>
void normal_cdf(benchmark::State& state) {
    run<Real>(
        state, -6.0f, 6.0f, [](Real x) { return leadtime::kernels::normal_cdf(x); });
}
template <class Real>
void quotient(benchmark::State& state) {
    run<Real>(state, 1.0f, 9.0f, [](Real x) { return broadcast<Real>(1.0f) / x; });
}

}  // namespace

BENCHMARK(exponential<float>)->Name("kernels/math/exponential<float>");
BENCHMARK(exponential<Pack<8>>)->Name("kernels/math/exponential<pack8>");
BENCHMARK(logarithm<float>)->Name("kernels/math/logarithm<float>");
BENCHMARK(logarithm<Pack<8>>)->Name("kernels/math/logarithm<pack8>");
BENCHMARK(logarithm10<Pack<8>>)->Name("kernels/math/logarithm10<pack8>");
BENCHMARK(power<Pack<8>>)->Name("kernels/math/power<pack8>");
BENCHMARK(normal_cdf<Pack<8>>)->Name("kernels/normal/cdf<pack8>");
BENCHMARK(quotient<Pack<8>>)->Name("kernels/math/quotient<pack8>");
