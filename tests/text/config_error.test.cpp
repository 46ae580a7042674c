// SPDX-License-Identifier: Apache-2.0
#include "text/config_error.hpp"

#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace leadtime::text;
using leadtime::tests::error_text;

namespace {

ConfigIssue issue_on(std::string line, int column, int width) {
    return {.place = {"x.toml", 3, column},
            .key = "k",
            .problem = "wrong",
            .reason = "",
            .suggestion = "",
            .source_line = std::move(line),
            .caret_width = width};
}

}  // namespace

TEST_CASE("config_error: an issue shows its line and a caret", "[hwprofiles][error]") {
    ConfigIssue const issue{.place = {"h100.toml", 12, 1},
                            .key = "mem_bandwith_bytes_per_s",
                            .problem = "unknown key \"mem_bandwith_bytes_per_s\"",
                            .reason =
                                "allowed here: mem_bandwidth_bytes_per_s, mem_bytes",
                            .suggestion = "did you mean \"mem_bandwidth_bytes_per_s\"?",
                            .source_line = "mem_bandwith_bytes_per_s = 3.35e12",
                            .caret_width = 24};
    CHECK(
        format(issue)
        == R"(h100.toml:12:1: error: unknown key "mem_bandwith_bytes_per_s" (allowed here: mem_bandwidth_bytes_per_s, mem_bytes)
 12 | mem_bandwith_bytes_per_s = 3.35e12
    | ^~~~~~~~~~~~~~~~~~~~~~~~ did you mean "mem_bandwidth_bytes_per_s"?)");
}

TEST_CASE("config_error: without a line there is no caret", "[hwprofiles][error]") {
    ConfigIssue issue{.place = {.file = "x.toml"},
                      .key = {},
                      .problem = "the file is empty",
                      .reason = {},
                      .suggestion = {},
                      .source_line = {}};
    CHECK(format(issue) == "x.toml: error: the file is empty");
    issue.suggestion = "write one";
    CHECK(format(issue) == "x.toml: error: the file is empty; write one");
    issue.place.file.clear();
    CHECK(format(issue) == "error: the file is empty; write one");
}

TEST_CASE("config_error: a caret past the end of its line stays there",
          "[hwprofiles][error]") {
    CHECK(format(issue_on("b =", 4, 1))
          == "x.toml:3:4: error: wrong\n"
             " 3 | b =\n"
             "   |    ^");
    CHECK(format(issue_on("b =", 400, 9))
          == "x.toml:3:400: error: wrong\n"
             " 3 | b =\n"
             "   |    ^");
}

TEST_CASE("config_error: carets line up under wide and combining characters",
          "[hwprofiles][error]") {
    CHECK(format(issue_on("n = \"\u82af\u7247\" # e\u0301 x", 14, 1))
          == "x.toml:3:14: error: wrong\n"
             " 3 | n = \"\u82af\u7247\" # e\u0301 x\n"
             "   |               ^");
    CHECK(format(issue_on("\"\u82af\u7247\"", 2, 2))
          == "x.toml:3:2: error: wrong\n"
             " 3 | \"\u82af\u7247\"\n"
             "   |  ^~~~");
}

TEST_CASE("config_error: nothing from a file acts on the terminal",
          "[hwprofiles][error]") {
    CHECK(format(issue_on("\ta\x1b[31m\u202e\xff = 1", 3, 1))
          == "x.toml:3:3: error: wrong\n"
             " 3 |  a\\x1b[31m\\u202e\\xff = 1\n"
             "   |   ^~~~");
    auto issue = issue_on("a = 1", 1, 1);
    issue.place.file = "x\n\x07.toml";
    issue.problem = "unknown key \"\x1b[2J\"";
    CHECK(format(issue)
          == "x\\x0a\\x07.toml:3:1: error: unknown key \"\\x1b[2J\"\n"
             " 3 | a = 1\n"
             "   | ^");
}

TEST_CASE("config_error: a long line is cut to 120 columns around the caret",
          "[hwprofiles][error]") {
    std::string const filler(500, 'x');
    auto const window_of = [](ConfigIssue const& issue) {
        std::string const text = format(issue);
        auto const begin = text.find("| ") + 2;
        return text.substr(begin, text.find('\n', begin) - begin);
    };
    auto const middle = issue_on(filler + "HERE" + filler, 501, 4);
    CHECK(window_of(middle).size() == 120);
    CHECK(window_of(middle).starts_with("...x"));
    CHECK(window_of(middle).ends_with("x..."));
    std::string const text = format(middle);
    auto const mark = text.rfind("| ");
    auto const offset = text.find('^') - mark - 2;
    CHECK(window_of(middle).substr(offset, 4) == "HERE");
    CHECK(text.ends_with("^~~~"));

    CHECK(window_of(issue_on("HERE" + filler, 1, 4)).starts_with("HERExx"));
    CHECK(window_of(issue_on(filler + "HERE", 501, 4)).ends_with("xxHERE"));
    CHECK(window_of(issue_on(filler, 1, 500)).size() <= 120);
    std::string wide;
    for (int i = 0; i < 200; ++i) {
        wide += "\u82af";
    }
    CHECK(window_of(issue_on(wide, 100, 1)).size() <= 6 + 57 * 3);
}

TEST_CASE("config_error: a list throws all issues, sorted by place",
          "[hwprofiles][error]") {
    IssueList issues;
    CHECK_NOTHROW(issues.throw_if_any());
    auto later = issue_on("", 1, 1);
    later.problem = "second";
    auto other_file = later;
    other_file.place = {"a.toml", 1, 1};
    other_file.problem = "third";
    auto earlier = later;
    earlier.place.line = 2;
    earlier.problem = "first";
    issues.add(later);
    issues.add(other_file);
    issues.add(earlier);
    CHECK(issues.size() == 3);
    CHECK(error_text([&] { issues.throw_if_any(); })
          == "x.toml:2:1: error: first\n"
             "x.toml:3:1: error: second\n"
             "a.toml:1:1: error: third");
}
