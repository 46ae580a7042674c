// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/each_output.hpp"
#include "estimator/engine/launch.hpp"
#include "estimator/engine/number_gate.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t second_pilot_samples = 8192;

}  // namespace

Statistics start_statistics(Plan const& plan,
                            HostRunner& runner,
                            std::uint64_t samples,
                            RunOptions const& options,
                            Scenario const* scenario) {
    std::vector<kernels::Axis> axes(plan.outputs.size());
    BadValue const bad = first_bad(
        plan, runner, {0, batch_samples}, [&](int output, std::span<float const> v) {
            axes[static_cast<std::size_t>(output)] = make_axis(v, plan.levels);
        });
    if (scenario != nullptr && bad.sample < samples) {
        refuse_sample(*scenario, plan, options.seed, bad.sample, bad.output, bad.value);
    }
    {  // the pilot goes before there are more counts
        Statistics pilot(std::move(axes));
        pilot.levels = plan.levels;
        RunOptions quiet;
        quiet.stop = options.stop;
        runner.add({0, std::min(samples, second_pilot_samples)}, pilot, quiet);
        axes.assign(pilot.axes.size(), {});
        for_each_output(plan, [&](int output) {
            axes[static_cast<std::size_t>(output)] =
                refine_axis(pilot, output, samples);
        });
    }
    Statistics statistics(std::move(axes));
    statistics.levels = plan.levels;
    return statistics;
}

}  // namespace leadtime::estimator
