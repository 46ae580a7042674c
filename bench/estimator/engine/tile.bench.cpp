// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/host_runner.hpp"
#include "kernels/lanes/philox.hpp"

#include "bench/aligned.hpp"
#include "bench/estimator/plans.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

/// Tiles of 64 samples through the kernels of each instruction set: single quantities,
/// the formula engine, whole models. One thread, without bins.
using namespace leadtime;

namespace {

void run_tiles(benchmark::State& state,
               estimator::Plan const& plan,
               estimator::TileKernels const& kernels,
               double per_sample = 1.0) {
    constexpr int lanes = kernels::samples_per_group;
    kernels::Plan const view = plan.view();
    bench::Floats workspace(static_cast<std::size_t>(view.workspace_rows) * lanes);
    bench::Floats outputs(static_cast<std::size_t>(view.output_rows) * lanes);
    std::uint64_t first = 0;
    for ([[maybe_unused]] auto _ : state) {
        kernels.run_tile(view, workspace.data(), outputs.data(), 1, first);
        first += lanes;
        benchmark::DoNotOptimize(outputs.data());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(
        static_cast<double>(state.iterations()) * lanes * per_sample));
}

constexpr int quantities = 16;

void add(std::string const& name,
         estimator::Plan (*make)(std::string const&),
         std::string const& what,
         double per_sample = 1.0) {
    for (auto const* isa : {"single", "v3", "best"}) {
        std::string const full = name + "<" + isa + ">";
        benchmark::RegisterBenchmark(
            full.c_str(), [=, isa = std::string(isa)](benchmark::State& state) {
                auto const& kernels = isa == "single" ? estimator::single_lane_kernels()
                                      : isa == "v3"   ? estimator::pack8_kernels()
                                                      : estimator::best_kernels();
                run_tiles(state, make(what), kernels, per_sample);
            });
    }
}

/// Items are draws for distributions, instructions for formulas, samples for models.
int const registered = [] {
    for (auto const& [name, value] : bench::distributions()) {
        add("kernels/draw/" + name, bench::plan_of_draws, value, quantities);
    }
    for (auto const& [name, formula] : bench::formulas()) {
        add("kernels/program/" + name,
            bench::plan_of_formula,
            formula,
            bench::formula_steps * bench::formula_count);
    }
    add("estimator/tile/minimal", bench::plan_of_file, "scenarios/minimal.toml");
    add("estimator/tile/catchup30",
        bench::plan_of_file,
        "scenarios/reproduce/catchup30.toml");
    add("estimator/tile/baseline", bench::plan_of_file, "baseline");
    return 0;
}();

}  // namespace
