// SPDX-License-Identifier: Apache-2.0
#include "python/extension/errors.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/leadtime.hpp"

#include <exception>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <new>
#include <string>

namespace nb = nanobind;

namespace leadtime::python {
namespace {

/// What leadtime.errors.Issue takes, by name.
nb::dict dict_of(text::ConfigIssue const& issue) {
    nb::dict fields;
    fields["file"] = issue.place.file;
    fields["line"] = issue.place.line;
    fields["column"] = issue.place.column;
    fields["key"] = issue.key;
    fields["text"] = issue.reason.empty() ? issue.problem
                                          : issue.problem + " (" + issue.reason + ")";
    fields["suggestion"] = issue.suggestion;
    fields["source_line"] = issue.source_line;
    fields["shown"] = text::format(issue);
    return fields;
}

/// Raises leadtime.errors.TYPE with what leadtime.errors.MAKE makes of the arguments.
template <class... Arguments>
void raise(char const* type, char const* make, Arguments const&... arguments) {
    auto const errors = nb::module_::import_("leadtime.errors");
    nb::object const value = errors.attr(make)(arguments...);
    PyErr_SetObject(errors.attr(type).ptr(), value.ptr());
}

void translate(std::exception_ptr const& thrown, void* /*payload*/) {
    try {
        std::rethrow_exception(thrown);
    } catch (ConfigError const& error) {
        nb::list issues;
        for (auto const& issue : error.issues()) {
            issues.append(dict_of(issue));
        }
        raise("ScenarioError", "scenario_error", error.what(), issues);
    } catch (RunError const& error) {
        raise("RunError", "run_error", error.what());
    } catch (estimator::UsageError const& error) {
        raise("RunError", "run_error", error.what());
    } catch (Interrupted const&) {
        PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
}

}  // namespace

void register_errors() {
    nb::register_exception_translator(translate);
}

}  // namespace leadtime::python
