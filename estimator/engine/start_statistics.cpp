// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/start_statistics.hpp"

#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/number_gate.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace leadtime::estimator {

Statistics start_statistics(Model const& model,
                            SampleRunner& runner,
                            std::uint64_t seed,
                            std::uint64_t samples,
                            Control const& control) {
    QuantileLevels const& levels = model.plan().levels;
    std::vector<kernels::Axis> axes(model.outputs().size());
    BadValue const bad = first_bad(
        model, runner, {0, batch_samples}, [&](int output, std::span<float const> v) {
            axes[static_cast<std::size_t>(output)] = make_axis(v, levels);
        });
    if (bad.sample < samples) {
        refuse_sample(model, seed, bad.sample, bad.output, bad.value);
    }
    {  // the pilot goes before there are more counts
        Statistics pilot(std::move(axes));
        pilot.levels = levels;
        runner.add(
            {0, std::min(samples, second_pilot_samples)}, pilot, control.quiet());
        axes.assign(pilot.axes.size(), {});
        on_all_threads("leadtime::refine_axes", axes.size(), [&](std::size_t i) {
            axes[i] = refine_axis(pilot, static_cast<int>(i), samples);
        });
    }
    Statistics statistics(std::move(axes));
    statistics.levels = levels;
    return statistics;
}

}  // namespace leadtime::estimator
