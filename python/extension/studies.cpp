// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/comparison/json.hpp"
#include "estimator/output/sensitivity/output.hpp"

#include "python/extension/bindings.hpp"
#include "python/extension/worker.hpp"

#include <cstdint>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nb = nanobind;

namespace leadtime::python {
namespace {

OutputFilter filter_of(Model const& base, std::vector<std::string> const& outputs) {
    std::set<std::tuple<std::string, std::string, int>> names;
    for (auto const& output : base.find_series(outputs)) {
        names.emplace(output.info.path, output.info.metric, output.info.step);
    }
    return [names = std::move(names)](
               std::string_view path, std::string_view metric, int step) {
        return names.contains({std::string(path), std::string(metric), step});
    };
}

/// The document of `leadtime compare --json`, of these outputs, or those that the program
/// compares; the first is the base.
std::string compare(std::vector<PyModel const*> const& models,
                    std::vector<std::string> const& labels,
                    std::vector<std::string> const& outputs,
                    std::uint64_t samples,
                    std::uint64_t seed,
                    nb::object const& progress,
                    std::string const& device) {
    std::vector<Model> compared;
    estimator::ComparisonReport report;
    for (std::size_t i = 0; i < models.size(); ++i) {
        compared.push_back(models[i]->model.with_outputs(outputs));
        auto const& scenario = compared.back().scenario();
        report.scenarios.push_back({labels[i], scenario.name, scenario.text_hash});
    }
    Scenario const& base = compared.front().scenario();
    auto const wanted =
        outputs.empty() ? compared_outputs(base) : filter_of(compared.front(), outputs);
    report.seed = seed;
    report.samples = samples;
    report.describe(base);
    RunOptions options;
    options.samples = samples;
    options.seed = seed;
    run_job(
        [&](Executor const& executor, Control const& control) {
            options.control = control;
            report.results = compare_models(compared, executor, options, wanted);
        },
        progress,
        device);
    return estimator::comparison_json(report);
}

/// The document of `leadtime sensitivity --json`.
std::string sensitivity(PyModel const& self,
                        std::vector<std::string> const& outputs,
                        std::vector<std::string> const& decision,
                        std::vector<std::string> const& groups,
                        std::uint64_t samples,
                        std::uint64_t pick_freeze,
                        std::uint64_t tornado,
                        std::size_t top,
                        std::uint64_t seed,
                        nb::object const& progress,
                        std::string const& device) {
    SensitivityOptions options;
    options.outputs = outputs;
    options.decision = decision;
    options.groups = groups;
    options.samples = samples;
    options.pick_freeze = pick_freeze;
    options.tornado = tornado;
    options.top = top;
    RunOptions run;
    run.seed = seed;
    SensitivityResult result;
    run_job(
        [&](Executor const& executor, Control const& control) {
            run.control = control;
            result = analyse_sensitivity(self.model, executor, options, run);
        },
        progress,
        device);
    return estimator::sensitivity_json(result);
}

}  // namespace

void bind_studies(nb::module_& module) {
    module.def("compare",
               compare,
               nb::arg("models"),
               nb::arg("labels"),
               nb::arg("outputs"),
               nb::arg("samples"),
               nb::arg("seed"),
               nb::arg("progress").none(),
               nb::arg("device"));
    module.def("sensitivity",
               sensitivity,
               nb::arg("model"),
               nb::arg("outputs"),
               nb::arg("decision"),
               nb::arg("groups"),
               nb::arg("samples"),
               nb::arg("pick_freeze"),
               nb::arg("tornado"),
               nb::arg("top"),
               nb::arg("seed"),
               nb::arg("progress").none(),
               nb::arg("device"));
}

}  // namespace leadtime::python
