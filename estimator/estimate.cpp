// SPDX-License-Identifier: Apache-2.0
#include "estimator/estimate.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"
#include "estimator/run/exact_row.hpp"
#include "estimator/run/launch.hpp"
#include "estimator/run/launch_device.hpp"
#include "estimator/run/output_selection.hpp"
#include "estimator/run/refine.hpp"
#include "estimator/run/row.hpp"
#include "estimator/run/row_notes.hpp"
#include "estimator/sampler/replicates.hpp"
#include "estimator/sampler/sobol_plan.hpp"

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <utility>

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

/// Standard errors from replicates, where there are any, take the place of those from
/// independent samples.
void use_replicates(ReplicateErrors const& errors,
                    Statistics const& statistics,
                    OutputInfo const& output,
                    int index,
                    Row& row) {
    auto const i = static_cast<std::size_t>(index);
    double const to_unit = 1.0 / output.scale;
    OutputDistribution const distribution = statistics.distribution(index);
    for (std::size_t q = 0; q < quantile_levels.size(); ++q) {
        RefinedQuantile const* const refined = statistics.find_refined(index, q);
        double const of_bin =
            (refined != nullptr ? refined->distribution : distribution)
                .bin_error(quantile_levels[q]);
        row.quantile_standard_errors[q] =
            together(errors.of_quantile(i, q), of_bin) * to_unit;
    }
    row.mean_standard_error = errors.of_mean(i) * to_unit;
}

/// Rows by path, then metric, then step: the plan has them by step first.
std::vector<Row> make_rows(Plan const& plan,
                           Statistics const& statistics,
                           ReplicateErrors const* errors) {
    int const columns = static_cast<int>(plan.column_rows.size());
    int const monthly = columns * plan.steps;
    std::vector<Row> rows(plan.outputs.size());
    for_each_output(plan, [&](int i) {
        int const index = i < monthly ? i % plan.steps * columns + i / plan.steps : i;
        OutputInfo const& output = plan.outputs[static_cast<std::size_t>(index)];
        Row& row = rows[static_cast<std::size_t>(i)];
        row = make_row(plan, output, statistics, index);
        if (errors != nullptr) {
            use_replicates(*errors, statistics, output, index, row);
        }
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
    std::vector<kernels::Axis> axes(plan.outputs.size());
    {  // the pilot goes before there are more counts
        Statistics pilot(first_axes(plan, runner));
        RunOptions quiet;
        quiet.stop = options.stop;
        runner.add({0, std::min(samples, second_pilot_samples)}, pilot, quiet);
        for_each_output(plan, [&](int output) {
            axes[static_cast<std::size_t>(output)] =
                refine_axis(pilot, output, samples);
        });
    }
    return Statistics(std::move(axes));
}

namespace {

/// Takes note of the statistics of one replicate; empty where there are none.
using SeeReplicate = std::function<void(Statistics const& replicate)>;

/// Adds the samples [0, samples) where the chosen backend runs, one replicate after the
/// other where these are seen. Gives the backend in words.
std::string add_samples(Plan const& plan,
                        HostRunner& runner,
                        std::uint64_t samples,
                        RunOptions const& options,
                        Statistics& statistics,
                        SeeReplicate const& see) {
    std::optional<DeviceRunner> device;
    if (chosen_backend() == Backend::device) {
        device.emplace(plan, options.seed);
    }
    auto const add = [&](SampleRange range, Statistics& to, RunOptions const& own) {
        if (device) {
            device->add(range, to, own);
        } else {
            runner.add(range, to, own);
        }
    };
    if (!see) {
        add({0, samples}, statistics, options);
    } else {
        std::uint64_t const size = samples / qmc_replicates;
        for (std::uint64_t begin = 0; begin < samples; begin += size) {
            RunOptions own = options;
            own.progress = [&](std::uint64_t done, std::uint64_t) {
                if (options.progress) {
                    options.progress(begin + done, samples);
                }
            };
            Statistics replicate(statistics.axes, statistics.rows);
            add({begin, begin + size}, replicate, own);
            see(replicate);
            statistics.merge(replicate);
        }
    }
    return device ? device->description() : runner.description();
}

/// Runs the samples once more for outputs with quantiles whose bins are too wide.
void refine(Plan const& plan,
            std::uint64_t samples,
            RunOptions const& options,
            Statistics& statistics,
            ReplicateErrors* errors) {
    RunOptions quiet;
    quiet.seed = options.seed;
    quiet.stop = options.stop;
    refine_quantiles(statistics,
                     errors == nullptr ? samples : samples / qmc_replicates,
                     [&](Statistics& part, std::span<QuantileOf const> quantiles) {
                         Plan const needed = restrict_plan(plan, part.rows);
                         HostRunner runner(needed, quiet.seed);
                         SeeReplicate see;
                         if (errors != nullptr) {
                             see = [&, i = std::size_t{0}](
                                       Statistics const& replicate) mutable {
                                 errors->refine(i++, replicate, quantiles);
                             };
                         }
                         add_samples(needed, runner, samples, quiet, part, see);
                     });
}

/// Runs the samples once more for some outputs, keeps them, and makes their rows exact.
void keep_samples(Scenario const& scenario,
                  Plan const& plan,
                  RunOptions const& options,
                  Result& result) {
    auto const outputs = select_outputs(scenario, plan, options.keep);
    auto const rows = rows_of(outputs);
    std::vector<float> values(rows.size() * result.samples);
    Plan const needed = restrict_plan(plan, rows);
    HostRunner runner(needed, options.seed);
    runner.gather({0, result.samples}, rows, values, options);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        OutputInfo const& info = outputs[i].info;
        auto const own =
            std::span<float>(values).subspan(i * result.samples, result.samples);
        for (Row& row : result.rows) {
            if (row.step == info.step && row.path == info.path
                && row.metric == info.metric) {
                Row exact = exact_row(info, own);
                exact.shares_by_step = row.shares_by_step;
                if (result.replicates > 0) {
                    exact.quantile_standard_errors = row.quantile_standard_errors;
                    exact.mean_standard_error = row.mean_standard_error;
                }
                row = exact;
            }
        }
        auto const scale = static_cast<float>(info.scale);
        KeptSamples kept{outputs[i].name, info.unit, {own.begin(), own.end()}};
        for (float& x : kept.values) {
            x /= scale;
        }
        result.kept.push_back(std::move(kept));
    }
}

void describe(Scenario const& scenario, RunOptions const& options, Result& result) {
    result.scenario_name = scenario.name;
    result.scenario_file = scenario.file;
    result.scenario_hash = scenario.text_hash;
    result.seed = options.seed;
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
}

}  // namespace

Result estimate(Scenario const& given, RunOptions const& options) {
    auto const begin = std::chrono::steady_clock::now();
    if (options.samples < 1 || options.samples > most_samples) {
        throw RunError(
            fmt::format("{} samples cannot be run (the least is 1, the most {})",
                        options.samples,
                        most_samples));
    }
    std::optional<Scenario> extended;
    if (!options.keep.empty()) {
        extended = with_outputs(given, options.keep);
    }
    Scenario const& scenario = extended ? *extended : given;
    Plan plan = compile(scenario);
    Result result;
    result.samples = options.samples;
    std::optional<ReplicateErrors> errors;
    if (options.sampler == Sampler::qmc) {
        QmcDesign const design = qmc_design(options.samples);
        if (design.samples() < options.samples) {
            throw RunError(
                fmt::format("{} samples cannot be run with qmc (the most are {})",
                            options.samples,
                            design.samples()));
        }
        auto const layout = sobol_layout(scenario, plan, options.seed, options.aims);
        plan = with_sobol(std::move(plan), layout, design.samples_log2);
        result.samples = design.samples();
        result.sampler = "qmc";
        result.replicates = qmc_replicates;
        errors.emplace();
    }
    HostRunner runner(plan, options.seed);
    Statistics statistics = start_statistics(plan, runner, result.samples, options);
    ReplicateErrors* const own_errors = errors ? &*errors : nullptr;
    SeeReplicate see;
    if (errors) {
        see = [&](Statistics const& replicate) { errors->add(replicate); };
    }
    result.backend =
        add_samples(plan, runner, result.samples, options, statistics, see);
    check_numbers(plan, runner, statistics);
    refine(plan, result.samples, options, statistics, own_errors);
    describe(scenario, options, result);
    result.rows = make_rows(plan, statistics, own_errors);
    if (!options.keep.empty()) {
        keep_samples(scenario, plan, options, result);
    }
    for (std::string const& note : row_notes(result.rows)) {
        result.notes.push_back(note);
    }
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
