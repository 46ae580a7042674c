// SPDX-License-Identifier: Apache-2.0
// Files that somebody made to harm: each is refused with its reason, before memory is
// taken for what it claims to hold.
#include "estimator/output/estimate/csv.hpp"
#include "estimator/output/estimate/netcdf_reader.hpp"
#include "estimator/output/estimate/netcdf_writer.hpp"
#include "estimator/output/manifest.hpp"
#include "estimator/output/result_directory.hpp"
#include "text/sha256.hpp"

#include "tests/estimator/output/scratch.hpp"
#include "tests/estimator/output/support.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <set>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace leadtime::estimator;
using leadtime::tests::Scratch;
using leadtime::tests::synthetic_result;
using leadtime::tests::thrown_by;

void ok(int status) {
    INFO(nc_strerror(status));
    REQUIRE(status == NC_NOERR);
}

/// What differs from a good result.nc.
struct Change {
    std::set<std::string> without = {};               ///< variables that are left out
    std::map<std::string, std::size_t> lengths = {};  ///< of dimensions
    std::function<void(int)> then = [](int /*file*/) {};  ///< at the end
};

bool is_over(int file, int variable, std::map<std::string, std::size_t> const& names) {
    int n = 0;
    int ids[NC_MAX_VAR_DIMS] = {};
    ok(nc_inq_var(file, variable, nullptr, nullptr, &n, ids, nullptr));
    for (int i = 0; i < n; ++i) {
        char name[NC_MAX_NAME + 1] = {};
        ok(nc_inq_dimname(file, ids[i], name));
        if (names.contains(name)) {
            return true;
        }
    }
    return false;
}

void copy_variable(int from, int to, int variable) {
    char name[NC_MAX_NAME + 1] = {};
    nc_type type = 0;
    int n = 0;
    int ids[NC_MAX_VAR_DIMS] = {};
    ok(nc_inq_var(from, variable, name, &type, &n, ids, nullptr));
    std::size_t count = 1;
    for (int i = 0; i < n; ++i) {
        std::size_t length = 0;
        ok(nc_inq_dimlen(from, ids[i], &length));
        count *= length;
    }
    int copy = 0;
    ok(nc_def_var(to, name, type, n, ids, &copy));  // dimensions have the same numbers
    if (type == NC_STRING) {
        std::vector<char*> texts(count);
        ok(nc_get_var_string(from, variable, texts.data()));
        ok(nc_put_var_string(to, copy, const_cast<char const**>(texts.data())));
        ok(nc_free_string(count, texts.data()));
    } else {
        std::vector<double> values(count);
        ok(nc_get_var_double(from, variable, values.data()));
        ok(nc_put_var_double(to, copy, values.data()));
    }
}

/// A good result.nc with these changes.
void write_changed(std::string const& path, Change const& change) {
    auto bytes = netcdf_bytes(synthetic_result());
    int from = 0;
    int to = 0;
    int n_dimensions = 0;
    int n_variables = 0;
    int n_attributes = 0;
    ok(nc_open_mem("good.nc", NC_NOWRITE, bytes.size(), bytes.data(), &from));
    ok(nc_create(path.c_str(), NC_CLOBBER | NC_NETCDF4, &to));
    ok(nc_inq(from, &n_dimensions, &n_variables, &n_attributes, nullptr));
    for (int i = 0; i < n_attributes; ++i) {
        char name[NC_MAX_NAME + 1] = {};
        ok(nc_inq_attname(from, NC_GLOBAL, i, name));
        ok(nc_copy_att(from, NC_GLOBAL, name, to, NC_GLOBAL));
    }
    for (int i = 0; i < n_dimensions; ++i) {
        char name[NC_MAX_NAME + 1] = {};
        std::size_t length = 0;
        ok(nc_inq_dim(from, i, name, &length));
        auto const other = change.lengths.find(name);
        int id = 0;
        ok(nc_def_dim(
            to, name, other == change.lengths.end() ? length : other->second, &id));
        REQUIRE(id == i);
    }
    for (int i = 0; i < n_variables; ++i) {
        char name[NC_MAX_NAME + 1] = {};
        ok(nc_inq_varname(from, i, name));
        if (!change.without.contains(name) && !is_over(from, i, change.lengths)) {
            copy_variable(from, to, i);
        }
    }
    change.then(to);
    ok(nc_close(to));
    ok(nc_close(from));
}

/// What is wrong with it, without the start of the sentence; empty where nothing is.
std::string complaint(Change const& change) {
    Scratch const folder;
    auto const path = (folder / "result.nc").string();
    write_changed(path, change);
    auto const error = thrown_by([&] { read_result(path); });
    auto const start = "cannot read the result \"" + path + "\": ";
    CHECK((error.empty() || error.starts_with(start)));
    return error.substr(std::min(start.size(), error.size()));
}
std::string complaint(std::function<void(int)> const& then) {
    return complaint(Change{.then = then});
}

int new_variable(int file,
                 char const* name,
                 nc_type type,
                 std::vector<char const*> const& dimensions) {
    std::vector<int> ids;
    for (auto const* dimension : dimensions) {
        ids.push_back(0);
        ok(nc_inq_dimid(file, dimension, &ids.back()));
    }
    int id = 0;
    ok(nc_def_var(file, name, type, static_cast<int>(ids.size()), ids.data(), &id));
    return id;
}

std::string not_whole(char const* name, char const* range) {
    return std::string("its attribute \"") + name + "\" is not one whole number from "
           + range;
}

constexpr auto* any_64_bits = "0 to 18446744073709551615";
constexpr auto* any_samples = "1 to 281474976710656";

TEST_CASE("hostile result.nc: a good one is read", "[estimator][output][hostile]") {
    CHECK(complaint([](int) {}).empty());
}

TEST_CASE("hostile result.nc: attributes that are longer than their place",
          "[estimator][output][hostile]") {
    for (auto const& attribute : {std::pair("samples", any_samples),
                                  std::pair("seed", any_64_bits),
                                  std::pair("start_month", "0 to 119999"),
                                  std::pair("months_per_step", "1 to 12")}) {
        auto const* const name = attribute.first;
        auto const* const range = attribute.second;
        std::vector<unsigned long long> const many(5000, 0x4141414141414141);
        CHECK(complaint([&](int file) {
                  ok(nc_put_att_ulonglong(
                      file, NC_GLOBAL, name, NC_UINT64, many.size(), many.data()));
              })
              == not_whole(name, range));
        CHECK(complaint([&](int file) {
                  ok(nc_put_att_ulonglong(
                      file, NC_GLOBAL, name, NC_UINT64, 0, many.data()));
              })
              == not_whole(name, range));
        CHECK(complaint([&](int file) {
                  ok(nc_put_att_text(file, NC_GLOBAL, name, 4, "1000"));
              })
              == not_whole(name, range));
        double const nan = std::nan("");
        CHECK(complaint([&](int file) {
                  ok(nc_put_att_double(file, NC_GLOBAL, name, NC_DOUBLE, 1, &nan));
              })
              == not_whole(name, range));
        char const* texts[] = {"a", "b"};
        CHECK(complaint([&](int file) {
                  ok(nc_put_att_string(file, NC_GLOBAL, name, 2, texts));
              })
              == not_whole(name, range));
    }
    std::vector<double> const many(5000, 1.0);
    double const nan = std::nan("");
    auto const* const not_real =
        "its attribute \"record_start_month\" is not one number from -119999 to "
        "119999";
    CHECK(complaint([&](int file) {
              ok(nc_put_att_double(file,
                                   NC_GLOBAL,
                                   "record_start_month",
                                   NC_DOUBLE,
                                   many.size(),
                                   many.data()));
          })
          == not_real);
    CHECK(complaint([&](int file) {
              ok(nc_put_att_double(
                  file, NC_GLOBAL, "record_start_month", NC_DOUBLE, 1, &nan));
          })
          == not_real);
    char const* texts[] = {"a", "b", "c"};
    CHECK(complaint([&](int file) {
              ok(nc_del_att(file, NC_GLOBAL, "title"));
              ok(nc_put_att_string(file, NC_GLOBAL, "title", 3, texts));
          })
          == "its attribute \"title\" is not a text");
}

TEST_CASE("hostile result.nc: numbers that no run has",
          "[estimator][output][hostile]") {
    auto const put = [](char const* name, unsigned long long value) {
        return complaint([&](int file) {
            ok(nc_put_att_ulonglong(file, NC_GLOBAL, name, NC_UINT64, 1, &value));
        });
    };
    CHECK(put("samples", 0) == not_whole("samples", any_samples));
    CHECK(put("samples", std::uint64_t{1} << 60) == not_whole("samples", any_samples));
    CHECK(put("start_month", std::uint64_t{1} << 40)
          == not_whole("start_month", "0 to 119999"));
    CHECK(put("months_per_step", 0) == not_whole("months_per_step", "1 to 12"));
    CHECK(put("seed", std::numeric_limits<std::uint64_t>::max()).empty());
    long long const negative = -1;
    CHECK(
        complaint([&](int file) {
            ok(nc_put_att_longlong(file, NC_GLOBAL, "samples", NC_INT64, 1, &negative));
        })
        == not_whole("samples", any_samples));
}

TEST_CASE("result.nc: the format before is read, one to come is refused",
          "[estimator][output]") {
    Change before;
    before.without = {"tail_index",
                      "scalar_tail_index",
                      "output_tail_index",
                      "output_scalar_tail_index"};
    before.then = [](int file) { ok(nc_del_att(file, NC_GLOBAL, "format_version")); };
    CHECK(complaint(before).empty());
    CHECK(
        complaint([](int file) {
            unsigned long long const later = 3;
            ok(nc_put_att_ulonglong(
                file, NC_GLOBAL, "format_version", NC_UINT64, 1, &later));
        })
        == "a newer leadtime wrote it (format 3; this one reads up to 2): read it with "
           "that one");
}

TEST_CASE("hostile result.nc: groups, types and dimensions that we never write",
          "[estimator][output][hostile]") {
    int id = 0;
    CHECK(complaint([&](int file) { ok(nc_def_grp(file, "more", &id)); })
          == "it has groups, so no leadtime wrote it");
    auto const* const own_types = "it has types of its own, so no leadtime wrote it";
    CHECK(
        complaint({.without = {"mean"},
                   .then =
                       [&](int file) {
                           ok(nc_def_compound(file, 16, "pair", &id));
                           ok(nc_insert_compound(file, id, "a", 0, NC_DOUBLE));
                           ok(nc_insert_compound(file, id, "b", 8, NC_DOUBLE));
                           new_variable(file, "mean", id, {"path", "metric", "month"});
                       }})
        == own_types);
    CHECK(
        complaint({.without = {"mean"},
                   .then =
                       [&](int file) {
                           ok(nc_def_vlen(file, "lists", NC_DOUBLE, &id));
                           new_variable(file, "mean", id, {"path", "metric", "month"});
                       }})
        == own_types);
    CHECK(complaint([&](int file) { ok(nc_def_opaque(file, 64, "bytes", &id)); })
          == own_types);
    CHECK(complaint([&](int file) {
              {
                  int const one = 1;
                  ok(nc_def_enum(file, NC_INT, "choice", &id));
                  ok(nc_insert_enum(file, id, "one", &one));
              }
          })
          == own_types);
    CHECK(
        complaint([&](int file) { ok(nc_def_dim(file, "endless", NC_UNLIMITED, &id)); })
        == "it has dimensions without a fixed length, so no leadtime wrote it");
}

TEST_CASE("hostile result.nc: variables of another type or shape",
          "[estimator][output][hostile]") {
    std::vector<char const*> const shape{"path", "metric", "month"};
    for (auto const type : {NC_FLOAT, NC_INT64, NC_STRING, NC_CHAR}) {
        CHECK(complaint(
                  {.without = {"mean"},
                   .then = [&](int file) { new_variable(file, "mean", type, shape); }})
              == "\"mean\" does not hold numbers of double precision");
    }
    for (auto const* name : {"metric", "unit"}) {
        CHECK(complaint({.without = {name},
                         .then =
                             [&](int file) {
                                 new_variable(file, name, NC_DOUBLE, {"metric"});
                             }})
              == std::string("\"") + name + "\" does not hold texts");
    }
    CHECK(
        complaint(
            {.without = {"mean"},
             .then =
                 [&](int file) {
                     new_variable(file, "mean", NC_DOUBLE, {"metric", "path", "month"});
                 }})
        == "\"mean\" is not over path, metric, month");
    CHECK(complaint({.without = {"mean"},
                     .then =
                         [&](int file) {
                             new_variable(file, "mean", NC_DOUBLE, {"path", "metric"});
                         }})
          == "\"mean\" is not over path, metric, month");
    CHECK(complaint([&](int file) {
              new_variable(file, "scenario_text", NC_STRING, {"metric"});
          })
          == "\"scenario_text\" is not over no dimension");
}

TEST_CASE("hostile result.nc: lengths that would fill the memory",
          "[estimator][output][hostile]") {
    CHECK(complaint({.lengths = {{"month", std::size_t{1} << 40}}})
          == "its dimension \"month\" is too long (1099511627776 where at most 200000 "
             "are read)");
    CHECK(complaint({.lengths = {{"month", 100'000}}})
          == "its dimension \"month\" is too long (100000 where at most 1200 are "
             "read)");
    CHECK(complaint({.lengths = {{"path", 100'000}}})
          == "its dimension \"path\" is too long (100000 where at most 10000 are "
             "read)");
    // 1200 months of 600 metrics of 2 paths, all fill values: 2 kB for 290 MB
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    CHECK(complaint({.lengths = {{"month", 1200}, {"metric", 600}},
                     .then =
                         [&](int file) {
                             auto const names =
                                 new_variable(file, "metric", NC_STRING, {"metric"});
                             new_variable(file, "unit", NC_STRING, {"metric"});
                             for (auto const* name : {"value", "value_se"}) {
                                 new_variable(file,
                                              name,
                                              NC_DOUBLE,
                                              {"path", "metric", "month", "quantile"});
                             }
                             for (std::size_t i = 0; i < 600; ++i) {
                                 auto const name = "m" + std::to_string(i);
                                 auto const* const text = name.c_str();
                                 ok(nc_put_var1_string(
                                     file, names, &i, const_cast<char const**>(&text)));
                             }
                         }})
          == "it is too large to be read (\"metric\" has more than any result has)");
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_maxrss - before.ru_maxrss < 64 * 1024);  // kB
}

TEST_CASE("hostile result.nc: a variable behind another filter",
          "[estimator][output][hostile]") {
    CHECK(complaint({.without = {"mean"},
                     .then =
                         [&](int file) {
                             auto const id = new_variable(
                                 file, "mean", NC_DOUBLE, {"path", "metric", "month"});
                             ok(nc_def_var_fletcher32(file, id, NC_FLETCHER32));
                         }})
          == "\"mean\" is stored in a way in which no leadtime writes");
}

TEST_CASE("hostile result.nc: names that would act on a terminal, or stand twice",
          "[estimator][output][hostile]") {
    auto const with = [](char const* variable, std::size_t i, char const* name) {
        return complaint([&](int file) {
            int id = 0;
            ok(nc_inq_varid(file, variable, &id));
            ok(nc_put_var1_string(file, id, &i, &name));
        });
    };
    for (auto const* variable : {"path", "metric", "scalar", "output"}) {
        auto const bad =
            std::string("\"") + variable + "\" holds what cannot be a name";
        CHECK(with(variable, 0, "a\033[31m") == bad);
        CHECK(with(variable, 0, "a\xc2\x9b") == bad);
        CHECK(with(variable, 0, "a\u202e") == bad);
        CHECK(with(variable, 0, "a\xff") == bad);
        CHECK(with(variable, 0, "a\nb") == bad);
        CHECK(with(variable, 0, "") == bad);
        CHECK(with(variable, 0, std::string(2000, 'x').c_str()) == bad);
    }
    CHECK(with("path", 0, "us_frontier") == "\"path\" holds \"us_frontier\" twice");
    CHECK(with("metric", 1, "run_flop") == "\"metric\" holds \"run_flop\" twice");
}

TEST_CASE("hostile result.nc: shares beyond 1", "[estimator][output][hostile]") {
    for (double const share : {-0.5, 1.5, 1e308, leadtime::tests::infinity}) {
        CHECK(complaint([&](int file) {
                  int id = 0;
                  std::size_t const first[] = {0, 0, 0};
                  ok(nc_inq_varid(file, "share_below", &id));
                  ok(nc_put_var1_double(file, id, first, &share));
              })
              == "\"share_below\" holds a share that is not from 0 to 1");
    }
}

TEST_CASE("hostile result.nc: other netCDF files", "[estimator][output][hostile]") {
    Scratch const folder;
    auto const path = (folder / "other.nc").string();
    auto const start = "cannot read the result \"" + path + "\": ";
    int file = 0;
    ok(nc_create(path.c_str(), NC_CLOBBER, &file));  // classic
    ok(nc_close(file));
    CHECK(thrown_by([&] { read_result(path); }) == start + "it is not netCDF");
    ok(nc_create(path.c_str(), NC_CLOBBER | NC_NETCDF4, &file));
    ok(nc_close(file));
    CHECK(thrown_by([&] { read_result(path); })
          == start + "it has no attribute \"title\", so no leadtime wrote it");
    folder.put("other.nc", "\x89HDF\r\n\x1a\n" + std::string(5000, '\xff'));
    CHECK(thrown_by([&] { read_result(path); }) == start + "it is not netCDF");
}

TEST_CASE("manifest.json: a file of another run beside result.nc is refused",
          "[estimator][output][hostile]") {
    Scratch const folder;
    auto const result = synthetic_result();
    auto const summary = summary_csv(result);
    auto const bytes = netcdf_bytes(result);
    ManifestExtras extras;
    extras.files = {"summary.csv", "result.nc", "report.html"};
    extras.hashes = {{"summary.csv", text::sha256(summary)},
                     {"result.nc", text::sha256(bytes)}};
    CHECK(ResultDirectory(folder / "x")
              .write({{"summary.csv", summary},
                      {"result.nc", bytes},
                      {"report.html", "page"},
                      {"manifest.json", manifest_json(result, extras)}}));
    auto const path = (folder / "x/result.nc").string();
    auto const error = [&] { return thrown_by([&] { read_result(path); }); };
    auto const mixed = [&](char const* name) {
        return "cannot read the result \"" + path + "\": \"" + name
               + "\" beside it is not the one that manifest.json was written with, so "
                 "the folder holds parts of two results or was changed; run the "
                 "scenario again, or read a copy of the file elsewhere";
    };
    CHECK(error().empty());
    folder.put("x/report.html", "drawn again");
    folder.put("x/notes.txt", "mine");
    CHECK(error().empty());
    folder.put("x/summary.csv", summary + "more");
    CHECK(error() == mixed("summary.csv"));
    std::filesystem::remove(folder / "x/summary.csv");
    CHECK(error().empty());
    auto other = result;
    other.seed = 7;
    folder.put("x/result.nc", netcdf_bytes(other));
    CHECK(error() == mixed("result.nc"));
    folder.put("x/manifest.json", "{\"format\": \"leadtime-manifest\"}");  // without
    CHECK(error().empty());
}

TEST_CASE("sha256: known answers of FIPS 180-4", "[estimator][output]") {
    // NIST, "Examples with Intermediate Values", SHA-256
    CHECK(text::sha256("")
          == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(text::sha256("abc")
          == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(text::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
          == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(text::sha256(std::string(1'000'000, 'a'))
          == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
