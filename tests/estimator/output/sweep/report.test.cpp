// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/sweep/report.hpp"

#include "estimator/cli/report_command.hpp"
#include "estimator/output/report_template.hpp"
#include "estimator/output/sweep/folder.hpp"

#include "tests/estimator/output/sweep/sweep_fixture.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace leadtime;
using namespace leadtime::estimator;
using Catch::Approx;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// A folder with a finished sweep.
class FinishedFolder : public tests::SweepFolder {
  public:
    explicit FinishedFolder(std::vector<std::string> vary,
                            std::size_t hypercube = 0,
                            std::vector<std::string> overrides = {}) {
        SweepOptions options;
        options.vary = std::move(vary);
        options.latin_hypercube = hypercube;
        options.outputs = {"y"};
        options.overrides = std::move(overrides);
        RunOptions run;
        run.samples = 100;
        run.seed = 18446744073709551615u;
        write_sweep(tests::executor(), tests::read_swept, options, run, name());
    }

    /// What `leadtime report` says to the folder, or to a file of it.
    std::string error(char const* file = "") const {
        ReportOptions options;
        options.result = *file ? (path() / file).string() : name();
        return error_of(options);
    }
    static std::string error_of(ReportOptions const& options) {
        std::ostringstream out;
        try {
            run_report(options, out);
        } catch (std::exception const& error) {
            return error.what();
        }
        return "no error";
    }
};

/// Values of a statistic in sweep.csv, cell by cell.
std::vector<double> column(std::string const& csv, std::string const& statistic) {
    std::vector<double> values;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        if (line.find("," + statistic + ",") != line.npos) {
            values.push_back(std::strtod(line.c_str() + line.rfind(',') + 1, nullptr));
        }
    }
    return values;
}

}  // namespace

TEST_CASE("sweep report: the JSON of the page has what sweep.csv has",
          "[estimator][sweep][report]") {
    FinishedFolder const folder(
        {"quantity.a.value=1:3:3", "quantity.b.value=1 to 2,2 to 3"},
        0,
        {"quantity.z.unit=1"});
    auto const page = json::parse(sweep_report_json(folder.path()));
    CHECK(page["format"] == "leadtime-sweep-report");
    CHECK(page["scenario"]["name"] == "x");
    CHECK(page["scenario"]["description"] == "What <it> is");
    CHECK(page["scenario"]["file"] == "x.toml");
    CHECK(page["start_month"] == 2024 * 12);
    CHECK(page["overrides"] == json({"quantity.z.unit=1"}));
    CHECK(page["seed"] == "18446744073709551615");
    CHECK(page["samples"] == 100);
    CHECK(page["design"] == "grid");
    CHECK(page["cells"] == 6);
    CHECK(page["keys"][0]
          == json({{"key", "quantity.a.value"},
                   {"scale", "linear"},
                   {"values", {"1", "2", "3"}},
                   {"numbers", {1, 2, 3}}}));
    CHECK(page["keys"][1]["scale"] == "ordinal");
    CHECK(page["keys"][1]["values"] == json({"1 to 2", "2 to 3"}));
    CHECK(page["keys"][1]["numbers"] == json::array());
    auto const& output = page["outputs"][0];
    CHECK(output["output"] == "y");
    CHECK(output["path"] == "");
    CHECK(output["unit"] == "1");
    CHECK(output["share_above"] == 0);  // the same in all cells
    CHECK(!output.contains("p99"));     // not shown
    auto const csv = folder.read("sweep.csv");
    for (auto const* statistic : {"mean", "sd", "p05", "p50", "p50_se", "p95_se"}) {
        auto const expected = column(csv, statistic);
        REQUIRE(expected.size() == 6);
        for (std::size_t cell = 0; cell < 6; ++cell) {
            CHECK(output[statistic][cell].get<double>()
                  == Approx(expected[cell]).epsilon(1e-6));
        }
    }
}

TEST_CASE("sweep report: axes are logarithmic where the values are geometric",
          "[estimator][sweep][report]") {
    auto const scale_of = [](std::string const& values) {
        FinishedFolder const folder({"quantity.a.value=" + values});
        return json::parse(sweep_report_json(folder.path()))["keys"][0]["scale"];
    };
    CHECK(scale_of("1:100:3:log") == "log");
    CHECK(scale_of("1:7:5:log") == "log");
    CHECK(scale_of("1:2:2:log") == "log");
    CHECK(scale_of("10,1k,100k") == "log");
    CHECK(scale_of("8,4,2") == "log");
    CHECK(scale_of("1,2,3") == "linear");
    CHECK(scale_of("1,10") == "linear");  // two numbers are any sequence
    CHECK(scale_of("0,0,0") == "linear");
    CHECK(scale_of("5,5,5") == "linear");
    CHECK(scale_of("-1,-2,-4") == "linear");
    CHECK(scale_of("35%,70%") == "linear");
    CHECK(scale_of("1,2 to 3") == "ordinal");
}

TEST_CASE("sweep report: a hypercube's values are written once",
          "[estimator][sweep][report]") {
    FinishedFolder const folder({"quantity.a.value=1:3", "quantity.b.value=1:100:log"},
                                5);
    auto const page = json::parse(sweep_report_json(folder.path()));
    CHECK(page["design"] == "latin hypercube");
    CHECK(!page["keys"][0].contains("values"));
    CHECK(page["keys"][0]["scale"] == "linear");
    CHECK(page["keys"][1]["scale"] == "log");
    std::istringstream lines(folder.read("sweep.csv"));
    std::map<std::string, std::vector<std::string>> cells;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::vector<std::string> three(3);
        for (auto& field : three) {
            std::getline(fields, field, ',');
        }
        cells[three[0]] = three;
    }
    for (std::size_t cell = 0; cell < 5; ++cell) {
        auto const& three = cells.at(std::to_string(cell));
        CHECK(page["keys"][0]["numbers"][cell].get<double>() == std::stod(three[1]));
        CHECK(page["keys"][1]["numbers"][cell].get<double>() == std::stod(three[2]));
    }
    // With three keys there are still five cells.
    FinishedFolder const three(
        {"quantity.a.value=1:3", "quantity.b.value=1:2", "quantity.z.value=1:2"}, 5);
    CHECK(json::parse(sweep_report_json(three.path()))["cells"] == 5);
}

TEST_CASE("sweep report: no text can end the script element",
          "[estimator][sweep][report]") {
    std::string const hostile = "</script><script>alert(1)</script><!-- & \" '";
    FinishedFolder const folder({"scenario.name=" + hostile + ",x"});
    auto const page = sweep_report_json(folder.path());
    CHECK(page.find_first_of("<>&") == std::string::npos);
    CHECK(json::parse(page)["keys"][0]["values"][0] == hostile);
    CHECK(json::parse(page)["scenario"]["name"] == hostile);
}

TEST_CASE("sweep report: where the start is varied, dates have none",
          "[estimator][sweep][report]") {
    FinishedFolder const folder({"scenario.start=2023-12,2024-01"});
    CHECK(json::parse(sweep_report_json(folder.path()))["start_month"].is_null());
}

TEST_CASE("sweep report: the same page again, from any of its files",
          "[estimator][sweep][report]") {
    if (report_template().empty()) {
        SKIP("built without the HTML report");
    }
    FinishedFolder const folder({"quantity.a.value=1,2"});
    std::string first;
    for (auto const* file : {"", "sweep.json", "sweep.csv", "sweep.nc"}) {
        CHECK(folder.error(file) == "no error");
        auto const page = folder.read("report.html");
        CHECK(page.find("leadtime-sweep-report\",\"format_version\":1") != page.npos);
        CHECK((first.empty() || page == first));
        first = page;
        fs::remove(folder.path() / "report.html");
    }
}

TEST_CASE("sweep report: what is no finished sweep is refused with the reason",
          "[estimator][sweep][report]") {
    FinishedFolder const folder({"quantity.a.value=1:3:3"});
    auto const cannot = "cannot read the sweep in \"" + folder.name() + "\": ";
    auto const csv = folder.read("sweep.csv");
    auto const description = folder.read("sweep.json");

    SECTION("unfinished") {
        std::string const goes_on =
            " of its 3 cells are done; the command that began it goes on from there";
        folder.write("sweep.csv", csv.substr(0, csv.size() / 2));
        CHECK(folder.error() == cannot + "1" + goes_on);
        folder.write("sweep.csv", csv.substr(0, csv.size() - 1));  // half a line
        CHECK(folder.error() == cannot + "2" + goes_on);
        folder.write("sweep.csv", csv.substr(0, csv.find('\n') + 1));
        CHECK(folder.error() == cannot + "0" + goes_on);
        CHECK(folder.error("sweep.nc") == cannot + "0" + goes_on);
        CHECK(!fs::exists(folder.path() / "report.html"));
    }
    SECTION("files are missing") {
        fs::remove(folder.path() / "sweep.csv");
        CHECK(folder.error() == cannot + "it has no sweep.csv");
        fs::remove(folder.path() / "sweep.json");
        CHECK(folder.error("sweep.csv") == cannot + "it has no sweep.json");
        CHECK(folder.error()
              == "\"" + folder.name()
                     + "\" holds no result: there is neither a result.nc nor a "
                       "sweep.json");
    }
    SECTION("another sweep's numbers") {
        folder.write("sweep.csv", "cell,b" + csv.substr(csv.find(",path")));
        CHECK(folder.error() == cannot + "line 1 of sweep.csv is of another sweep");
        auto changed = csv;
        changed.replace(changed.find("\n1,"), 3, "\n7,");
        folder.write("sweep.csv", changed);
        CHECK(folder.error() == cannot + "line 24 of sweep.csv is of another sweep");
        changed = csv;
        changed.replace(changed.find(",mean,"), 6, ",meen,");
        folder.write("sweep.csv", changed);
        CHECK(folder.error() == cannot + "line 2 of sweep.csv is of another sweep");
        folder.write("sweep.csv", csv + "3,4,,y,1,,mean,5\n");
        CHECK(folder.error() == cannot + "line 68 of sweep.csv is of another sweep");
        folder.write("sweep.csv", "");
        CHECK(folder.error() == cannot + "line 1 of sweep.csv is of another sweep");
    }
    SECTION("no sweep.json of ours") {
        for (auto const* other :
             {"", "{", "[1]", "{\"format\": \"x\"}", "{\"a\": 1}"}) {
            folder.write("sweep.json", other);
            CHECK(folder.error() == cannot + "sweep.json is not one of leadtime sweep");
        }
        auto changed = json::parse(description);
        changed.erase("overrides");
        folder.write("sweep.json", changed.dump());
        CHECK(folder.error()
              == cannot
                     + "sweep.json lacks what this version writes; run the sweep "
                       "again, into another folder");
        for (std::size_t cells : {0, 2, 4}) {
            changed = json::parse(description);
            changed["cells"] = cells;
            folder.write("sweep.json", changed.dump());
            CHECK(folder.error() == cannot + "sweep.json has other values than cells");
        }
    }
    SECTION("a run in the same folder, and options of runs") {
        ReportOptions options;
        options.result = folder.name();
        options.figures = folder.name() + "/figures";
        CHECK(FinishedFolder::error_of(options)
              == "--figures is for a run, and \"" + folder.name() + "\" is a sweep");
        options.figures.reset();
        options.sensitivity = "s.json";
        CHECK(FinishedFolder::error_of(options)
              == "--sensitivity is for a run, and \"" + folder.name()
                     + "\" is a sweep");
        folder.write("result.nc", "");
        CHECK(folder.error()
              == "\"" + folder.name()
                     + "\" holds a run and a sweep; name its result.nc or its "
                       "sweep.csv");
    }
    SECTION("too large") {
        CHECK(sweep_page_problem(20'000, 10).empty());
        auto const head = "a page holds at most 20,000 cells, and 200,000 cells times "
                          "outputs; the sweep has ";
        CHECK(sweep_page_problem(20'001, 1)
              == head + std::string("20,001 cells and 1 outputs"));
        CHECK(sweep_page_problem(1'000, 201)
              == head + std::string("1,000 cells and 201 outputs"));
        auto changed = json::parse(description);
        changed["cells"] = 20'001;
        changed["keys"][0]["values"] = std::vector<std::string>(20'001, "1");
        folder.write("sweep.json", changed.dump());
        CHECK(folder.error() == head + std::string("20,001 cells and 1 outputs"));
    }
}
