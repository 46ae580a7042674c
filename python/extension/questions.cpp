// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/app.hpp"
#include "estimator/cli/cluster_arguments.hpp"
#include "estimator/cli/legality_command.hpp"
#include "estimator/cli/profiles_command.hpp"
#include "estimator/cli/unknown_words.hpp"

#include "python/extension/bindings.hpp"

#include <CLI/CLI.hpp>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace nb = nanobind;

namespace leadtime::python {
namespace {

/// The document of `leadtime cluster --json`, from the words of its command line: its
/// options stand there, and are checked there.
std::string cluster(std::vector<std::string> words) {
    words.insert(words.begin(), {"leadtime", "cluster"});
    words.emplace_back("--json");
    std::vector<char const*> arguments;
    for (auto const& word : words) {
        arguments.push_back(word.c_str());
    }
    auto const count = static_cast<int>(arguments.size());
    nb::gil_scoped_release const free;
    estimator::ClusterOptions options;
    CLI::App app;
    app.name("leadtime");
    estimator::add_cluster_command(app, options);
    estimator::refuse_unknown_words(app, count, arguments.data());
    try {
        app.parse(count, arguments.data());
    } catch (CLI::ParseError const& error) {
        throw estimator::UsageError(error.what());
    }
    std::ostringstream out;
    estimator::run_cluster(options, out);
    return std::move(out).str();
}

/// The document of `leadtime profiles --json`.
std::string profiles(std::optional<std::string> const& name,
                     std::optional<std::string> const& profiles_dir) {
    nb::gil_scoped_release const free;
    std::ostringstream out;
    estimator::run_profiles({name, true, profiles_dir}, out);
    return std::move(out).str();
}

/// The document of `leadtime legality --json`.
std::string legality(std::optional<std::string> const& rule,
                     std::optional<std::string> const& date,
                     std::optional<std::string> const& profiles_dir) {
    nb::gil_scoped_release const free;
    std::ostringstream out;
    estimator::run_legality({rule, date, true, profiles_dir}, out);
    return std::move(out).str();
}

}  // namespace

void bind_questions(nb::module_& module) {
    module.def("cluster", cluster, nb::arg("words"));
    module.def(
        "profiles", profiles, nb::arg("name").none(), nb::arg("profiles_dir").none());
    module.def("legality",
               legality,
               nb::arg("rule").none(),
               nb::arg("date").none(),
               nb::arg("profiles_dir").none());
}

}  // namespace leadtime::python
