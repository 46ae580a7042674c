// SPDX-License-Identifier: Apache-2.0
#include "estimator/estimate.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/run/launch.hpp"
#include "estimator/run/launch_device.hpp"
#include "estimator/run/row.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t second_pilot_samples = 8192;
constexpr std::uint64_t most_samples = 4'294'967'295;  // counts are 32-bit

/// Calls f with every output row, on all threads; f must not throw.
template <class Function>
void for_each_output(Plan const& plan, Function const& f) {
    using Space = Kokkos::DefaultHostExecutionSpace;
    Kokkos::parallel_for(
        "leadtime::for_each_output",
        Kokkos::RangePolicy<Space>(0, static_cast<int>(plan.outputs.size())),
        f);
    Space().fence("leadtime: rows are read right after");
}

std::string describe(OutputInfo const& output) {
    std::string const name =
        output.path.empty() ? output.metric
                            : fmt::format("path.{}.{}", output.path, output.metric);
    return output.step < 0 ? name : fmt::format("{} in step {}", name, output.step);
}

/// Whether a value cannot be a result: not a number, or infinite where nothing is
/// censored.
bool is_bad(OutputInfo const& output, float value) {
    return std::isnan(value) || (std::isinf(value) && !output.may_be_infinite);
}

[[noreturn]] void
fail_bad(OutputInfo const& output, std::uint64_t sample, bool not_a_number) {
    throw RunError(
        not_a_number ? fmt::format(
            "{} is not a number in sample {} (a formula divides 0 by 0, or takes "
            "the "
            "logarithm or a power of a negative number); check the formulas it "
            "depends on",
            describe(output),
            sample)
                     : fmt::format(
                         "{} is infinite in sample {} (numbers above 3.4e38 overflow); "
                         "check the inputs it depends on",
                         describe(output),
                         sample));
}

/// Fails at the first bad sample of an output, which has one in [0, samples).
[[noreturn]] void fail_at_first_bad(Plan const& plan,
                                    HostRunner& runner,
                                    std::uint64_t samples,
                                    std::size_t output) {
    OutputInfo const& info = plan.outputs[output];
    for (std::uint64_t begin = 0; begin < samples; begin += batch_samples) {
        std::uint64_t const end = std::min(begin + batch_samples, samples);
        std::vector<float> const values = runner.samples({begin, end});
        std::size_t const count = end - begin;
        for (std::size_t i = 0; i < count; ++i) {
            float const value = values[output * count + i];
            if (is_bad(info, value)) {
                fail_bad(info, begin + i, std::isnan(value));
            }
        }
    }
    throw std::logic_error("a bad sample was counted and cannot be found");
}

/// Fails if any output of the run has a value that cannot be a result.
void check_numbers(Plan const& plan, HostRunner& runner, Statistics const& statistics) {
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        auto const count = [&](kernels::SpecialBin bin) {
            return statistics.special(static_cast<int>(i), bin);
        };
        std::uint64_t const infinite =
            count(kernels::bin_plus_infinity) + count(kernels::bin_minus_infinity);
        if (count(kernels::bin_not_a_number) > 0
            || (infinite > 0 && !plan.outputs[i].may_be_infinite)) {
            fail_at_first_bad(plan, runner, statistics.samples, i);
        }
    }
}

/// Rows by path, then metric, then step: the plan has them by step first.
std::vector<Row> make_rows(Plan const& plan, Statistics const& statistics) {
    int const columns = static_cast<int>(plan.column_rows.size());
    int const monthly = columns * plan.steps;
    std::vector<Row> rows(plan.outputs.size());
    for_each_output(plan, [&](int i) {
        int const index = i < monthly ? i % plan.steps * columns + i / plan.steps : i;
        rows[static_cast<std::size_t>(i)] = make_row(
            plan, plan.outputs[static_cast<std::size_t>(index)], statistics, index);
    });
    return rows;
}

/// Axes good enough for a second pilot: from samples kept one by one.
std::vector<kernels::Axis> first_axes(Plan const& plan, HostRunner& runner) {
    std::vector<kernels::Axis> axes(plan.outputs.size());
    std::vector<int> first_bad(plan.outputs.size(), -1);
    std::vector<float> bad_values(plan.outputs.size());
    runner.visit({0, batch_samples}, [&](int output, std::span<float const> values) {
        auto const i = static_cast<std::size_t>(output);
        axes[i] = make_axis(values);
        auto const found = std::find_if(values.begin(), values.end(), [&](float x) {
            return is_bad(plan.outputs[i], x);
        });
        if (found != values.end()) {
            first_bad[i] = static_cast<int>(found - values.begin());
            bad_values[i] = *found;
        }
    });
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (first_bad[i] >= 0) {
            fail_bad(plan.outputs[i],
                     static_cast<std::uint64_t>(first_bad[i]),
                     std::isnan(bad_values[i]));
        }
    }
    return axes;
}

}  // namespace

Statistics start_statistics(Plan const& plan,
                            HostRunner& runner,
                            std::uint64_t samples,
                            RunOptions const& options) {
    Statistics pilot(first_axes(plan, runner));
    RunOptions quiet;
    quiet.stop = options.stop;
    runner.add({0, std::min(samples, second_pilot_samples)}, pilot, quiet);
    std::vector<kernels::Axis> axes(pilot.axes.size());
    for_each_output(plan, [&](int output) {
        axes[static_cast<std::size_t>(output)] = refine_axis(pilot, output, samples);
    });
    return Statistics(std::move(axes));
}

Result estimate(Scenario const& scenario, RunOptions const& options) {
    auto const begin = std::chrono::steady_clock::now();
    if (options.samples < 1 || options.samples > most_samples) {
        throw RunError(
            fmt::format("{} samples cannot be run (the least is 1, the most {})",
                        options.samples,
                        most_samples));
    }
    Plan const plan = compile(scenario);
    HostRunner runner(plan, options.seed);
    Statistics statistics = start_statistics(plan, runner, options.samples, options);
    Result result;
    if (chosen_backend() == Backend::device) {
        DeviceRunner device(plan, options.seed);
        device.add({0, options.samples}, statistics, options);
        result.backend = device.description();
    } else {
        runner.add({0, options.samples}, statistics, options);
        result.backend = runner.description();
    }
    check_numbers(plan, runner, statistics);
    result.scenario_name = scenario.name;
    result.scenario_file = scenario.file;
    result.scenario_hash = scenario.text_hash;
    result.seed = options.seed;
    result.samples = options.samples;
    result.determinism = "everywhere";
    result.start_month = scenario.start_month;
    result.steps = scenario.steps;
    result.months_per_step = scenario.months_per_step;
    for (Path const& path : scenario.paths) {
        result.paths.push_back(path.name);
    }
    if (!scenario.paths.empty()) {
        result.reference = scenario.paths[scenario.reference].name;
    }
    result.notes = scenario.notes;
    result.rows = make_rows(plan, statistics);
    std::chrono::duration<double> const elapsed =
        std::chrono::steady_clock::now() - begin;
    result.wall_time_s = elapsed.count();
    return result;
}

Row const*
Result::find(std::string_view path, std::string_view metric, int step) const {
    for (Row const& row : rows) {
        if (row.step == step && row.path == path && row.metric == metric) {
            return &row;
        }
    }
    return nullptr;
}

}  // namespace leadtime::estimator
