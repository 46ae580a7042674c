// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/replicates.hpp"
#include "estimator/engine/row.hpp"
#include "estimator/engine/value_sorter.hpp"
#include "estimator/study/run_rows.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace leadtime::estimator {
namespace {

/// Quantiles and mean by replicate and output.
using ByReplicate = std::vector<std::vector<std::vector<double>>>;

std::vector<double> statistics_of(std::span<float const> sorted,
                                  QuantileLevels const& levels) {
    std::vector<double> statistics;
    for (double const p : levels.all()) {
        statistics.push_back(quantile_of_sorted(sorted, p));
    }
    statistics.push_back(mean_of_finite(finite_part(sorted)));
    return statistics;
}

double share_at_most(std::span<float const> sorted, double x) {
    auto const above = std::upper_bound(sorted.begin(), sorted.end(), x);
    return static_cast<double>(above - sorted.begin())
           / static_cast<double>(sorted.size());
}

/// Standard errors from replicates take the place of those from independent samples.
void use_replicates(ByReplicate all,
                    Plan const& plan,
                    std::span<int const> outputs,
                    std::span<std::size_t const> places,
                    std::vector<Row>& rows) {
    ReplicateErrors errors(plan.levels);
    for (auto& replicate : all) {
        errors.add(std::move(replicate));
    }
    for (std::size_t place = 0; place < places.size(); ++place) {
        std::size_t const i = places[place];
        double const to_unit =
            1.0 / plan.outputs[static_cast<std::size_t>(outputs[i])].scale;
        for (std::size_t q = 0; q < plan.levels.size(); ++q) {
            rows[place].quantile_standard_errors[q] =
                errors.of_quantile(i, q) * to_unit;
        }
        rows[place].mean_standard_error = errors.of_mean(i) * to_unit;
    }
}

}  // namespace

bool is_exact(std::uint64_t outputs, std::uint64_t samples) {
    constexpr std::uint64_t most_samples_kept = 65'536;
    constexpr std::uint64_t most_bytes = std::uint64_t{192} << 20;
    return samples <= most_samples_kept
           && samples * outputs * sizeof(float) <= most_bytes;
}

RunRows exact_run(Run const& run) {
    Model const& model = run.model;
    Plan const& plan = model.plan();
    auto const outputs = model.rows();
    auto const samples = static_cast<std::size_t>(run.samples);
    RunRows result;
    std::size_t const size = outputs.size() * samples;
    auto const memory = std::make_unique_for_overwrite<float[]>(size);
    std::span<float> const values(memory.get(), size);
    {
        auto const runner = run.executor.runner(model, run.options.seed);
        result.backend = runner->description();
        runner->gather({0, run.samples}, outputs, values, run.options.control);
    }
    bool const has_replicates = run.options.sampler == Sampler::qmc;
    ByReplicate by_replicate(has_replicates ? qmc_replicates : 0);
    for (auto& replicate : by_replicate) {
        replicate.resize(outputs.size());
    }
    auto const places = places_in_result(plan, outputs);
    std::vector<char> bad(outputs.size());  // one a thread, unlike bool
    result.rows.resize(outputs.size());
    on_free_threads("leadtime::exact_rows", outputs.size(), [&](std::size_t place) {
        std::size_t const i = places[place];
        OutputInfo const& info = plan.outputs[static_cast<std::size_t>(outputs[i])];
        auto const own = values.subspan(i * samples, samples);
        if (find_bad(info, own)) {
            bad[i] = 1;
            return;
        }
        ValueSorter sorter;
        for (std::size_t r = 0; r < by_replicate.size(); ++r) {
            std::size_t const part = samples / by_replicate.size();
            by_replicate[r][i] =
                statistics_of(sorter.sort(own.subspan(r * part, part)), plan.levels);
        }
        auto const sorted = sorter.sort(own);
        Row& row = result.rows[place];
        row = row_of_sorted(info, sorted, plan.levels);
        row.shares_by_step = shares_by_step(
            plan, info, [&](double month) { return share_at_most(sorted, month); });
    });
    if (std::ranges::find(bad, 1) != bad.end()) {
        check_values(model, run.options.seed, outputs, values);
    }
    if (has_replicates) {
        use_replicates(std::move(by_replicate), plan, outputs, places, result.rows);
    }
    for (auto const& output : model.find(run.options.keep)) {
        auto const found = std::ranges::lower_bound(outputs, output.row);
        auto const own = values.subspan(
            static_cast<std::size_t>(found - outputs.begin()) * samples, samples);
        result.kept.push_back(kept_samples(output, own));
    }
    return result;
}

}  // namespace leadtime::estimator
