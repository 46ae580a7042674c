// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/kept_samples.hpp"
#include "estimator/engine/number_gate.hpp"
#include "estimator/engine/refine.hpp"
#include "estimator/engine/replicates.hpp"
#include "estimator/engine/row.hpp"
#include "estimator/engine/start_statistics.hpp"
#include "estimator/study/run_rows.hpp"

#include <functional>
#include <optional>
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

std::vector<Row> make_rows(Plan const& plan,
                           Statistics const& statistics,
                           ReplicateErrors const* errors) {
    auto const places = places_in_result(plan, statistics.rows);
    std::vector<Row> rows(places.size());
    on_all_threads("leadtime::make_rows", rows.size(), [&](std::size_t place) {
        std::size_t const i = places[place];
        auto const index = static_cast<int>(i);
        OutputInfo const& info =
            plan.outputs[static_cast<std::size_t>(statistics.rows[i])];
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
void refine(Run const& run, Statistics& statistics, ReplicateErrors* errors) {
    refine_quantiles(
        statistics,
        errors == nullptr ? run.samples : run.samples / qmc_replicates,
        [&](Statistics& part, std::span<QuantileOf const> quantiles) {
            SeeReplicate see;
            if (errors != nullptr) {
                see = [&, i = std::size_t{0}](Statistics const& replicate) mutable {
                    errors->refine(i++, replicate, quantiles);
                };
            }
            auto const runner =
                run.executor.runner(run.model.only(part.rows), run.options.seed);
            add_samples(*runner, run.samples, run.options.control.quiet(), part, see);
        });
}

/// Runs the samples once more for some outputs, keeps them, and makes their rows exact.
void keep(Run const& run, RunRows& result) {
    auto const outputs = run.model.find(run.options.keep);
    auto const values = keep_samples(run.executor,
                                     run.model,
                                     run.options.seed,
                                     run.samples,
                                     rows_of(outputs),
                                     run.options.control);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        OutputInfo const& info = outputs[i].info;
        auto const own = std::span(values).subspan(i * run.samples, run.samples);
        for (Row& row : result.rows) {
            if (row.step == info.step && row.path == info.path
                && row.metric == info.metric) {
                Row exact = exact_row(info, own, run.model.plan().levels);
                exact.shares_by_step = row.shares_by_step;
                if (run.options.sampler == Sampler::qmc) {
                    exact.quantile_standard_errors = row.quantile_standard_errors;
                    exact.mean_standard_error = row.mean_standard_error;
                }
                row = exact;
            }
        }
        result.kept.push_back(kept_samples(outputs[i], own));
    }
}

}  // namespace

RunRows binned_run(Run const& run) {
    Model const& model = run.model;
    std::uint64_t const seed = run.options.seed;
    Control const& control = run.options.control;
    std::optional<ReplicateErrors> errors;
    SeeReplicate see;
    if (run.options.sampler == Sampler::qmc) {
        errors.emplace(model.plan().levels);
        see = [&](Statistics const& replicate) { errors->add(replicate); };
    }
    ReplicateErrors* const own_errors = errors ? &*errors : nullptr;
    auto const runner = run.executor.runner(model, seed);
    Statistics statistics = start_statistics(
        model, *run.executor.pilot_runner(model, seed), seed, run.samples, control);
    add_samples(*runner, run.samples, control, statistics, see);
    check_numbers(model, *runner, seed, SampleRange{0, run.samples}, statistics);
    refine(run, statistics, own_errors);
    RunRows result;
    result.backend = runner->description();
    result.rows = make_rows(model.plan(), statistics, own_errors);
    if (!run.options.keep.empty()) {
        keep(run, result);
    }
    return result;
}

}  // namespace leadtime::estimator
