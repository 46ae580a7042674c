// SPDX-License-Identifier: Apache-2.0
#include "estimator/cpu_check.hpp"

#include "python/extension/bindings.hpp"
#include "python/extension/errors.hpp"
#include "python/extension/worker.hpp"

#include <nanobind/nanobind.h>
#include <stdexcept>

namespace nb = nanobind;

/// What the package `leadtime` is made of: leadtime.hpp for Python.
NB_MODULE(_engine, module) {
    if (auto const* problem = leadtime::estimator::cpu_problem(); problem != nullptr) {
        throw nb::import_error(problem);
    }
    // Results may outlive the interpreter's last look: no report of that.
    nb::set_leak_warnings(false);
    leadtime::python::register_errors();
    leadtime::python::bind_model(module);
    leadtime::python::bind_runs(module);
    leadtime::python::bind_studies(module);
    leadtime::python::bind_questions(module);
    nb::module_::import_("atexit").attr("register")(
        nb::cpp_function([] { leadtime::python::end_worker(); }));
}
