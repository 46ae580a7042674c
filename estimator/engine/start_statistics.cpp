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
    std::vector<int> const rows(model.rows().begin(), model.rows().end());
    std::vector<kernels::Axis> axes(rows.size());
    BadValue const bad = first_bad(
        model, runner, {0, batch_samples}, [&](std::size_t place, auto values) {
            axes[place] = make_axis(values, levels);
        });
    if (bad.sample < samples) {
        refuse_sample(model, seed, bad.sample, bad.output, bad.value);
    }
    {  // the pilot goes before there are more counts
        Statistics pilot(std::move(axes), rows);
        pilot.levels = levels;
        runner.add(
            {0, std::min(samples, second_pilot_samples)}, pilot, control.quiet());
        axes.assign(pilot.axes.size(), {});
        on_all_threads("leadtime::refine_axes", axes.size(), [&](std::size_t i) {
            axes[i] = refine_axis(pilot, static_cast<int>(i), samples);
        });
    }
    Statistics statistics(std::move(axes), rows);
    statistics.levels = levels;
    return statistics;
}

}  // namespace leadtime::estimator
