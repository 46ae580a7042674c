// SPDX-License-Identifier: Apache-2.0
#include "estimator/compile/compile.hpp"
#include "estimator/engine/host_runner.hpp"
#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"

#include "tests/support/source_tree.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;

namespace {

/// A row of the table in docs/mechanisms.md.
struct Mechanism {
    std::string id;
    std::string scenario;
    std::vector<std::string> overrides;  ///< KEY=VALUE
};

std::vector<std::string> cells_of(std::string const& line) {
    std::vector<std::string> cells;
    std::size_t begin = 1;  // after the first bar
    for (auto end = line.find('|', begin); end != std::string::npos;
         end = line.find('|', begin)) {
        std::string cell = line.substr(begin, end - begin);
        cell.erase(0, cell.find_first_not_of(' '));
        cell.erase(cell.find_last_not_of(' ') + 1);
        cells.push_back(cell);
        begin = end + 1;
    }
    return cells;
}

/// The texts between backticks.
std::vector<std::string> code_in(std::string const& cell) {
    std::vector<std::string> texts;
    for (std::size_t begin = cell.find('`'); begin != std::string::npos;
         begin = cell.find('`', begin)) {
        auto const end = cell.find('`', begin + 1);
        REQUIRE(end != std::string::npos);
        texts.push_back(cell.substr(begin + 1, end - begin - 1));
        begin = end + 1;
    }
    return texts;
}

std::vector<Mechanism> read_table() {
    std::ifstream file(tests::source_path("docs/mechanisms.md"));
    REQUIRE(file);
    std::vector<Mechanism> rows;
    std::string line;
    while (std::getline(file, line)) {
        if (!line.starts_with("| M")) {
            continue;
        }
        CAPTURE(line);
        auto const cells = cells_of(line);
        REQUIRE(cells.size() == 5);
        auto const scenario = code_in(cells[3]);
        REQUIRE(scenario.size() == 1);
        Mechanism row{cells[0], scenario.front(), {}};
        for (std::string const& text : code_in(cells[4])) {
            constexpr std::string_view option = "--set ";
            REQUIRE(text.starts_with(option));
            row.overrides.push_back(text.substr(option.size()));
        }
        REQUIRE_FALSE(row.overrides.empty());
        rows.push_back(row);
    }
    return rows;
}

using Outputs = std::map<std::tuple<std::string, std::string, int>, std::vector<float>>;

/// Every output of a few samples, by what it is.
Outputs run(std::string const& scenario, std::vector<std::string> const& overrides) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    constexpr std::size_t samples = 64;
    auto const plan =
        compile(read_scenario(scenario, profiles, split_overrides(overrides)));
    auto const values = tests::all_outputs(plan, 1, {0, samples});
    Outputs outputs;
    for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
        auto const first = values.begin() + static_cast<std::ptrdiff_t>(i * samples);
        auto const& info = plan.outputs[i];
        auto& list = outputs[{info.path, info.metric, info.step}];
        list.assign(first, first + samples);
        bool const has_nan = std::any_of(
            list.begin(), list.end(), [](float value) { return std::isnan(value); });
        if (has_nan) {
            FAIL(scenario << ": " << info.path << " " << info.metric << " in step "
                          << info.step << " is not a number");
        }
    }
    return outputs;
}

/// Whether a metric of a path differs in some sample, in size and not by rounding.
bool differs(Outputs const& a, Outputs const& b) {
    for (auto const& [key, values] : a) {
        auto const& [path, metric, step] = key;
        auto const found = b.find(key);
        if (path.empty() || found == b.end()) {
            continue;
        }
        for (std::size_t i = 0; i < values.size(); ++i) {
            float const x = values[i];
            float const y = found->second[i];
            if (x != y
                && !(std::isfinite(x) && std::isfinite(y)
                     && std::abs(x - y)
                            <= 1e-5f * std::max(std::abs(x), std::abs(y)))) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

TEST_CASE("mechanisms: every scenario of the table runs, every switch changes a path",
          "[scenarios][mechanisms]") {
    auto const table = read_table();
    REQUIRE(table.size() == 49);
    std::map<std::string, Outputs> without;
    for (std::size_t i = 0; i < table.size(); ++i) {
        auto const& row = table[i];
        std::string const number = std::to_string(i + 1);
        CHECK(row.id == (i < 9 ? "M0" : "M") + number);
        if (!without.contains(row.scenario)) {
            without[row.scenario] = run(row.scenario, {});
        }
        CAPTURE(row.id, row.scenario, row.overrides);
        CHECK(differs(without[row.scenario], run(row.scenario, row.overrides)));
    }
}

TEST_CASE("library: every built-in scenario runs, differs from the baseline, and has "
          "sources",
          "[scenarios][mechanisms]") {
    auto const profiles = hwprofiles::ProfileLibrary::load();
    auto const baseline = run("baseline", {});
    std::ifstream file(tests::source_path("docs/mechanisms.md"));
    std::string const page{std::istreambuf_iterator<char>(file), {}};
    for (auto const& name : embedded_scenario_names()) {
        CAPTURE(name);
        auto const scenario = read_scenario(name, profiles);
        for (auto const& warning : scenario.warnings) {
            CAPTURE(format_warning(warning));
            // "nobody reads it" is fine in an overlay, "no source" is not.
            CHECK(warning.problem.find("source") == std::string::npos);
        }
        if (name != "baseline") {
            CHECK_FALSE(scenario.description.empty());
            CHECK(page.find("`" + name + "`") != std::string::npos);
            auto const outputs = run(name, {});
            bool const has_more = outputs.size() > baseline.size();  // another path
            CHECK((has_more || differs(baseline, outputs)));
        }
    }
}
