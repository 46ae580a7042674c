// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/sweep/folder.hpp"

#include "estimator/output/result_directory.hpp"
#include "estimator/study/estimate.hpp"

#include "tests/estimator/output/sweep/sweep_fixture.hpp"
#include "tests/support/studies.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <netcdf.h>
#include <set>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <vector>

using namespace leadtime;
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;
using tests::read_swept;
using tests::SweepFolder;
namespace fs = std::filesystem;

namespace {

estimator::SweepOptions two_keys() {
    estimator::SweepOptions options;
    options.vary = {"quantity.a.value=1:3:3", "quantity.b.value=5,7"};
    options.outputs = {"y"};
    return options;
}

estimator::RunOptions run_of(std::uint64_t samples) {
    estimator::RunOptions run;
    run.samples = samples;
    return run;
}

/// The value of a statistic in a cell.
double
value_in(std::string const& csv, std::string const& cell, std::string const& name) {
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(cell + ",") && line.find("," + name + ",") != line.npos) {
            return std::strtod(line.c_str() + line.rfind(',') + 1, nullptr);
        }
    }
    return std::nan("");
}

}  // namespace

TEST_CASE("sweep: cells differ by their keys alone", "[estimator][sweep]") {
    SweepFolder const folder;
    auto const summary = estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run_of(1000), folder.name());
    CHECK(summary.cells == 6);
    CHECK(summary.found == 0);
    auto const csv = folder.read("sweep.csv");
    CHECK(
        csv.starts_with("cell,quantity.a.value,quantity.b.value,path,metric,unit,month,"
                        "statistic,value\n0,1,5,,y,1,,mean,"));
    // Common random numbers: medians are 10 a + b apart to the last digits.
    double const base = value_in(csv, "0", "p50") - 15.0;
    double const expected[] = {15, 17, 25, 27, 35, 37};
    for (int cell = 0; cell < 6; ++cell) {
        CHECK(value_in(csv, std::to_string(cell), "p50")
              == Approx(expected[cell] + base).epsilon(1e-6));
    }
    // A cell is a run with --set and --keep-samples.
    auto run = run_of(1000);
    run.keep = {"y"};
    auto const one =
        tests::estimate(read_swept({"quantity.a.value=2", "quantity.b.value=7"}), run);
    CHECK(value_in(csv, "3", "p95") == one.rows[0].quantiles[5]);
    CHECK(value_in(csv, "3", "mean") == one.rows[0].mean);
}

TEST_CASE("sweep: the netCDF file has the keys as dimensions", "[estimator][sweep]") {
    SweepFolder const folder;
    estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run_of(100), folder.name());
    int file = 0;
    REQUIRE(nc_open((folder.name() + "/sweep.nc").c_str(), NC_NOWRITE, &file)
            == NC_NOERR);
    int value = 0;
    REQUIRE(nc_inq_varid(file, "value", &value) == NC_NOERR);
    int dimensions = 0;
    nc_inq_varndims(file, value, &dimensions);
    CHECK(dimensions == 4);
    int a = 0;
    REQUIRE(nc_inq_varid(file, "quantity.a.value", &a) == NC_NOERR);
    double values[3] = {};
    nc_get_var_double(file, a, values);
    CHECK(values[0] == 1.0);
    CHECK(values[2] == 3.0);
    std::size_t const place[] = {1, 1, 0, 0};
    double mean = 0.0;
    nc_get_var1_double(file, value, place, &mean);
    CHECK(mean == value_in(folder.read("sweep.csv"), "3", "mean"));
    nc_close(file);
}

TEST_CASE("sweep: an interrupted one goes on where it stopped", "[estimator][sweep]") {
    SweepFolder const folder;
    estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run_of(200), folder.name());
    auto const whole = folder.read("sweep.csv");
    fs::remove(folder.name() + "/sweep.nc");

    // Two and a half cells are left.
    fs::resize_file(folder.name() + "/sweep.csv", whole.size() * 5 / 12);
    auto const summary = estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run_of(200), folder.name());
    CHECK(summary.found == 2);
    CHECK(folder.read("sweep.csv") == whole);
    CHECK(fs::exists(folder.name() + "/sweep.nc"));

    // And stops between cells when it is asked to.
    fs::resize_file(folder.name() + "/sweep.csv", 0);
    std::atomic<bool> stop = false;
    auto run = run_of(200);
    run.control.stop = &stop;
    run.control.progress = [&](std::uint64_t done, std::uint64_t) { stop = done == 3; };
    CHECK_THROWS_AS(estimator::write_sweep(
                        tests::executor(), read_swept, two_keys(), run, folder.name()),
                    estimator::Interrupted);
    CHECK(whole.starts_with(folder.read("sweep.csv")));
    CHECK(value_in(folder.read("sweep.csv"), "2", "p50")
          == value_in(whole, "2", "p50"));
    CHECK(std::isnan(value_in(folder.read("sweep.csv"), "3", "p50")));
}

TEST_CASE("sweep: another sweep's folder is refused", "[estimator][sweep]") {
    SweepFolder const folder;
    estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run_of(100), folder.name());
    CHECK_THROWS_MATCHES(
        estimator::write_sweep(
            tests::executor(), read_swept, two_keys(), run_of(101), folder.name()),
        estimator::OutputError,
        Message(
            "\"" + folder.name()
            + "\" holds another sweep (differs in: samples); choose another --out, or "
              "remove it"));
    auto other = two_keys();
    other.vary[1] = "quantity.b.value=5,8";
    CHECK_THROWS_MATCHES(
        estimator::write_sweep(
            tests::executor(), read_swept, other, run_of(100), folder.name()),
        estimator::OutputError,
        MessageMatches(ContainsSubstring("differs in: keys")));
}

TEST_CASE("sweep: planted links are not followed, and files of no use refused",
          "[estimator][sweep]") {
    SweepFolder const folder;
    auto const victim = folder.name() + ".victim";
    auto const victim_text = [&] {
        std::ifstream file(victim);
        std::string text;
        std::getline(file, text);
        return text;
    };
    std::ofstream(victim) << "old";
    // one beside sweep.json, where a sweep goes on
    estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run_of(100), folder.name());
    fs::remove(folder.name() + "/sweep.csv");
    fs::create_symlink(victim, folder.name() + "/sweep.csv");
    CHECK_THROWS_MATCHES(
        estimator::write_sweep(
            tests::executor(), read_swept, two_keys(), run_of(100), folder.name()),
        estimator::OutputError,
        Message("cannot write \"" + folder.name() + "/sweep.csv\": it is a link"));
    fs::remove(folder.name() + "/sweep.csv");
    REQUIRE(::mkfifo((folder.name() + "/sweep.csv").c_str(), 0600) == 0);
    CHECK_THROWS_MATCHES(
        estimator::write_sweep(
            tests::executor(), read_swept, two_keys(), run_of(100), folder.name()),
        estimator::OutputError,
        Message("cannot write \"" + folder.name() + "/sweep.csv\": it is not a file"));
    // the one in the place of sweep.nc is replaced, old names of its part are not used
    fs::remove_all(folder.path());
    fs::create_directory(folder.path());
    for (auto const* name : {"sweep.nc", ".sweep.nc.part"}) {
        fs::create_symlink(victim, folder.path() / name);
    }
    estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run_of(100), folder.name());
    CHECK(fs::is_regular_file(fs::symlink_status(folder.path() / "sweep.nc")));
    CHECK(victim_text() == "old");
    // sweep.json as a link to a sweep's: what it names stays
    fs::remove_all(folder.path());
    fs::create_directory(folder.path());
    fs::create_symlink(victim, folder.path() / "sweep.json");
    CHECK_THROWS_MATCHES(
        estimator::write_sweep(
            tests::executor(), read_swept, two_keys(), run_of(100), folder.name()),
        estimator::OutputError,
        MessageMatches(ContainsSubstring("holds another sweep")));
    CHECK(victim_text() == "old");
    fs::remove(victim);
}

TEST_CASE("sweep: two into one folder at once are one too many", "[estimator][sweep]") {
    SweepFolder const folder;
    std::string second;
    auto run = run_of(100);
    run.control.progress = [&](std::uint64_t, std::uint64_t) {
        try {
            estimator::write_sweep(
                tests::executor(), read_swept, two_keys(), run_of(100), folder.name());
        } catch (estimator::OutputError const& error) {
            second = error.what();
        }
    };
    estimator::write_sweep(
        tests::executor(), read_swept, two_keys(), run, folder.name());
    CHECK(second
          == "cannot write to \"" + folder.name()
                 + "\": another leadtime is writing to it (wait until it has ended, or "
                   "choose another --out)");
}

TEST_CASE("sweep: a Latin hypercube meets every stratum once", "[estimator][sweep]") {
    auto const design = estimator::SweepDesign::latin_hypercube(
        {"a=0:1", "b=10:1000:log", "c=-2:2"}, 50, 7);
    CHECK(design.cells() == 50);
    std::set<int> strata[3];
    for (std::size_t cell = 0; cell < 50; ++cell) {
        double const a = std::strtod(design.value(cell, 0).c_str(), nullptr);
        double const b = std::strtod(design.value(cell, 1).c_str(), nullptr);
        double const c = std::strtod(design.value(cell, 2).c_str(), nullptr);
        strata[0].insert(static_cast<int>(a * 50));
        strata[1].insert(static_cast<int>(std::log10(b / 10.0) / 2.0 * 50));
        strata[2].insert(static_cast<int>((c + 2.0) / 4.0 * 50));
    }
    for (auto const& met : strata) {
        CHECK(met.size() == 50);
    }
    // The order of keys does not matter, the seed does.
    auto const again = estimator::SweepDesign::latin_hypercube(
        {"c=-2:2", "a=0:1", "b=10:1000:log"}, 50, 7);
    CHECK(again.value(17, 1) == design.value(17, 0));
    auto const other = estimator::SweepDesign::latin_hypercube(
        {"a=0:1", "b=10:1000:log", "c=-2:2"}, 50, 8);
    CHECK(other.value(17, 0) != design.value(17, 0));
}

TEST_CASE("sweep: a hypercube's cells have a dimension of their own",
          "[estimator][sweep]") {
    SweepFolder const folder;
    auto options = two_keys();
    options.vary = {"quantity.a.value=1:3", "quantity.b.value=1:100:log"};
    options.latin_hypercube = 5;
    estimator::write_sweep(
        tests::executor(), read_swept, options, run_of(100), folder.name());
    int file = 0;
    REQUIRE(nc_open((folder.name() + "/sweep.nc").c_str(), NC_NOWRITE, &file)
            == NC_NOERR);
    int cell = 0;
    REQUIRE(nc_inq_dimid(file, "cell", &cell) == NC_NOERR);
    std::size_t size = 0;
    nc_inq_dimlen(file, cell, &size);
    CHECK(size == 5);
    nc_close(file);
}

TEST_CASE("sweep: values in order, of every form", "[estimator][sweep]") {
    auto const design = estimator::SweepDesign::grid(
        {"a=1k:1M:4:log", "b=1 to 2,2 to 3", "scenario.end=2030-12"});
    CHECK(design.cells() == 8);
    CHECK(design.keys()[0].values
          == std::vector<std::string>{"1000", "10000", "100000", "1000000"});
    CHECK(design.value(0, 1) == "1 to 2");
    CHECK(design.value(1, 1) == "2 to 3");
    CHECK(design.value(7, 0) == "1000000");
    CHECK(design.value(3, 2) == "2030-12");
}

TEST_CASE("sweep: keys that cannot be varied", "[estimator][sweep]") {
    std::string const form = " (write KEY=A:B:N, KEY=A:B:N:log or KEY=V,V,...)";
    auto const refuse = [&](std::vector<std::string> const& vary,
                            std::string const& message) {
        CHECK_THROWS_MATCHES(
            estimator::SweepDesign::grid(vary), estimator::RunError, Message(message));
    };
    refuse({}, "a sweep varies something: give --vary KEY=A:B:N");
    refuse({"a"}, "--vary \"a\": it is not KEY=VALUES" + form);
    refuse({"a=1:2"},
           "--vary \"a=1:2\": N, the number of values, is a whole number from 2"
               + form);
    refuse({"a=2:1:3"},
           "--vary \"a=2:1:3\": the first end of a range is below the second" + form);
    refuse({"a=0:1:3:log"},
           "--vary \"a=0:1:3:log\": both ends of a log range are above 0" + form);
    refuse({"a=1,2\n3"}, "--vary \"a=1,2\n3\": it has a line break" + form);
    refuse({"a=1,2", "a=1,2"}, "--vary a is given twice");
    CHECK_THROWS_MATCHES(
        estimator::SweepDesign::latin_hypercube({"a=1,2"}, 5, 1),
        estimator::RunError,
        Message("--vary \"a=1,2\": with --lhs a key has a range KEY=A:B or KEY=A:B:log"
                + form));
    CHECK_THROWS_AS(read_swept({"quantity.aa.value=1"}), text::ConfigError);
    // Refused before anything is held for each cell.
    CHECK_THROWS_MATCHES(
        estimator::SweepDesign::latin_hypercube({"a=1:2"}, 4'000'000'000, 1),
        estimator::RunError,
        Message("--lhs 4000000000: a sweep of more than 10000000 cells, or values of "
                "keys in them, cannot be run"));
    CHECK_THROWS_AS(
        estimator::SweepDesign::latin_hypercube({"a=1:2", "b=1:2"}, 6'000'000, 1),
        estimator::RunError);
}
