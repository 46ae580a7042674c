// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/estimate.hpp"

#include "estimator/engine/replicates.hpp"
#include "estimator/engine/row_notes.hpp"
#include "estimator/engine/sobol_plan.hpp"
#include "estimator/study/buying_policy.hpp"
#include "estimator/study/run_rows.hpp"

#include <chrono>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator {
namespace {

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
    for (Path const& path : scenario.paths) {
        if (path.seeks_policy && path.policy) {
            result.notes.push_back(fmt::format(
                "{} buys {} (order = \"best\")", path.name, text_of(*path.policy)));
        }
    }
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
    bool const are_kept = !options.keep.empty() || options.always_sorted;
    if (are_kept && options.samples > most_kept_samples) {
        throw RunError(fmt::format("{} samples cannot be kept (the most are {})",
                                   options.samples,
                                   most_kept_samples));
    }
    Model model = with_found_policies(given.with_outputs(options.keep), executor);
    Result result;
    result.samples = options.samples;
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
    }
    result.is_exact =
        options.always_sorted
        || (!options.always_binned && is_exact(model.plan(), result.samples));
    Run const run{model, executor, options, result.samples};
    auto made = result.is_exact ? exact_run(run) : binned_run(run);
    result.rows = std::move(made.rows);
    result.kept = std::move(made.kept);
    result.backend = std::move(made.backend);
    describe(model.scenario(), options, result);
    for (std::string const& note : row_notes(result.rows, result.levels)) {
        result.notes.push_back(note);
    }
    std::chrono::duration<double> const elapsed =
        std::chrono::steady_clock::now() - begin;
    result.wall_time_s = elapsed.count();
    return result;
}

}  // namespace leadtime::estimator
