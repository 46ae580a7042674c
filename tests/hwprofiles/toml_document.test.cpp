// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/toml_document.hpp"

#include "tests/hwprofiles/error_text.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace leadtime::hw;
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
              .starts_with("/dev/zero: error: the file is too large ("));
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
    // toml++ 3.3 would end in an assertion here (see hwprofiles/toml.hpp).
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

TEST_CASE("toml_document: a key of endless parts is refused", "[hwprofiles][toml]") {
    std::string key = "ok = 1.5 # 1.2.3\na";
    for (int i = 0; i < 1'000'000; ++i) {
        key += ".a";
    }
    CHECK(parse_error(key + " = 1")
              .starts_with("x.toml:2:1: error: more than 1000 dots in a row of key "
                           "parts\n 2 | a.a.a."));
    std::string numbers = "x = [";
    for (int i = 0; i < 5000; ++i) {
        numbers += "0.5, ";
    }
    CHECK(parse_error(numbers + "]") == "no error");
}
