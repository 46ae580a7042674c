// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/host_runner.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/output/build_info.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "hwprofiles/profile_library.hpp"
#include "kernels/model/sample_tile.hpp"
#include "text/config_error.hpp"

#include "bench/aligned.hpp"
#include "bench/roofline/parallel.hpp"
#include "bench/roofline/peaks.hpp"
#include "bench/roofline/tally.hpp"

#include <Kokkos_Core.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>
#include <vector>

/// What this machine can do, and what share of it a scenario's kernels reach.
///
///     leadtime_roofline [SCENARIO...]     default: baseline
///
/// Threads: OMP_NUM_THREADS, or all.
using namespace leadtime;

namespace {

constexpr int lanes = kernels::samples_per_group;

struct Buffers {
    bench::Floats workspace;
    bench::Floats outputs;  ///< of several tiles, as a batch has them
    std::vector<std::uint32_t> counts;
    std::vector<kernels::Moments> moments;
    std::uint64_t next = 0;
};

constexpr int tiles = 64;

std::size_t floats(int rows) {
    return static_cast<std::size_t>(rows) * lanes;
}

/// One scenario's plan, run piece by piece on threads of our own.
class Scenario {
  public:
    Scenario(std::string const& name, int threads)
        : model_(estimator::read_scenario(name, hwprofiles::ProfileLibrary::load()))
        , view_(model_.plan().view())
        , draws_only_(view_)
        , threads_(threads)
        , statistics_([&] {
            estimator::HostRunner runner(model_.shared_plan(), 1);
            return estimator::start_statistics(model_, runner, 1, 10'000'000);
        }()) {
        draws_only_.end_step = 0;
        draws_only_.counts.prologue = 0;
        draws_only_.counts.epilogue = 0;
        draws_only_.counts.paths = 0;
        draws_only_.counts.scalar_rows = 0;
        draws_only_.counts.comparisons = 0;
        draws_only_.counts.milestone_groups = 0;
        for (int i = 0; i < threads; ++i) {
            buffers_.push_back({bench::Floats(floats(view_.workspace_rows)),
                                bench::Floats(floats(view_.output_rows) * tiles),
                                std::vector<std::uint32_t>(statistics_.counts.size()),
                                std::vector<kernels::Moments>(statistics_.axes.size()),
                                static_cast<std::uint64_t>(i) << 32});
        }
    }

    /// Floating-point operations of one sample, and how many of them are fused.
    std::pair<double, double> operations() const {
        std::vector<float> workspace(static_cast<std::size_t>(view_.workspace_rows));
        std::vector<float> outputs(static_cast<std::size_t>(view_.output_rows));
        constexpr int samples = 64;
        kernels::Tally::operations = 0;
        kernels::Tally::fused_operations = 0;
        for (int sample = 0; sample < samples; ++sample) {
            kernels::Tile const tile{{workspace.data(), 1}, {outputs.data(), 1}, 1};
            kernels::run_tile<kernels::Tally>(
                view_, tile, 1, static_cast<std::uint64_t>(sample));
        }
        return {static_cast<double>(kernels::Tally::operations) / samples,
                2.0 * static_cast<double>(kernels::Tally::fused_operations) / samples};
    }

    double samples_per_s(kernels::Plan const& plan, int threads) {
        return bench::rate_of(threads, [&](int thread) {
            run(plan, thread);
            return static_cast<double>(tiles * lanes);
        });
    }
    double draws_per_s() { return samples_per_s(draws_only_, threads_); }
    double samples_per_s(int threads) { return samples_per_s(view_, threads); }
    double bins_per_s() {
        return bench::rate_of(threads_, [&](int thread) {
            bin(thread);
            return static_cast<double>(tiles * lanes);
        });
    }
    double all_per_s(int threads) {
        return bench::rate_of(threads, [&](int thread) {
            run(view_, thread);
            bin(thread);
            return static_cast<double>(tiles * lanes);
        });
    }
    kernels::Plan const& view() const { return view_; }

  private:
    void run(kernels::Plan const& plan, int thread) {
        Buffers& own = buffers_[static_cast<std::size_t>(thread)];
        for (int tile = 0; tile < tiles; ++tile) {
            kernels_.run_tile(plan,
                              own.workspace.data(),
                              own.outputs.data()
                                  + floats(view_.output_rows)
                                        * static_cast<std::size_t>(tile),
                              1,
                              own.next);
            own.next += lanes;
        }
    }
    void bin(int thread) {
        Buffers& own = buffers_[static_cast<std::size_t>(thread)];
        for (int output = 0; output < view_.output_rows; ++output) {
            auto const o = static_cast<std::size_t>(output);
            kernels_.bin_rows(statistics_.axes[o],
                              own.outputs.data() + o * lanes,
                              tiles,
                              static_cast<std::ptrdiff_t>(floats(view_.output_rows)),
                              lanes,
                              own.counts.data(),
                              own.moments[o]);
        }
    }

    estimator::Model model_;
    kernels::Plan view_;
    kernels::Plan draws_only_;
    int threads_;
    estimator::Statistics statistics_;
    estimator::TileKernels kernels_ = estimator::best_kernels();
    std::vector<Buffers> buffers_;
};

void report(std::string const& name, int threads, double peak) {
    Scenario scenario(name, threads);
    auto const [operations, fused] = scenario.operations();
    double const one = scenario.samples_per_s(1);
    double const kernel = scenario.samples_per_s(threads);
    double const draws = scenario.draws_per_s();
    double const bins = scenario.bins_per_s();
    double const all = scenario.all_per_s(threads);
    double const all_one = scenario.all_per_s(1);
    // What is left when a piece is switched off, as times of one sample.
    double const bookkeeping = 1.0 / all - 1.0 / kernel;
    std::printf("\n%s: %d rows a sample at work, %d outputs, %.0f operations a sample "
                "(%.0f %% fused)\n",
                name.c_str(),
                scenario.view().workspace_rows,
                scenario.view().output_rows,
                operations,
                100.0 * fused / operations);
    std::printf("  kernel alone            %12.4g samples/s  %8.4g FLOP/s  %5.1f %% of "
                "the FMA peak\n",
                kernel,
                kernel * operations,
                100.0 * kernel * operations / peak);
    std::printf(
        "  draws alone             %12.4g samples/s  %5.1f %% of the time of all\n",
        draws,
        100.0 * all / draws);
    std::printf("  bins alone              %12.4g samples/s  %5.1f %% (by difference "
                "%.1f %%)\n",
                bins,
                100.0 * all / bins,
                100.0 * all * bookkeeping);
    std::printf("  all                     %12.4g samples/s  draws and bins: %.1f %%\n",
                all,
                100.0 * (all / draws + std::max(all * bookkeeping, all / bins)));
    std::printf("  1 -> %d threads          %11.2f x kernel, %.2f x all\n",
                threads,
                kernel / one,
                all / all_one);
}

int run(int argc, char* argv[]) {
    char const* const wanted = std::getenv("OMP_NUM_THREADS");
    int const threads =
        wanted != nullptr && std::atoi(wanted) > 0
            ? std::atoi(wanted)
            : static_cast<int>(std::max(std::thread::hardware_concurrency(), 1u));
    auto const& build = estimator::build_info();
    auto const& chosen = estimator::best_kernels();
    std::printf("leadtime %s, git %s%s, %s, kernels %s, %d threads\n",
                std::string(build.version).c_str(),
                std::string(build.git_hash).c_str(),
                build.git_dirty ? " (modified)" : "",
                std::string(build.flags).c_str(),
                chosen.name,
                threads);
    double const peak = bench::fma_peak_flop_per_s(threads);
    std::printf("  FMA peak                %12.4g FLOP/s (single precision)\n", peak);
    std::printf("  Philox4x32-10           %12.4g words/s\n",
                bench::philox_words_per_s(threads));
    for (int const bins : {512, 4096, 1 << 20}) {
        std::printf("  histogram, %7d bins %12.4g increments/s\n",
                    bins,
                    bench::histogram_increments_per_s(threads, bins));
    }
    if (argc < 2) {
        report("baseline", threads, peak);
    }
    for (int i = 1; i < argc; ++i) {
        report(argv[i], threads, peak);
    }
    return 0;
}

}  // namespace

int main(int argc, char* argv[]) {
    Kokkos::InitializationSettings settings;
    settings.set_disable_warnings(true);
    Kokkos::initialize(settings);
    int status = 2;
    try {
        status = run(argc, argv);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "%s\n", error.what());
    }
    Kokkos::finalize();
    return status;
}
