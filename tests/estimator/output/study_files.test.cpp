// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/study_files.hpp"

#include "estimator/output/estimate/files.hpp"
#include "estimator/output/sensitivity/output.hpp"
#include "estimator/output/sweep/files.hpp"

#include "tests/support/source_tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <sstream>

using namespace leadtime;
using namespace leadtime::estimator;

namespace {

using Names = std::vector<std::string_view>;

template <class Results>
void append(Names& all, std::span<StudyFile<Results> const> list) {
    for (auto const& file : list) {
        all.push_back(file.name);
    }
}

/// Those that a page has neither in a heading nor as code.
Names left_out(Names const& names, std::string const& page) {
    Names missing;
    for (auto const name : names) {
        std::istringstream lines(page);
        bool is_there = false;
        for (std::string line; std::getline(lines, line);) {
            is_there = is_there
                       || (line.starts_with('#') && line.find(name) != line.npos)
                       || line.find("`" + std::string(name) + "`") != line.npos;
        }
        if (!is_there) {
            missing.push_back(name);
        }
    }
    return missing;
}

}  // namespace

TEST_CASE("files: docs/outputs.md has each that a study leaves",
          "[estimator][output]") {
    std::ifstream file(tests::source_path("docs/outputs.md"));
    std::string const page{std::istreambuf_iterator<char>(file), {}};
    Names names{manifest_name};
    append(names, estimate_files());
    append<SensitivityResult>(names, sensitivity_files);
    names.insert(names.end(), sweep_files.begin(), sweep_files.end());
    CHECK(names.size() == 11);
    CHECK(left_out(names, page).empty());
    CHECK(left_out({"result.csv", "result.nc"}, page) == Names{"result.csv"});
}

TEST_CASE("files: a list says what these results have", "[estimator][output]") {
    using Number = StudyFile<int>;
    static constexpr Number list[] = {
        {.name = "a", .contents = [](int const& n) { return std::to_string(n); }},
        {.name = "b",
         .contents = [](int const&) { return std::string("odd"); },
         .is_written = [](int const& n) { return n % 2 == 1; }},
        {.name = "c",
         .contents = [](int const&) { return std::string(); },
         .option = "--c"},
    };
    std::span<Number const> const all = list;
    auto const odd = files_of(1, all);
    REQUIRE(odd.size() == 3);
    CHECK(odd[0].contents == "1");
    CHECK(odd[1].name == "b");
    CHECK(files_of(2, all).size() == 2);
    CHECK(listed(names_of(all)) == "a and b");
    CHECK(listed(Names{"a", "b", "c"}) == "a, b and c");
    CHECK(listed(Names{"a"}) == "a");
}
