// SPDX-License-Identifier: Apache-2.0
#include "tests/estimator/reader/scenario_texts.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace leadtime::estimator;

namespace {

std::string path(std::string const& name, std::string const& more) {
    return "[path." + name
           + "]\nbudget = 1\nrun_months = 3\nprecision = \"fp8\"\npue = 1.2\n"
             "electricity_price = 0.05\nlife = 5\nchannel.rent = { kind = \"rental\", "
             "accelerator = \"h100_sxm\", supply = 9 }\n"
           + more;
}

/// Errors without the lines after the first of each.
std::string errors(std::string const& more) {
    return errors_of(test_header + more);
}

}  // namespace

TEST_CASE("progress: what it needs, and whom it may learn from",
          "[estimator][progress]") {
    std::string const leader = path("us", "progress.doubling_time = 9\n");
    CHECK(
        errors(leader + path("cn", "[path.cn.progress]\nspillover = 0.5\n")) ==
        R"(x.toml:28:1: error: missing key "doubling_time" (required in "path.cn.progress")
 28 | [path.cn.progress]
    | ^~~~~~~~~~~~~~~~~~)");
    CHECK(
        errors(path("us", "[path.us.progress]\ndoubling_time = 9\nleak = 1\n")) ==
        R"(x.toml:21:8: error: "leak" needs a path to learn from (this is the reference path)
 21 | leak = 1
    |        ^ name one: leader = "...")");
    CHECK(
        errors(path("us", "")
               + path("cn", "[path.cn.progress]\ndoubling_time = 9\nspillover = 1\n"))
        ==
        R"(x.toml:29:13: error: "spillover" needs a path to learn from (the reference path "us" has no progress)
 29 | spillover = 1
    |             ^ name one: leader = "...")");
    CHECK(errors(leader
                 + path("cn", "progress = { doubling_time = 9, leader = \"uss\" }\n"))
          ==
          R"(x.toml:28:42: error: unknown path "uss"
 28 | progress = { doubling_time = 9, leader = "uss" }
    |                                          ^~~~~ did you mean "us"?)");
    CHECK(errors(leader
                 + path("cn", "progress = { doubling_time = 9, leader = \"jp\" }\n")
                 + path("jp", "progress = { doubling_time = 9, leader = \"cn\" }\n"))
          ==
          R"(x.toml:28:42: error: paths learn from each other: cn -> jp -> cn
 28 | progress = { doubling_time = 9, leader = "jp" }
    |                                          ^~~~)");
}

TEST_CASE("progress: units and ranges are checked like everywhere",
          "[estimator][progress]") {
    CHECK(errors(path("us",
                      "progress = { doubling_time = { value = 9, unit = \"USD\" } }\n"))
              .starts_with("x.toml:19:"));
    CHECK(errors(path("us", "progress.doubling_time = 9\n")
                 + path("cn", "progress = { doubling_time = 9, distillation = 0.5 }\n"))
          ==
          R"(x.toml:28:48: error: "distillation" must be at least 1 (found 0.5)
 28 | progress = { doubling_time = 9, distillation = 0.5 }
    |                                                ^~~)");
    CHECK(
        errors(path("us", "[milestones]\nparity = [0]\neffective_flop = [\"x\"]\n")) ==
        R"(x.toml:20:11: error: "parity" must be greater than 0 and at most 100 (found 0)
 20 | parity = [0]
    |           ^
x.toml:21:19: error: "effective_flop" must be effective FLOP, a positive number (found the string "x")
 21 | effective_flop = ["x"]
    |                   ^~~)");
}

TEST_CASE("progress: a key without its partner is warned of", "[estimator][progress]") {
    auto const scenario =
        read_text(test_header + path("us", "progress.doubling_time = 9\n")
                  + path("cn", "progress = { doubling_time = 9, leak_gap = 3 }\n"));
    bool found = false;
    for (auto const& warning : scenario.warnings) {
        found = found || warning.problem == "\"leak_gap\" has no effect";
    }
    CHECK(found);
}

TEST_CASE("compare_to: names another path, once, and not the reference",
          "[estimator][progress]") {
    auto const message = [](std::string const& list) {
        std::string const all = errors(path("us", "") + path("jp", "")
                                       + path("cn", "compare_to = " + list + "\n"));
        return all.substr(0, all.find('\n'));
    };
    CHECK(message("\"jp\"") == "ok");
    CHECK(
        message("[\"us\"]")
        == "x.toml:35:15: error: \"us\" is the reference path (every path is compared "
           "with it already)");
    CHECK(message("[\"jp\", \"jp\"]") == "x.toml:35:21: error: \"jp\" is listed twice");
    CHECK(message("\"cn\"")
          == "x.toml:35:14: error: a path cannot be compared with itself");
    CHECK(message("\"jpp\"") == "x.toml:35:14: error: unknown path \"jpp\"");
}
