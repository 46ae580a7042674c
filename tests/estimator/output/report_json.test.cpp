// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/report_json.hpp"

#include "estimator/output/estimate/csv.hpp"
#include "estimator/output/estimate/netcdf_reader.hpp"
#include "estimator/output/estimate/netcdf_writer.hpp"
#include "estimator/output/figures.hpp"
#include "estimator/output/sensitivity/json.hpp"

#include "tests/estimator/output/scratch.hpp"
#include "tests/estimator/output/support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <netcdf.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace leadtime::estimator;
using leadtime::tests::synthetic_result;
using nlohmann::json;

Result result_with_origin() {
    auto result = synthetic_result();
    result.origin.program = "leadtime 0.1.0 (test)";
    result.origin.scenario_description = "What \"it\" is\nabout";
    result.origin.scenario_text = "[scenario]\nname = \"x\"\n";
    result.origin.path_descriptions = {"the one", ""};
    result.origin.record_start_month = -9;
    result.origin.inputs = {
        {"price", "USD/chip", "20k to 27k", "a source", "low", "CONFLICT: two"},
        {"flow", "chips", "1", "assumption", "", ""}};
    result.rows.back().shares_by_step = {0, 0.25, 0.5, 0.75};
    return result;
}

/// A file that goes away.
class ScratchFile {
  public:
    explicit ScratchFile(std::string const& contents) {
        auto const folder = std::filesystem::temp_directory_path();
        path_ = folder / ("leadtime-test-" + std::to_string(::getpid()) + ".nc");
        std::ofstream(path_, std::ios::binary) << contents;
    }
    ~ScratchFile() { std::filesystem::remove(path_); }
    ScratchFile(ScratchFile const&) = delete;
    ScratchFile& operator=(ScratchFile const&) = delete;
    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

std::vector<std::string> sorted_lines(std::string const& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

template <class Action>
std::string error_of(Action const& action) {
    try {
        action();
    } catch (std::exception const& error) {
        return error.what();
    }
    return "no error";
}

TEST_CASE("report: the JSON of the page has what the result has",
          "[estimator][output][report]") {
    auto text = report_json(result_with_origin());
    // JSON has no infinity; 1e999 reads as one in JavaScript
    for (auto at = text.find("1e999"); at != std::string::npos;
         at = text.find("1e999")) {
        text.replace(at, 5, "777");
    }
    auto const page = json::parse(text);
    CHECK(page["format"] == "leadtime-report");
    CHECK(page["seed"] == "18446744073709551615");
    CHECK(page["paths"][0]["name"] == "us_frontier");  // the reference comes first
    CHECK(page["paths"][1]["description"] == "the one");
    CHECK(page["inputs"][0]["note"] == "CONFLICT: two");
    CHECK(page["record_start_month"] == -9);
    CHECK(page["sensitivity"].is_null());
    auto const find = [&](char const* kind, char const* path, char const* metric) {
        for (auto const& one : page[kind]) {
            if (one["path"] == path && one["metric"] == metric) {
                return one;
            }
        }
        return json();
    };
    auto const run = find("series", "cn_restricted", "run_flop");
    CHECK(run["unit"] == "FLOP");
    CHECK(run["p50"] == json({1e25, 2e25, 3e25, 4e25}));
    CHECK(run["share_above"] == 0);  // the same in all months
    CHECK(!run.contains("steps"));
    CHECK(find("series", "cn_restricted", "lag_months")["p95"] == 777);
    auto const gaps = find("series", "", "chips_total");  // of the first and the last
    CHECK(gaps["steps"] == json({0, 3}));
    CHECK(gaps["p50"] == json({1000, 8e6}));
    CHECK(find("scalars", "", "premium")["cumulative"] == json({0, 0.25, 0.5, 0.75}));
    CHECK(!find("scalars", "cn_restricted", "milestone_month@1e26")
               .contains("cumulative"));
}

TEST_CASE("report: no text can end the script element or become one",
          "[estimator][output][report]") {
    auto result = result_with_origin();
    std::string const hostile = "</script><script>alert(1)</script><!-- \" ' \\ "
                                "\xE2\x80\xA8\xE2\x80\xA9 & \xFF";
    result.scenario_name = hostile;
    result.notes = {hostile};
    result.paths[0] = hostile;
    for (auto& row : result.rows) {
        row.path = row.path == "cn_restricted" ? hostile : row.path;
    }
    result.origin.inputs[0] = {hostile, hostile, hostile, hostile, hostile, hostile};
    result.origin.scenario_text = hostile;
    auto const text = report_json(result);
    CHECK(text.find_first_of("<>&") == std::string::npos);
    CHECK(text.find("\xE2\x80\xA8") == std::string::npos);
    CHECK(text.find("\xE2\x80\xA9") == std::string::npos);
    CHECK(text.find("\\u003c/script\\u003e") != std::string::npos);
    CHECK(text.find("\\u2028\\u2029") != std::string::npos);
    // a byte that is no UTF-8 is replaced, the rest reads back as it was
    auto const note = text.substr(text.find("\"notes\":[") + 9);
    auto const back =
        json::parse(note.substr(0, note.find("\"]") + 1)).get<std::string>();
    CHECK(back == hostile.substr(0, hostile.size() - 1) + "\xEF\xBF\xBD");
}

TEST_CASE("report: result.nc reads back as the result that was written",
          "[estimator][output][report]") {
    auto result = result_with_origin();
    result.is_exact = true;
    ScratchFile const file(netcdf_bytes(result));
    auto const back = read_result(file.path());
    CHECK(back.is_exact);
    CHECK(sorted_lines(summary_csv(back)) == sorted_lines(summary_csv(result)));
    CHECK(report_json(back) == report_json(result));
    CHECK(back.seed == result.seed);
    CHECK(back.notes == result.notes);
    CHECK(back.origin.scenario_text == result.origin.scenario_text);
    CHECK(back.origin.inputs.size() == 2);
    CHECK(back.origin.inputs[0].note == "CONFLICT: two");
    CHECK(back.origin.record_start_month == result.origin.record_start_month);
}

TEST_CASE("report: a file that is no result is refused with the reason",
          "[estimator][output][report]") {
    CHECK(error_of([] { read_result("no/such.nc"); })
          == "cannot read the result \"no/such.nc\": there is no such file");
    CHECK(error_of([] { read_result("/"); })
          == "cannot read the result \"/\": it is not a file");
    ScratchFile const text("not netCDF");
    CHECK(error_of([&] { read_result(text.path()); })
          == "cannot read the result \"" + text.path() + "\": it is not netCDF");
    // one that is cut off, wherever: an error, or all of it where padding was lost
    auto const whole = netcdf_bytes(result_with_origin());
    auto const json_of_whole = report_json(result_with_origin());
    auto refused = 0;
    for (std::size_t part = 1; part < 64; ++part) {
        ScratchFile const cut(whole.substr(0, whole.size() * part / 64));
        std::string read;
        auto const error =
            error_of([&] { read = report_json(read_result(cut.path())); });
        if (error == "no error") {
            CHECK(read == json_of_whole);
        } else {
            CHECK(error.starts_with("cannot read"));
            ++refused;
        }
    }
    CHECK(refused > 3);
}

TEST_CASE("report: quarters of an earlier version are refused, its months are not",
          "[estimator][output][report]") {
    auto const error_for = [](unsigned long long months_per_step) {
        ScratchFile const file("");
        int id = 0;
        REQUIRE(nc_create(file.path().c_str(), NC_NETCDF4 | NC_CLOBBER, &id)
                == NC_NOERR);
        for (auto const* const name : {"title",
                                       "scenario_file",
                                       "scenario_hash",
                                       "determinism",
                                       "reference_path",
                                       "notes"}) {
            REQUIRE(nc_put_att_text(id, NC_GLOBAL, name, 1, "x") == NC_NOERR);
        }
        for (auto const* const name :
             {"seed", "samples", "start_month", "months_per_step"}) {
            REQUIRE(nc_put_att_ulonglong(
                        id, NC_GLOBAL, name, NC_UINT64, 1, &months_per_step)
                    == NC_NOERR);
        }
        REQUIRE(nc_close(id) == NC_NOERR);
        auto error = error_of([&] { read_result(file.path()); });
        return error.substr(error.find(": ") + 2);
    };
    std::string const reason =
        "its steps of several months have the values of their first one, as earlier "
        "versions had it: run the scenario again";
    CHECK(error_for(3) == reason);
    CHECK(error_for(1) != reason);  // it lacks the rest
}

TEST_CASE("report: sensitivities are checked, and errors name the place",
          "[estimator][output][report]") {
    auto const check = [](std::string const& text) {
        return error_of([&] { check_sensitivity(text, "s.json"); });
    };
    std::string const head = "cannot read the sensitivities in \"s.json\": ";
    CHECK(check("{") == head + "the document is not JSON");
    CHECK(check("[]") == head + "outputs must be a list");
    CHECK(check(R"({"outputs": [{}]})") == head + "outputs[0].output must be a text");
    CHECK(
        check(
            R"({"outputs": [{"output": "x", "tornado": [{"input": "a", "low": 1}]}]})")
        == head + "outputs[0].tornado[0].high must be a number");
    CHECK(check(R"({"outputs": [{"output": "x", "sobol": 3}]})")
          == head + "outputs[0].sobol must be a list");
    auto const good = json::parse(check_sensitivity(
        R"({"outputs": [{"output": "x", "unit": "month", "baseline": 3, "more": 1,
            "tornado": [{"input": "a", "low": 1, "high": 5}],
            "sobol": [{"input": "a", "first": 0.25, "total": null}]}]})",
        "s.json"));
    CHECK(good["outputs"][0]["tornado"][0]["high"] == 5);
    CHECK(good["outputs"][0]["sobol"][0] == json({{"input", "a"}, {"first", 0.25}}));
    CHECK(!good["outputs"][0].contains("more"));
    auto const own = json::parse(check_sensitivity(
        R"({"format": "leadtime-sensitivity", "outputs": [{"output": "x", "median": 7,
            "tornado": [{"input": "a", "low": "20k", "median_at_p5": 1, "median_at_p95": 2}],
            "given_data": [{"input": "a", "first_order": 0.5, "first_order_se": 0.01}],
            "pick_freeze": [{"group": "g", "first_order": 0.25, "total": 0.75}]}]})",
        "s.json"));
    CHECK(own["outputs"][0]["baseline"] == 7);
    CHECK(own["outputs"][0]["tornado"]
          == json::array({{{"input", "a"}, {"low", 1}, {"high", 2}}}));
    CHECK(own["outputs"][0]["sobol"]
          == json::array({{{"input", "a"}, {"first", 0.5}, {"first_se", 0.01}},
                          {{"input", "g"}, {"first", 0.25}, {"total", 0.75}}}));
    CHECK(error_of([] { read_sensitivity("no/such.json"); })
          == "cannot read the sensitivities in \"no/such.json\": No such file or "
             "directory");
}

TEST_CASE("figures: names cannot become commands of gnuplot",
          "[estimator][output][report]") {
    CHECK(gnuplot_text("it's `date` $x \"y\"\n!rm")
          == "'it''s `date` $x \"y\"\\x0a!rm'");
    CHECK(gnuplot_text("äöü", 2) == "'äö…'");
    auto result = result_with_origin();
    result.paths[0] = "a'\nEOD\n!touch x\n'";
    for (auto& row : result.rows) {
        row.path = row.path == "cn_restricted" ? result.paths[0] : row.path;
    }
    auto const script = figure_script(result);
    CHECK(script.text.find("\n!") == std::string::npos);
    CHECK(script.text.find("title 'a''\\x0aEOD\\x0a!touch x\\x0a'''")
          != std::string::npos);
    CHECK(std::find(script.files.begin(), script.files.end(), "lag.svg")
          != script.files.end());
    // neither escapes of a terminal nor what hides text
    CHECK(gnuplot_text("a\x1b\xc2\x9b\xe2\x80\xae\xff") == "'a\\x1b\\x9b\\u202e\\xff'");
    // a result without paths has nothing to draw
    Result empty;
    CHECK(figure_script(empty).files.empty());
}

/// A program of our own in the place of gnuplot, for one test.
class FakeGnuplot {
  public:
    explicit FakeGnuplot(std::string const& script) {
        std::filesystem::create_directory(folder_ / "bin");
        folder_.put("bin/gnuplot", "#!/bin/sh\n" + script);
        std::filesystem::permissions(folder_ / "bin/gnuplot",
                                     std::filesystem::perms::owner_all);
        ::setenv("PATH", ((folder_ / "bin").string() + ":" + before_).c_str(), 1);
    }
    ~FakeGnuplot() { ::setenv("PATH", before_.c_str(), 1); }
    FakeGnuplot(FakeGnuplot const&) = delete;
    FakeGnuplot& operator=(FakeGnuplot const&) = delete;

  private:
    std::string before_ = std::getenv("PATH");
    leadtime::tests::Scratch folder_;
};

TEST_CASE("figures: gnuplot reads no file of a user's, and has an end",
          "[estimator][output][report]") {
    {
        FakeGnuplot const gnuplot("echo \"$1\" > first\n");
        auto const files = run_gnuplot("", {"first"});
        REQUIRE(files.size() == 1);
        CHECK(files[0].contents == "-d\n");
    }
    {
        FakeGnuplot const gnuplot("sleep 100 & sleep 100\n");
        auto const begin = std::chrono::steady_clock::now();
        CHECK(error_of([] { run_gnuplot("", {"first"}, std::chrono::seconds(1)); })
              == "gnuplot was stopped: it had not ended after 1 s");
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    }
    FakeGnuplot const gnuplot("echo '\"figures.gp\" line 3: no such thing'; exit 1\n");
    CHECK(error_of([] { run_gnuplot("", {"first"}); })
          == "gnuplot failed: \"figures.gp\" line 3: no such thing");
}

}  // namespace
