// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/sweep.hpp"

#include "estimator/cli/progress.hpp"
#include "estimator/cli/signals.hpp"
#include "estimator/output/number_format.hpp"
#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include <fmt/format.h>
#include <ostream>

namespace leadtime::estimator {

int run_sweep_command(Arguments const& arguments, std::ostream& out) {
    auto const profiles = hw::ProfileLibrary::load(arguments.profiles_dir);
    auto const read = [&](std::vector<std::string> const& overrides) {
        auto all = arguments.overrides;
        all.insert(all.end(), overrides.begin(), overrides.end());
        return read_scenario(arguments.scenario, profiles, split_overrides(all));
    };
    handle_stop_signals();
    ProgressBar bar(!arguments.quiet, "cells");
    RunOptions options;
    options.samples = arguments.samples;
    options.seed = arguments.seed;
    options.stop = &stop_requested();
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
        bar.show(done, total);
    };
    auto const summary =
        run_sweep(read, arguments.sweep, options, *arguments.output_directory);
    if (!arguments.quiet && summary.found > 0) {
        fmt::print(stderr,
                   "{} cells were there from an earlier call\n",
                   grouped_text(summary.found));
    }
    out << fmt::format("{} cells, {} outputs each, {} samples a cell: "
                       "sweep.csv, sweep.nc and sweep.json in {}\n",
                       grouped_text(summary.cells),
                       summary.outputs,
                       grouped_text(arguments.samples),
                       *arguments.output_directory);
    return 0;
}

}  // namespace leadtime::estimator
