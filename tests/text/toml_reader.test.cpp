// SPDX-License-Identifier: Apache-2.0
#include "text/toml_reader.hpp"

#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

using namespace leadtime::text;
using leadtime::tests::error_text;

namespace {

/// The errors of reading a text with some calls, without finish().
template <class Read>
std::string read_error(std::string_view text, Read read) {
    return error_text([&] {
        Document const document = parse_document(text, "x.toml");
        IssueList issues;
        TableReader root(document, document.root, "", issues);
        read(root);
        issues.throw_if_any();
    });
}

}  // namespace

TEST_CASE("toml_reader: reads every kind of value", "[hwprofiles][toml]") {
    auto const document = parse_document("s = 'text'\nn = 2\nx = 1.5\nb = true\none = "
                                         "'a'\nmany = ['a', 'b']\n[t]\nk = 1\n"
                                         "[[list]]\ny = 1\n[[list]]\ny = 2\n",
                                         "x.toml");
    IssueList issues;
    TableReader root(document, document.root, "", issues);
    CHECK(root.required_string("s") == "text");
    CHECK(root.required_number("n") == 2.0);
    CHECK(root.optional_number("x") == 1.5);
    CHECK(root.optional_integer("n") == 2);
    CHECK(root.optional_bool("b") == true);
    CHECK(root.optional_strings("one") == std::vector<std::string>{"a"});
    CHECK(root.optional_strings("many") == std::vector<std::string>{"a", "b"});
    CHECK(root.child("t")->key_path() == "t");
    CHECK(root.children("list").at(1).key_path() == "list[1]");
    CHECK(root.children("list").at(1).required_number("y") == 2);
    CHECK(root.optional_string("absent") == std::nullopt);
    CHECK(root.optional_number("absent") == std::nullopt);
    CHECK(root.child("absent") == std::nullopt);
    CHECK(root.children("absent").empty());
    CHECK_FALSE(root.has("absent"));
    root.finish();
    CHECK(issues.empty());
}

TEST_CASE("toml_reader: unknown keys are refused with a suggestion",
          "[hwprofiles][toml]") {
    CHECK(read_error("tdp_w = 1\n[t]\nvalu = 3\nother = 4\n",
                     [](TableReader& root) {
                         root.raw("tdp_w");
                         auto table = *root.child("t");
                         table.raw("value");
                         table.finish();
                         root.finish();
                     })
          == "x.toml:3:1: error: unknown key \"valu\" (allowed here: value)\n"
             " 3 | valu = 3\n"
             "   | ^~~~ did you mean \"value\"?\n"
             "x.toml:4:1: error: unknown key \"other\" (allowed here: value)\n"
             " 4 | other = 4\n"
             "   | ^~~~~");
    CHECK(read_error("[tabel]\n",
                     [](TableReader& root) {
                         root.raw("table");
                         root.finish();
                     })
          == "x.toml:1:2: error: unknown key \"tabel\" (allowed here: table)\n"
             " 1 | [tabel]\n"
             "   |  ^~~~~ did you mean \"table\"?");
}

TEST_CASE("toml_reader: wrong types are refused at the value", "[hwprofiles][toml]") {
    CHECK(
        read_error("n = \"80\"\n", [](TableReader& root) { root.required_number("n"); })
        == "x.toml:1:5: error: \"n\" must be a number (found the string \"80\")\n"
           " 1 | n = \"80\"\n"
           "   |     ^~~~");
    CHECK(read_error("n = 2026-01-01\n",
                     [](TableReader& root) { root.required_string("n"); })
          == "x.toml:1:5: error: \"n\" must be a string (found a date or time without "
             "quotes)\n"
             " 1 | n = 2026-01-01\n"
             "   |     ^~~~~~~~~~");
    CHECK(read_error("n = 8.0\n", [](TableReader& root) { root.optional_integer("n"); })
          == "x.toml:1:5: error: \"n\" must be a whole number (found 8)\n"
             " 1 | n = 8.0\n"
             "   |     ^~~");
    CHECK(read_error("n = 1\n", [](TableReader& root) { root.optional_bool("n"); })
          == "x.toml:1:5: error: \"n\" must be true or false (found 1)\n"
             " 1 | n = 1\n"
             "   |     ^");
    CHECK(read_error("n = ['a', 2]\n",
                     [](TableReader& root) { root.optional_strings("n"); })
          == "x.toml:1:11: error: \"n[1]\" must be a string (found 2)\n"
             " 1 | n = ['a', 2]\n"
             "   |           ^");
    CHECK(read_error("n = [\n1,\n]\n", [](TableReader& root) { root.child("n"); })
          == "x.toml:1:5: error: \"n\" must be a table (found an array)\n"
             " 1 | n = [\n"
             "   |     ^");
}

TEST_CASE("toml_reader: numbers are finite and in range", "[hwprofiles][toml]") {
    auto const number_error = [](std::string_view text, NumberRange range) {
        return read_error(text,
                          [&](TableReader& root) { root.required_number("n", range); });
    };
    CHECK(number_error("n = nan\n", any_number)
          == "x.toml:1:5: error: \"n\" must be a finite number (found nan)\n"
             " 1 | n = nan\n"
             "   |     ^~~");
    CHECK(number_error("n = -inf\n", any_number)
          == "x.toml:1:5: error: \"n\" must be a finite number (found -inf)\n"
             " 1 | n = -inf\n"
             "   |     ^~~~");
    CHECK(number_error("n = 0\n", positive_number)
          == "x.toml:1:5: error: \"n\" must be greater than 0 (found 0)\n"
             " 1 | n = 0\n"
             "   |     ^");
    CHECK(number_error("n = -1.5\n", non_negative_number)
          == "x.toml:1:5: error: \"n\" must be at least 0 (found -1.5)\n"
             " 1 | n = -1.5\n"
             "   |     ^~~~");
    CHECK(number_error("n = 2\n", fraction_number)
          == "x.toml:1:5: error: \"n\" must be at least 0 and at most 1 (found 2)\n"
             " 1 | n = 2\n"
             "   |     ^");
    CHECK(number_error("n = 2\n", NumberRange{.max = 1})
          == "x.toml:1:5: error: \"n\" must be at most 1 (found 2)\n"
             " 1 | n = 2\n"
             "   |     ^");
    CHECK(read_error("n = 9\n",
                     [](TableReader& root) { root.optional_integer("n", 1, 8); })
          == "x.toml:1:5: error: \"n\" must be a whole number from 1 to 8 (found 9)\n"
             " 1 | n = 9\n"
             "   |     ^");
}

TEST_CASE("toml_reader: missing keys name their table", "[hwprofiles][toml]") {
    std::string text;
    double number = 0;
    auto const read = [&](TableReader& root) {
        text = root.required_string("name");
        auto inner = *root.child("t")->child("u");
        number = inner.required_number("value");
    };
    CHECK(read_error("a = 1\n[t.u]\nb = 1\n", read)
          == "x.toml: error: missing key \"name\" (required at the top of the file)\n"
             "x.toml:2:1: error: missing key \"value\" (required in \"t.u\")\n"
             " 2 | [t.u]\n"
             "   | ^~~~~");
    CHECK(text.empty());
    CHECK(std::isnan(number));
    CHECK(read_error("name = ''\n",
                     [](TableReader& root) { root.required_string("name"); })
          == "x.toml:1:8: error: \"name\" must not be empty\n"
             " 1 | name = ''\n"
             "   |        ^~");
}

TEST_CASE("toml_reader: entries come in the order of the file", "[hwprofiles][toml]") {
    Document document =
        parse_document("[path.west]\nx = 1\n[path.east]\n[path.\"a b\"]\n"
                       "[path.beta]\nx = 1\n",
                       "x.toml");
    apply_override(document, "path.alpha.x", "1");
    apply_override(document, "path.east", "{ x = 2 }");
    apply_override(document, "path.aaa.x", "1");
    IssueList issues;
    TableReader root(document, document.root, "", issues);
    auto paths = *root.child("path");
    std::vector<std::string> names;
    for (auto const& entry : paths.entries()) {
        names.push_back(entry.key);
    }
    CHECK(names
          == std::vector<std::string>{"west", "east", "a b", "beta", "alpha", "aaa"});
    CHECK(paths.path_of("a b") == "path.\"a b\"");
    paths.finish();
    CHECK(issues.empty());
    CHECK(paths.place_of(*paths.raw("beta")).line == 5);
    CHECK(paths.place_of(*paths.raw("alpha")).file == "--set path.alpha.x=1");
}
