// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/session.hpp"

#include "estimator/cli/signals.hpp"
#include "hwprofiles/profile_library.hpp"

#ifdef _OPENMP
#    include <omp.h>
#endif

namespace leadtime::estimator {
namespace {

/// Keeps OMP_NUM_THREADS, or what the machine has, within what Kokkos can hold.
void limit_threads() noexcept {
#ifdef _OPENMP
    if (omp_get_max_threads() > max_threads) {
        omp_set_num_threads(max_threads);
    }
#endif
}

}  // namespace

Session::Checked::Checked(std::optional<int> threads) {
    check_environment(threads);
    limit_threads();
}

Session::Session(std::optional<int> threads, std::string const& device)
    : checked_(threads)
    , runtime_(threads) {
    auto options = executor_of_environment();
    auto const old_way = device.empty() ? note_on_environment(options) : std::string();
    if (!device.empty()) {
        options.device = device;
    }
    executor_ = make_executor(options);
    for (auto const& note : {old_way, executor_->note()}) {
        notes_ += note.empty() ? "" : "leadtime: note: " + note + "\n";
    }
}

ScenarioSource scenario_source(Arguments const& arguments) {
    return ScenarioSource(arguments.scenario,
                          arguments.overrides,
                          hwprofiles::ProfileLibrary::load(arguments.profiles_dir));
}

RunOptions run_options(Arguments const& arguments, ProgressBar& bar) {
    RunOptions options;
    options.samples = arguments.samples;
    options.seed = arguments.seed;
    options.sampler = arguments.sampler;
    options.keep = arguments.keep;
    options.control.stop = &stop_requested();
    options.control.progress = [&bar](std::uint64_t done, std::uint64_t total) {
        bar.show(done, total);
    };
    return options;
}

}  // namespace leadtime::estimator
