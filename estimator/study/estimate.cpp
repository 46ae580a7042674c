// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/estimate.hpp"

#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/kept_samples.hpp"
#include "estimator/engine/number_gate.hpp"
#include "estimator/engine/refine.hpp"
#include "estimator/engine/replicates.hpp"
#include "estimator/engine/row.hpp"
#include "estimator/engine/row_notes.hpp"
#include "estimator/engine/sobol_plan.hpp"
#include "estimator/engine/start_statistics.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <span>
#include <utility>

namespace leadtime::estimator {
namespace {

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
    for (std::size_t q = 0; q < statistics.levels.size(); ++q) {
        RefinedQuantile const* const refined = statistics.find_refined(index, q);
        double const of_bin =
            (refined != nullptr ? refined->distribution : distribution)
                .bin_error(statistics.levels[q]);
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
    int const steps = plan.reported_steps();
    std::vector<std::pair<int, int>> order;  // the place of a row, and its statistics
    for (std::size_t i = 0; i < statistics.rows.size(); ++i) {
        int const row = statistics.rows[i];
        int const place =
            row < columns * steps ? row % columns * steps + row / columns : row;
        order.emplace_back(place, static_cast<int>(i));
    }
    std::ranges::sort(order);
    std::vector<Row> rows(order.size());
    on_all_threads("leadtime::make_rows", rows.size(), [&](std::size_t place) {
        int const index = order[place].second;
        int const output = statistics.rows[static_cast<std::size_t>(index)];
        OutputInfo const& info = plan.outputs[static_cast<std::size_t>(output)];
        Row& row = rows[place];
        row = make_row(plan, info, statistics, index);
        if (errors != nullptr) {
            use_replicates(*errors, statistics, info, index, row);
        }
    });
    return rows;
}

/// Takes note of the statistics of one replicate; empty where there are none.
using SeeReplicate = std::function<void(Statistics const& replicate)>;

/// Adds the samples [0, samples), one replicate after the other where these are seen.
void add_samples(SampleRunner& runner,
                 std::uint64_t samples,
                 Control const& control,
                 Statistics& statistics,
                 SeeReplicate const& see) {
    if (!see) {
        runner.add({0, samples}, statistics, control);
        return;
    }
    std::uint64_t const size = samples / qmc_replicates;
    for (std::uint64_t begin = 0; begin < samples; begin += size) {
        Statistics replicate(statistics.axes, statistics.rows);
        runner.add({begin, begin + size}, replicate, control.part(begin, samples));
        see(replicate);
        statistics.merge(replicate);
    }
}

/// Runs the samples once more for outputs with quantiles whose bins are too wide.
void refine(Model const& model,
            Executor const& executor,
            std::uint64_t samples,
            RunOptions const& options,
            Statistics& statistics,
            ReplicateErrors* errors) {
    refine_quantiles(
        statistics,
        errors == nullptr ? samples : samples / qmc_replicates,
        [&](Statistics& part, std::span<QuantileOf const> quantiles) {
            SeeReplicate see;
            if (errors != nullptr) {
                see = [&, i = std::size_t{0}](Statistics const& replicate) mutable {
                    errors->refine(i++, replicate, quantiles);
                };
            }
            auto const runner = executor.runner(model.only(part.rows), options.seed);
            add_samples(*runner, samples, options.control.quiet(), part, see);
        });
}

/// Runs the samples once more for some outputs, keeps them, and makes their rows exact.
void keep(Model const& model,
          Executor const& executor,
          RunOptions const& options,
          Result& result) {
    auto const outputs = model.find(options.keep);
    auto values = keep_samples(executor,
                               model,
                               options.seed,
                               result.samples,
                               rows_of(outputs),
                               options.control);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        OutputInfo const& info = outputs[i].info;
        auto const own =
            std::span<float>(values).subspan(i * result.samples, result.samples);
        for (Row& row : result.rows) {
            if (row.step == info.step && row.path == info.path
                && row.metric == info.metric) {
                Row exact = exact_row(info, own, model.plan().levels);
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
    result.levels = scenario.levels;
    for (Path const& path : scenario.paths) {
        result.paths.push_back(path.name);
    }
    if (!scenario.paths.empty()) {
        result.reference = scenario.paths[scenario.reference].name;
    }
    result.notes = scenario.notes;
    if (scenario.months_per_step > 1) {
        result.notes.push_back(fmt::format(
            "a step of {} months has the values of its last one; events and "
            "quantities without a memory have their means",
            scenario.months_per_step));
    }
}

}  // namespace

Result
estimate(Model const& given, Executor const& executor, RunOptions const& options) {
    auto const begin = std::chrono::steady_clock::now();
    if (options.samples < 1 || options.samples > most_samples) {
        throw RunError(
            fmt::format("{} samples cannot be run (the least is 1, the most {})",
                        options.samples,
                        most_samples));
    }
    if (!options.keep.empty() && options.samples > most_kept_samples) {
        throw RunError(fmt::format("{} samples cannot be kept (the most are {})",
                                   options.samples,
                                   most_kept_samples));
    }
    Model model = given.with_outputs(options.keep);
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
        auto const layout =
            sobol_layout(executor, model.whole(), options.seed, options.aims);
        model = model.with_plan(with_sobol(model.plan(), layout, design.samples_log2));
        result.samples = design.samples();
        result.sampler = "qmc";
        result.replicates = qmc_replicates;
        errors.emplace(model.plan().levels);
    }
    auto const runner = executor.runner(model, options.seed);
    Statistics statistics =
        start_statistics(model,
                         *executor.pilot_runner(model, options.seed),
                         options.seed,
                         result.samples,
                         options.control);
    ReplicateErrors* const own_errors = errors ? &*errors : nullptr;
    SeeReplicate see;
    if (errors) {
        see = [&](Statistics const& replicate) { errors->add(replicate); };
    }
    add_samples(*runner, result.samples, options.control, statistics, see);
    result.backend = runner->description();
    check_numbers(
        model, *runner, options.seed, SampleRange{0, result.samples}, statistics);
    refine(model, executor, result.samples, options, statistics, own_errors);
    describe(model.scenario(), options, result);
    result.rows = make_rows(model.plan(), statistics, own_errors);
    if (!options.keep.empty()) {
        keep(model, executor, options, result);
    }
    for (std::string const& note : row_notes(result.rows, result.levels)) {
        result.notes.push_back(note);
    }
    std::chrono::duration<double> const elapsed =
        std::chrono::steady_clock::now() - begin;
    result.wall_time_s = elapsed.count();
    return result;
}

}  // namespace leadtime::estimator
