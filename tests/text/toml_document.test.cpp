// SPDX-License-Identifier: Apache-2.0
#include "text/toml_document.hpp"

#include "tests/text/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace leadtime::text;
using leadtime::tests::error_text;
namespace fs = std::filesystem;

namespace {

/// A folder that disappears with the test.
struct ScratchFolder {
    fs::path path = fs::temp_directory_path()
                    / ("leadtime_toml_document_" + std::to_string(::getpid()));
    ScratchFolder() { fs::create_directories(path); }
    ~ScratchFolder() { fs::remove_all(path); }
    ScratchFolder(ScratchFolder const&) = delete;
    ScratchFolder& operator=(ScratchFolder const&) = delete;

    std::string write(std::string const& name, std::string const& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return (path / name).string();
    }
};

std::string parse_error(std::string_view text) {
    return error_text([&] { parse_document(text, "x.toml"); });
}

}  // namespace

TEST_CASE("toml_document: reads a file and keeps its lines", "[hwprofiles][toml]") {
    ScratchFolder const folder;
    auto const path = folder.write("x.toml", "a = 1\r\n\r\n# note\nb = 'two'");
    auto const document = load_document(path);
    CHECK(document.root["b"].value<std::string>() == "two");
    CHECK(document.sources.at(0).name == path);
    CHECK(document.sources.at(0).lines
          == std::vector<std::string>{"a = 1", "", "# note", "b = 'two'"});
}

TEST_CASE("toml_document: refuses what is not a file to read", "[hwprofiles][toml]") {
    ScratchFolder const folder;
    auto const load_error = [](std::string const& path) {
        return error_text([&] { load_document(path); });
    };
    auto const missing = (folder.path / "missing.toml").string();
    CHECK(load_error(missing) == missing + ": error: file not found");
    CHECK(load_error(folder.path.string())
          == folder.path.string()
                 + ": error: this is a directory (expected a TOML file)");
    auto const empty = folder.write("empty.toml", "");
    CHECK(load_error(empty) == empty + ": error: the file is empty");
    auto const blank = folder.write("blank.toml", " \n\t\r\n");
    CHECK(load_error(blank) == blank + ": error: the file is empty");

    auto const large = folder.write("large.toml", "a = 1\n");
    fs::resize_file(large, std::uintmax_t{5} << 30);  // sparse
    CHECK(load_error(large)
          == large
                 + ": error: the file is too large (5368709120 bytes; at most 16777216 "
                   "bytes, 16 MiB, are read)");
    CHECK(load_error("/dev/zero")
          == "/dev/zero: error: this is a device (expected a TOML file)");
    auto const pipe = (folder.path / "pipe.toml").string();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK(load_error(pipe) == pipe + ": error: this is a pipe (expected a TOML file)");
    CHECK(error_text([&] { load_document(pipe, FileKind::regular_or_open); })
          == pipe + ": error: this is a pipe (expected a TOML file)");
}

TEST_CASE("toml_document: what is open already may be a pipe", "[hwprofiles][toml]") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    std::string const text = "a = 1\n";
    REQUIRE(::write(ends[1], text.data(), text.size())
            == static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
    auto const path = "/dev/fd/" + std::to_string(ends[0]);
    CHECK(error_text([&] { load_document(path); })
          == path + ": error: this is a pipe (expected a TOML file)");
    auto const document = load_document(path, FileKind::regular_or_open);
    CHECK(document.root["a"].value<int>() == 1);
    ::close(ends[0]);
}

TEST_CASE("toml_document: syntax errors show their place", "[hwprofiles][toml]") {
    CHECK(parse_error("a = 1\nb = \n")
          == "x.toml:2:5: error: expected value, saw '\\n' (while parsing key-value "
             "pair)\n"
             " 2 | b = \n"
             "   |     ^");
    CHECK(parse_error("a = 1\na = 2\n")
          == "x.toml:2:5: error: cannot redefine existing integer 'a' (while parsing "
             "key-value pair)\n"
             " 2 | a = 2\n"
             "   |     ^");
    CHECK(parse_error("x = [1,\n2\n")
          == "x.toml:2:3: error: encountered end-of-file (while parsing array)\n"
             " 2 | 2\n"
             "   |  ^");
    // toml++ 3.3 would end in an assertion here (see text/toml.hpp).
    CHECK(parse_error("a = 1\n[.b]\n")
          == "x.toml:2:2: error: expected bare key starting character or string "
             "delimiter, "
             "saw '.' (while parsing key)\n"
             " 2 | [.b]\n"
             "   |  ^");
    CHECK(parse_error("a = \"x\xff\"\n")
          == "x.toml:1:6: error: this is not valid UTF-8\n"
             " 1 | a = \"x\\xff\"\n"
             "   |      ^");
}

TEST_CASE("toml_document: what is nested without end is refused",
          "[hwprofiles][toml]") {
    auto const repeated = [](std::string_view part, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) {
            text += part;
        }
        return text;
    };
    std::string const deep = "error: this is nested too deeply (at most 256 tables, "
                             "arrays and parts of keys inside each other)\n";
    for (int const times : {257, 500'000}) {
        CHECK(parse_error("ok = 1.5 # 1.2.3\n" + repeated("a.", times) + "a = 1")
                  .starts_with("x.toml:2:513: " + deep));
        CHECK(parse_error("x = {" + repeated("a.", times) + "a = 1}")
                  .starts_with("x.toml:1:514: " + deep));
        CHECK(parse_error("x = " + repeated("{ a.b = ", times))
                  .starts_with("x.toml:1:685: " + deep));
        CHECK(parse_error("x = " + repeated("[", times))
                  .starts_with("x.toml:1:260: " + deep));
        CHECK(parse_error("[" + repeated("a.", times) + "a]")
                  .starts_with("x.toml:1:514: " + deep));
        CHECK(parse_error("\"a\"" + repeated(" . 'a'", times) + " = 1")
                  .starts_with("x.toml:1:1537: " + deep));
    }
    CHECK(parse_error(repeated("a.", 255) + "a = 1") == "no error");
    CHECK(parse_error("x = [" + repeated("0.5, ", 100'000) + "]") == "no error");
    CHECK(parse_error("x = \"" + repeated(".", 100'000) + "\"") == "no error");
    CHECK(parse_error("x = \"\"\"\n" + repeated("[{a.", 100'000) + "\"\"\"\"\"")
          == "no error");
    std::string const quotes(3, '\'');
    CHECK(parse_error("x = " + quotes + repeated("[{a.\\", 100'000) + quotes)
          == "no error");
    CHECK(parse_error("# " + repeated("[{a.", 100'000)) == "no error");
}

TEST_CASE("toml_document: too many tables are refused, as each is sought among all",
          "[hwprofiles][toml]") {
    std::string tables;
    for (int i = 0; i <= 100'000; ++i) {
        tables += "[[a" + std::to_string(i) + "]]\n";
    }
    CHECK(parse_error(tables)
          == "x.toml:100001:1: error: the file has too many tables (at most 100000 "
             "headers and dotted keys)\n"
             " 100001 | [[a100000]]\n"
             "        | ^");
}

TEST_CASE("toml_document: letters outside ASCII need quotes", "[hwprofiles][toml]") {
    std::string const reason =
        " needs quotes (without them a key has letters from a to "
        "z, digits, _ and - only)\n";
    CHECK(parse_error("a = 1\ngr\u00f6\u00dfe = 2\n")
          == "x.toml:2:1: error: the key gr\u00f6\u00dfe" + reason
                 + " 2 | gr\u00f6\u00dfe = 2\n"
                   "   | ^~~~~ write \"gr\u00f6\u00dfe\"");
    CHECK(parse_error("x = { a.\u00e4 = 2 }\n")
          == "x.toml:1:9: error: the key \u00e4" + reason
                 + " 1 | x = { a.\u00e4 = 2 }\n"
                   "   |         ^ write \"\u00e4\"");
    CHECK(parse_error("[\u00e4]\n")
          == "x.toml:1:2: error: the key \u00e4" + reason
                 + " 1 | [\u00e4]\n"
                   "   |  ^ write \"\u00e4\"");
    CHECK(parse_error("a = \u00e4 + 1\n")
          == "x.toml:1:5: error: this value needs quotes (it is neither a number nor a "
             "date)\n"
             " 1 | a = \u00e4 + 1\n"
             "   |     ^~~~~");
    CHECK(parse_error("\"gr\u00f6\u00dfe\" = '\u00e4' # \u4e2d\n['\u00e4']\n")
          == "no error");
    CHECK(parse_error("\xef\xbb\xbf\"a\" = 1\n") == "no error");
    // toml++ 3.3 asks of each letter here whether it is a space, see
    // text/toml.hpp.
    auto const document =
        parse_document("x = \"\"\"a\\\n  \u00e4\u0436\u0e01\"\"\"\n", "x.toml");
    CHECK(document.root["x"].value<std::string>() == "a\u00e4\u0436\u0e01");
    CHECK(parse_error("x = +-{'\u00e4', 0@").find("error: ") != std::string::npos);
    CHECK(parse_error("a\xff = 1\n").find("this is not valid UTF-8")
          != std::string::npos);
    CHECK(parse_error("a\xed\xa0\x80 = 1\n").find("error: ") != std::string::npos);
}

TEST_CASE("toml_document: of a long line an error shows a piece",
          "[hwprofiles][toml]") {
    std::string line = "x = [";
    for (int i = 0; i < 200'000; ++i) {
        line += "'\u00e4', ";
    }
    std::string piece = "...'";
    for (int i = 0; i < 22; ++i) {
        piece += ", '\u00e4'";
    }
    CHECK(parse_error(line + "?")
          == "x.toml:1:1000006: error: could not determine value type (while parsing "
             "value)\n 1 | "
                 + piece + ", ?\n   | " + std::string(4 + 22 * 5 + 2, ' ') + "^");
    // Thousands of places in one line are found as fast as in many lines.
    auto const document = parse_document(line + "]", "x.toml");
    int wrong = 0;
    for (auto const& node : *document.root["x"].as_array()) {
        wrong += document.line_from(node.source()).starts_with("'\u00e4',") ? 0 : 1;
        wrong +=
            document.issue_at(node.source(), {}, {}).source_line.size() < 1000 ? 0 : 1;
    }
    CHECK(wrong == 0);
}
