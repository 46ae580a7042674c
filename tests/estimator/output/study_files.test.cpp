// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/study_files.hpp"

#include "estimator/output/comparison/csv.hpp"
#include "estimator/output/estimate/csv.hpp"
#include "estimator/output/estimate/files.hpp"
#include "estimator/output/estimate/netcdf_writer.hpp"
#include "estimator/output/sensitivity/output.hpp"
#include "estimator/output/sweep/files.hpp"

#include "tests/support/source_tree.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

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

std::string text_of(std::string const& page) {
    std::ifstream file(tests::source_path(page));
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The newest section "Files" of the changelog.
std::string changed_files() {
    auto const text = text_of("CHANGELOG.md");
    auto const begin = text.find("### Files\n");
    REQUIRE(begin != std::string::npos);
    return text.substr(begin, text.find("\n### ", begin) - begin);
}

}  // namespace

TEST_CASE("files: docs/outputs.md and the changelog have each that a study leaves",
          "[estimator][output]") {
    auto const page = text_of("docs/outputs.md");
    Names names{manifest_name};
    append(names, estimate_files());
    append<SensitivityResult>(names, sensitivity_files);
    names.insert(names.end(), sweep_files.begin(), sweep_files.end());
    CHECK(names.size() == 11);
    CHECK(left_out(names, page).empty());
    CHECK(left_out({"result.csv", "result.nc"}, page) == Names{"result.csv"});
    CHECK(left_out(names, changed_files()).empty());
}

TEST_CASE("files: docs/outputs.md has the columns of each table",
          "[estimator][output]") {
    std::string const tables[] = {summary_csv(Result{}),
                                  sensitivity_csv(SensitivityResult{}),
                                  comparison_csv(ComparisonReport{})};
    Names columns;
    for (auto const& table : tables) {
        columns.push_back(std::string_view(table).substr(0, table.find('\n')));
    }
    CHECK(left_out(columns, text_of("docs/outputs.md")).empty());
    CHECK(left_out({columns.back()}, changed_files()).empty());
}

TEST_CASE("files: the changelog has the format of result.nc", "[estimator][output]") {
    auto const sentence =
        "`result.nc` is of format " + std::to_string(netcdf_format_version) + ":";
    CHECK(changed_files().find(sentence) != std::string::npos);
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
