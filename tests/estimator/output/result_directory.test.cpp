// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/result_directory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace leadtime::estimator;

/// A folder for one test.
class Scratch {
  public:
    Scratch() {
        auto name = (fs::temp_directory_path() / "leadtime-test-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Scratch() { fs::remove_all(path_); }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;

    fs::path operator/(char const* name) const { return path_ / name; }

    void put(char const* name, std::string const& text) const {
        std::ofstream(path_ / name) << text;
    }
    /// Every file and folder, sorted.
    std::vector<std::string> list() const {
        std::vector<std::string> names;
        for (auto const& entry : fs::recursive_directory_iterator(path_)) {
            names.push_back(entry.path().lexically_relative(path_).string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

  private:
    fs::path path_;
};

std::string read(fs::path const& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string error_of(auto const& action) {
    try {
        action();
    } catch (OutputError const& error) {
        return error.what();
    }
    return "";
}

using Names = std::vector<std::string>;

std::vector<OutputFile> const files{{"a.csv", "1,2\n"},
                                    {"b.nc", std::string(70'000, 'x')}};

TEST_CASE("result directory: a new folder and those above it appear whole",
          "[estimator][output]") {
    Scratch const scratch;
    ResultDirectory const directory(scratch / "x/y/");
    CHECK(scratch.list().empty());
    CHECK(directory.write(files));
    CHECK(scratch.list() == Names{"x", "x/y", "x/y/a.csv", "x/y/b.nc"});
    CHECK(read(scratch / "x/y/a.csv") == "1,2\n");
    CHECK((fs::status(scratch / "x/y").permissions() & fs::perms::owner_all)
          == fs::perms::owner_all);
}

TEST_CASE("result directory: an existing folder keeps its other files",
          "[estimator][output]") {
    Scratch const scratch;
    fs::create_directory(scratch / "x");
    scratch.put("x/a.csv", "old");
    scratch.put("x/notes.txt", "mine");
    CHECK(ResultDirectory(scratch / "x").write(files));
    CHECK(scratch.list() == Names{"x", "x/a.csv", "x/b.nc", "x/notes.txt"});
    CHECK(read(scratch / "x/a.csv") == "1,2\n");
    CHECK(read(scratch / "x/notes.txt") == "mine");
}

TEST_CASE("result directory: an interruption leaves everything as it was",
          "[estimator][output]") {
    Scratch const scratch;
    fs::create_directory(scratch / "x");
    scratch.put("x/a.csv", "old");
    CHECK_FALSE(ResultDirectory(scratch / "x").write(files, [] { return false; }));
    CHECK_FALSE(ResultDirectory(scratch / "y/z").write(files, [] { return false; }));
    CHECK(scratch.list() == Names{"x", "x/a.csv"});
    CHECK(read(scratch / "x/a.csv") == "old");
}

TEST_CASE("result directory: a place that cannot be written is refused at once",
          "[estimator][output]") {
    Scratch const scratch;
    scratch.put("file", "");
    auto const file = (scratch / "file").string();
    auto const open = [](fs::path const& path) {
        return error_of([&] { ResultDirectory const directory(path); });
    };
    CHECK(open(file) == "cannot write to \"" + file + "\": it is a file, not a folder");
    CHECK(open(file + "/x/y")
          == "cannot write to \"" + file + "/x/y\": \"" + file
                 + "\" is a file, not a folder");
    CHECK(open("") == "the name of the output folder is empty");
    CHECK(open("/proc/leadtime").starts_with("cannot write to \"/proc/leadtime\": "));
    CHECK(scratch.list() == Names{"file"});
}

TEST_CASE("result directory: a full disk is one error and changes nothing",
          "[estimator][output]") {
    Scratch const scratch;
    fs::create_directory(scratch / "x");
    scratch.put("x/a.csv", "old");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit const small{4096, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    auto const of_old = error_of([&] { ResultDirectory(scratch / "x").write(files); });
    auto const of_new =
        error_of([&] { ResultDirectory(scratch / "y/z").write(files); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    CHECK(of_old
          == "cannot write \"" + (scratch / "x/b.nc").string() + "\": File too large");
    CHECK(of_new
          == "cannot write \"" + (scratch / "y/z/b.nc").string()
                 + "\": File too large");
    CHECK(scratch.list() == Names{"x", "x/a.csv"});
    CHECK(read(scratch / "x/a.csv") == "old");
}

TEST_CASE("result directory: a folder in the place of a file stops before any rename",
          "[estimator][output]") {
    Scratch const scratch;
    fs::create_directories(scratch / "x/b.nc");
    auto const error = error_of([&] { ResultDirectory(scratch / "x").write(files); });
    CHECK(error
          == "cannot write \"" + (scratch / "x/b.nc").string() + "\": Is a directory");
    CHECK(scratch.list() == Names{"x", "x/b.nc"});
}

}  // namespace
