// SPDX-License-Identifier: Apache-2.0
#include "text/toml_reader.hpp"

#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

using namespace leadtime::text;
using leadtime::tests::error_text;

namespace {

constexpr std::string_view text = R"(top = 1
[path.west]
share = 0.5
inline = { a = { b = 1 } }
dotted.key = 2
[[list]]
x = 1
[[list]]
x = 2
)";

Document overridden(std::string_view key, std::string_view value) {
    Document document = parse_document(text, "x.toml");
    apply_override(document, key, value);
    return document;
}

std::string override_error(std::string_view key, std::string_view value) {
    return error_text([&] { overridden(key, value); });
}

}  // namespace

TEST_CASE("toml_override: replaces leaves wherever they are",
          "[hwprofiles][toml][set]") {
    CHECK(overridden("top", "2").root["top"].value<int>() == 2);
    CHECK(overridden("path.west.share", "0.75")
              .root.at_path("path.west.share")
              .value<double>()
          == 0.75);
    CHECK(overridden("path.west.inline.a.b", "7")
              .root.at_path("path.west.inline.a.b")
              .value<int>()
          == 7);
    CHECK(overridden("path.west.dotted.key", "7")
              .root.at_path("path.west.dotted.key")
              .value<int>()
          == 7);
    CHECK(overridden("list.1.x", "7").root.at_path("list[1].x").value<int>() == 7);
    CHECK(overridden("list.0", "{ y = 3 }").root.at_path("list[0].y").value<int>()
          == 3);
}

TEST_CASE("toml_override: replaces tables, makes missing ones, takes quoted parts",
          "[hwprofiles][toml][set]") {
    CHECK(overridden("path", "3").root["path"].value<int>() == 3);
    auto const replaced = overridden("path.west", "{ share = 1 }");
    CHECK(replaced.root.at_path("path.west").as_table()->size() == 1);
    auto const made = overridden("new.\"a b\".c", "true");
    CHECK(made.root["new"]["a b"]["c"].value<bool>() == true);
}

TEST_CASE("toml_override: a value that is not TOML is a string",
          "[hwprofiles][toml][set]") {
    auto const value = [](std::string_view typed) {
        return overridden("top", typed).root["top"].value<std::string>();
    };
    CHECK(value("1 to 2") == "1 to 2");
    CHECK(value("2026-07") == "2026-07");
    CHECK(value("open") == "open");
    CHECK(value("") == "");
    CHECK(value("a \"quoted\\ word") == "a \"quoted\\ word");
    CHECK(value("1\nx = 2") == "1\nx = 2");
    CHECK(value("\"1\"") == "1");
}

TEST_CASE("toml_override: later errors name the override", "[hwprofiles][toml][set]") {
    Document document = parse_document(text, "x.toml");
    apply_override(document, "path.west.share", "2");
    apply_override(document, "path.west.shar", "1 to 2");
    IssueList issues;
    TableReader west(
        document, *document.root.at_path("path.west").as_table(), "path.west", issues);
    west.optional_number("share", fraction_number);
    west.raw("inline");
    west.raw("dotted");
    west.finish();
    CHECK(error_text([&] { issues.throw_if_any(); })
          == "--set path.west.share=2:1:17: error: \"share\" must be at least 0 and at "
             "most 1 "
             "(found 2)\n"
             " 1 | path.west.share=2\n"
             "   |                 ^\n"
             "--set path.west.shar=1 to 2:1:11: error: unknown key \"shar\" (allowed "
             "here: "
             "dotted, inline, share)\n"
             " 1 | path.west.shar=1 to 2\n"
             "   |           ^~~~ did you mean \"share\"?");
}

TEST_CASE("toml_override: the string of an unquoted value has its place",
          "[hwprofiles][toml][set]") {
    Document const document = overridden("top", "1 to 2");
    IssueList issues;
    TableReader root(document, document.root, "", issues);
    root.required_number("top");
    CHECK(error_text([&] { issues.throw_if_any(); })
          == "--set top=1 to 2:1:5: error: \"top\" must be a number (found the string "
             "\"1 to "
             "2\")\n"
             " 1 | top=1 to 2\n"
             "   |     ^~~~~~");
}

TEST_CASE("toml_override: refuses keys that cannot be meant",
          "[hwprofiles][toml][set]") {
    CHECK(override_error("", "1")
          == "--set =1:1:1: error: the key is empty (expected --set "
             "KEY=VALUE)\n"
             " 1 | =1\n"
             "   | ^");
    CHECK(override_error("a..b", "1")
          == "--set a..b=1:1:3: error: expected bare key starting character or string "
             "delimiter, saw '.' (while parsing key)\n"
             " 1 | a..b=1\n"
             "   |   ^");
    CHECK(override_error("a\nb", "1")
              .ends_with("error: a key cannot contain a line end\n"
                         " 1 | a\n"
                         "   | ^"));
    CHECK(override_error("a=1 #", "1").find("error: this is not one key")
          == std::string::npos);
    CHECK(override_error("top.deeper", "1")
          == "--set top.deeper=1:1:1: error: cannot set \"top.deeper\" (\"top\" is 1, "
             "not a "
             "table)\n"
             " 1 | top.deeper=1\n"
             "   | ^~~~~~~~~~");
    CHECK(override_error("list.2.x", "1")
          == "--set list.2.x=1:1:1: error: there is no element 2 (the array has 2, "
             "counted "
             "from 0)\n"
             " 1 | list.2.x=1\n"
             "   | ^~~~~~~~");
    CHECK(override_error("list.first", "1")
          == "--set list.first=1:1:1: error: \"first\" does not pick an element of an "
             "array "
             "(expected a number, counted from 0)\n"
             " 1 | list.first=1\n"
             "   | ^~~~~~~~~~");
    CHECK(override_error("top", "a\xff")
          == "--set top=a\\xff:1:6: error: this is not valid "
             "UTF-8\n"
             " 1 | top=a\\xff\n"
             "   |      ^~~~");
}
