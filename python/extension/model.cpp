// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/model_inputs.hpp"
#include "estimator/output/result_origin.hpp"
#include "text/suggestion.hpp"

#include "python/extension/bindings.hpp"

#include <fmt/format.h>
#include <map>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nb = nanobind;

namespace leadtime::python {
namespace {

using estimator::Quantity;

/// None for an empty text: the scenario does not say.
nb::object text_or_none(std::string const& text) {
    return text.empty() ? nb::object(nb::none()) : nb::object(nb::str(text.c_str()));
}

PyModel read(std::string const& source,
             std::optional<std::string> const& text,
             std::vector<std::pair<std::string, std::string>> const& overrides,
             std::optional<std::string> const& profiles_dir,
             std::vector<double> const& levels) {
    nb::gil_scoped_release const free;
    auto profiles =
        std::make_shared<ProfileLibrary const>(ProfileLibrary::load(profiles_dir));
    estimator::ScenarioOptions const options{overrides};
    auto scenario = text ? read_scenario_text(*text, source, *profiles, options)
                         : read_scenario(source, *profiles, options);
    if (!levels.empty()) {
        if (auto const problem = estimator::problem_with_levels(levels)) {
            throw RunError(
                fmt::format("quantiles: {} ({})", problem->problem, problem->reason));
        }
        scenario.levels = estimator::QuantileLevels(levels);
    }
    return {Model(std::move(scenario)), std::move(profiles)};
}

/// Its text as written: without the lines that name overrides.
std::string plain_text(Scenario const& scenario, std::size_t overrides) {
    std::string text = scenario.text;
    for (std::size_t i = 0; i < overrides && !text.empty(); ++i) {
        auto const end = text.rfind('\n', text.size() - 2);
        text.resize(end == std::string::npos ? 0 : end + 1);
    }
    return text;
}

nb::list inputs_of(PyModel const& self) {
    Scenario const& scenario = self.model.scenario();
    nb::list rows;
    for (auto const& input : estimator::model_inputs(self.model)) {
        Quantity const& quantity = scenario.quantities[input.quantity];
        rows.append(nb::make_tuple(input.name,
                                   quantity.name,
                                   text_or_none(input.month),
                                   quantity.value_text,
                                   quantity.unit.text,
                                   text_or_none(quantity.provenance.source),
                                   text_or_none(quantity.provenance.confidence)));
    }
    return rows;
}

/// Every quantity and number of an accelerator that the model uses, with its origin.
nb::list origins_of(PyModel const& self) {
    nb::list rows;
    auto const origin = estimator::result_origin(self.model.scenario(), *self.profiles);
    for (auto const& input : origin.inputs) {
        rows.append(nb::make_tuple(input.name,
                                   input.unit,
                                   input.value,
                                   text_or_none(input.source),
                                   text_or_none(input.confidence),
                                   text_or_none(input.note)));
    }
    return rows;
}

/// (path, metric, unit, months) of each thing that can be asked for; `months` counts
/// its rows by month, 0: it has none.
nb::list outputs_of(PyModel const& self) {
    auto const outputs = self.model.outputs();
    std::map<std::pair<std::string, std::string>, int> months;
    for (auto const& output : outputs) {
        months[{output.path, output.metric}] += output.step >= 0 ? 1 : 0;
    }
    nb::list rows;
    for (auto const& output : outputs) {
        if (output.step <= 0) {
            rows.append(nb::make_tuple(output.path,
                                       output.metric,
                                       output.unit,
                                       months[{output.path, output.metric}]));
        }
    }
    return rows;
}

nb::list warnings_of(PyModel const& self) {
    nb::list texts;
    for (auto const& warning : self.model.scenario().warnings) {
        texts.append(estimator::format_warning(warning));
    }
    return texts;
}

}  // namespace

nb::object month_or_none(Scenario const& scenario, int step) {
    return step < 0
               ? nb::object(nb::none())
               : nb::object(nb::str(estimator::month_name(scenario, step).c_str()));
}

Model restricted(Model const& model, std::vector<std::string> const& outputs) {
    if (outputs.empty()) {
        return model;
    }
    auto const with_all = model.with_outputs(outputs);
    return with_all.only(estimator::rows_of(with_all.find_series(outputs)));
}

void bind_model(nb::module_& module) {
    module.def("read_model",
               read,
               nb::arg("source"),
               nb::arg("text").none(),
               nb::arg("overrides"),
               nb::arg("profiles_dir").none(),
               nb::arg("levels"));
    module.def("scenario_names", estimator::embedded_scenario_names);
    module.def("program_name", estimator::program_name);
    module.def("written_metric", estimator::written_metric);
    module.def("did_you_mean",
               [](std::string const& name, std::vector<std::string> const& known) {
                   auto const suggestion = text::did_you_mean(name, known);
                   return suggestion.empty() ? suggestion : ": " + suggestion;
               });
    auto const property = [](auto get) {
        return [get](PyModel const& self) { return get(self.model.scenario()); };
    };
    nb::class_<PyModel>(module, "Model")
        .def_prop_ro("name", property([](auto& s) { return s.name; }))
        .def_prop_ro("description", property([](auto& s) { return s.description; }))
        .def_prop_ro("file", property([](auto& s) { return s.file; }))
        .def_prop_ro("hash", property([](auto& s) { return s.text_hash; }))
        .def_prop_ro("start_month", property([](auto& s) { return s.start_month; }))
        .def_prop_ro("steps", property([](auto& s) { return s.steps; }))
        .def_prop_ro("months_per_step",
                     property([](auto& s) { return s.months_per_step; }))
        .def("text",
             [](PyModel const& self, std::size_t overrides) {
                 return plain_text(self.model.scenario(), overrides);
             })
        .def("inputs", inputs_of)
        .def("origins", origins_of)
        .def("outputs", outputs_of)
        .def("warnings", warnings_of);
}

}  // namespace leadtime::python
