// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/leadtime.hpp"

#include <memory>
#include <nanobind/nanobind.h>
#include <string>
#include <vector>

namespace leadtime::python {

/// A compiled scenario with what its text was read with.
struct PyModel {
    Model model;
    std::shared_ptr<ProfileLibrary const> profiles;
};

/// Reading, compiling and looking at models.
void bind_model(nanobind::module_& module);
/// Running, sampling and evaluating them.
void bind_runs(nanobind::module_& module);
/// Comparisons and sensitivities.
void bind_studies(nanobind::module_& module);
/// What needs no samples: clusters, profiles, rules.
void bind_questions(nanobind::module_& module);

/// The model that computes these outputs alone; without any, all of the model's.
Model restricted(Model const& model, std::vector<std::string> const& outputs);

/// `YYYY-MM` of a reported step; None where it is -1.
nanobind::object month_or_none(Scenario const& scenario, int step);

}  // namespace leadtime::python
