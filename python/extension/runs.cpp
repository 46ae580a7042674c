// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/result_origin.hpp"
#include "estimator/study/result_rows.hpp"

#include "python/extension/arrays.hpp"
#include "python/extension/bindings.hpp"
#include "python/extension/worker.hpp"

#include <cstddef>
#include <cstdint>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nb = nanobind;

namespace leadtime::python {
namespace {

/// (path, metric, unit, month or None) of each row, and its statistics: a column for
/// each of `statistics`, as summary.csv has them.
void add_rows(nb::dict& result, Result const& made, Scenario const& scenario) {
    auto const columns = estimator::reported_columns(made.levels);
    nb::list names;
    std::vector<double> values;
    std::size_t width = 0;
    nb::list rows;
    nb::list shares;  // of dates: (row, the share of samples by each step)
    for (Row const& row : made.rows) {
        if (!row.shares_by_step.empty()) {
            shares.append(nb::make_tuple(nb::len(rows), row.shares_by_step));
        }
        auto const statistics = estimator::statistics(row, columns, true);
        if (width == 0) {
            width = statistics.size();
            for (auto const& statistic : statistics) {
                names.append(statistic.name);
            }
        }
        for (auto const& statistic : statistics) {
            values.push_back(statistic.value);
        }
        rows.append(nb::make_tuple(
            row.path, row.metric, row.unit, month_or_none(scenario, row.step)));
    }
    result["statistics"] = names;
    result["rows"] = rows;
    result["shares_by_month"] = shares;
    nb::list months;
    for (int step = 0; step < made.steps; ++step) {
        months.append(month_or_none(scenario, step));
    }
    result["months"] = months;
    result["values"] = as_table(std::move(values), made.rows.size(), width);
    nb::list errors;
    for (auto const& column : columns.columns) {
        errors.append(
            nb::make_tuple(made.levels[column.place], column.name, column.error_name));
    }
    result["quantiles"] = errors;
}

nb::dict dict_of(Result& made, PyModel const& self) {
    Scenario const& scenario = self.model.scenario();
    nb::dict result;
    result["scenario"] = made.scenario_name;
    result["file"] = made.scenario_file;
    result["hash"] = made.scenario_hash;
    result["seed"] = made.seed;
    result["samples"] = made.samples;
    result["sampler"] = made.sampler;
    result["replicates"] = made.replicates;
    result["wall_time_s"] = made.wall_time_s;
    result["backend"] = made.backend;
    result["determinism"] = made.determinism;
    result["quantile_source"] = std::string(made.quantile_source());
    result["start_month"] = made.start_month;
    result["steps"] = made.steps;
    result["months_per_step"] = made.months_per_step;
    result["paths"] = made.paths;
    result["reference"] = made.reference;
    result["notes"] = made.notes;
    result["program"] = estimator::program_name();
    result["description"] = scenario.description;
    add_rows(result, made, scenario);
    nb::list kept;
    for (auto& samples : made.kept) {
        std::size_t const count = samples.values.size();
        kept.append(nb::make_tuple(
            samples.name, samples.unit, as_table(std::move(samples.values), 1, count)));
    }
    result["kept"] = kept;
    return result;
}

nb::dict run(PyModel const& self,
             std::uint64_t samples,
             std::uint64_t seed,
             std::vector<std::string> const& outputs,
             std::vector<std::string> const& keep,
             std::vector<std::string> const& until,
             bool is_qmc,
             bool is_sorted,
             nb::object const& progress,
             std::string const& device) {
    RunOptions options;
    options.samples = samples;
    options.seed = seed;
    options.sampler = is_qmc ? Sampler::qmc : Sampler::philox;
    options.always_sorted = is_sorted;
    options.keep = keep;
    std::vector<PrecisionGoal> goals;
    for (auto const& text : until) {
        goals.push_back(read_goal(text, self.model.scenario().levels));
    }
    UntilResult made;
    run_job(
        [&](Executor const& executor, Control const& control) {
            auto wanted = outputs;
            if (!wanted.empty()) {
                wanted.insert(wanted.end(), keep.begin(), keep.end());
                for (auto const& goal : goals) {
                    wanted.push_back(goal.output);
                }
            }
            Model const model = restricted(self.model, wanted);
            options.control = control;
            if (goals.empty()) {
                made = {estimate(model, executor, options), true, {}};
            } else {
                made = estimate_until(model, executor, options, goals);
            }
        },
        progress,
        device);
    auto result = dict_of(made.result, self);
    result["is_reached"] = made.is_reached;
    result["explanation"] = made.explanation;
    return result;
}

/// Outputs side by side: (name, path, metric, unit, months or None, first row) of each
/// series or scalar.
nb::list describe(Scenario const& scenario,
                  std::vector<SelectedOutput> const& outputs) {
    nb::list all;
    for (std::size_t i = 0; i < outputs.size();) {
        auto const& info = outputs[i].info;
        std::size_t end = i + 1;
        while (end < outputs.size() && outputs[end].info.path == info.path
               && outputs[end].info.metric == info.metric && info.step >= 0
               && outputs[end].info.step > outputs[end - 1].info.step) {
            ++end;
        }
        // some months asked for one by one are no series
        bool const is_series =
            end - i > 1 && end - i == static_cast<std::size_t>(scenario.steps);
        end = is_series ? end : i + 1;
        nb::list months;
        for (std::size_t k = i; k < end; ++k) {
            months.append(month_or_none(scenario, outputs[k].info.step));
        }
        auto const series_name =
            info.path.empty() ? info.metric : info.path + "." + info.metric;
        all.append(
            nb::make_tuple(is_series ? series_name : outputs[i].name,
                           info.path,
                           info.metric,
                           info.unit,
                           is_series ? nb::object(months) : nb::object(nb::none()),
                           i));
        i = end;
    }
    return all;
}

using Uniforms = nb::ndarray<double const, nb::ndim<2>, nb::device::cpu>;

/// Samples of some outputs from `first_sample` on, as drawn or as given: their
/// description, and float32[output, sample] in their units.
nb::tuple sample(PyModel const& self,
                 std::vector<std::string> const& outputs,
                 std::uint64_t samples,
                 std::uint64_t seed,
                 std::uint64_t first_sample,
                 std::optional<Uniforms> const& uniforms,
                 std::vector<std::string> const& inputs,
                 nb::object const& progress,
                 std::string const& device) {
    UniformTable table{nullptr, samples, 0, 0};
    if (uniforms) {
        table = {uniforms->data(), samples, uniforms->stride(0), uniforms->stride(1)};
    }
    Model const with_all = self.model.with_outputs(outputs);
    std::vector<SelectedOutput> selected;  // a month alone may be one of a series too
    for (auto const& text : outputs) {
        auto found = with_all.find_series({&text, 1});
        selected.insert(selected.end(), found.begin(), found.end());
    }
    auto const rows = estimator::rows_of(selected);
    std::vector<float> values;
    run_job(
        [&](Executor const& executor, Control const& control) {
            values = evaluate(executor,
                              with_all,
                              find_inputs(with_all, inputs),
                              table,
                              rows,
                              seed,
                              first_sample,
                              control);
            for (std::size_t i = 0; i < selected.size(); ++i) {
                auto const scale = static_cast<float>(selected[i].info.scale);
                auto* const own = values.data() + i * samples;
                for (std::size_t s = 0; s < samples; ++s) {
                    own[s] /= scale;  // as kept samples are
                }
            }
        },
        progress,
        device);
    return nb::make_tuple(describe(with_all.scenario(), selected),
                          as_table(std::move(values), rows.size(), samples));
}

Table<double> uniforms(PyModel const& self,
                       std::size_t samples,
                       std::uint64_t seed,
                       std::uint64_t first_sample,
                       std::vector<std::string> const& names) {
    auto const inputs =
        names.empty() ? model_inputs(self.model) : find_inputs(self.model, names);
    std::vector<double> values(samples * inputs.size());
    run_job(
        [&](Executor const&, Control const&) {
            draw_uniforms(self.model, inputs, seed, first_sample, values);
        },
        nb::none(),
        "host");
    return as_table(std::move(values), samples, inputs.size());
}

}  // namespace

void bind_runs(nb::module_& module) {
    module.def("run",
               run,
               nb::arg("model"),
               nb::arg("samples"),
               nb::arg("seed"),
               nb::arg("outputs"),
               nb::arg("keep"),
               nb::arg("until"),
               nb::arg("is_qmc"),
               nb::arg("is_sorted"),
               nb::arg("progress").none(),
               nb::arg("device"));
    module.def("sample",
               sample,
               nb::arg("model"),
               nb::arg("outputs"),
               nb::arg("samples"),
               nb::arg("seed"),
               nb::arg("first_sample"),
               nb::arg("uniforms").none(),
               nb::arg("inputs"),
               nb::arg("progress").none(),
               nb::arg("device"));
    module.def("uniforms",
               uniforms,
               nb::arg("model"),
               nb::arg("samples"),
               nb::arg("seed"),
               nb::arg("first_sample"),
               nb::arg("inputs"));
    module.def("largest_run", [] { return estimator::most_samples; });
}

}  // namespace leadtime::python
