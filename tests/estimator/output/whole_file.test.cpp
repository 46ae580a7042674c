// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/whole_file.hpp"

#include "estimator/output/file_handle.hpp"

#include "tests/estimator/output/scratch.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace leadtime::estimator;
using leadtime::tests::Scratch;
using leadtime::tests::thrown_by;
using Names = std::vector<std::string>;

std::string problem_of(fs::path const& path) {
    return thrown_by([&] { OutputPath(path).write("text"); });
}

TEST_CASE("output file: a new one, its folders too, and one that is replaced",
          "[estimator][output][file]") {
    Scratch const scratch;
    {
        OutputPath const file(scratch / "a/b/page.html");
        CHECK(scratch.list().empty());
        CHECK_FALSE(file.write("text", [] { return false; }));
        CHECK(scratch.list().empty());
        CHECK(file.write("text"));
    }
    CHECK(scratch.list() == Names{"a", "a/b", "a/b/page.html"});
    ::chmod((scratch / "a/b/page.html").c_str(), 0640);
    CHECK(OutputPath(scratch / "a/b/page.html").write("more"));
    CHECK(scratch.read("a/b/page.html") == "more");
    CHECK(static_cast<unsigned>(fs::status(scratch / "a/b/page.html").permissions())
          == 0640);
    CHECK(scratch.list() == Names{"a", "a/b", "a/b/page.html"});
}

TEST_CASE("output file: links stay links, and what they name is written",
          "[estimator][output][file]") {
    Scratch const scratch;
    scratch.put("real.html", "old");
    fs::create_symlink("real.html", scratch / "link");
    fs::create_symlink("link", scratch / "link_to_link");
    CHECK(OutputPath(scratch / "link_to_link").write("new"));
    CHECK(fs::is_symlink(scratch / "link"));
    CHECK(fs::is_symlink(scratch / "link_to_link"));
    CHECK(scratch.read("real.html") == "new");
    fs::create_symlink("nowhere", scratch / "lost");
    auto const lost = (scratch / "lost").string();
    CHECK(problem_of(lost)
          == "cannot write \"" + lost
                 + "\": it is a link to something that is not there");
}

TEST_CASE("output file: devices and pipes are written into, not replaced",
          "[estimator][output][file]") {
    CHECK(OutputPath("/dev/null").write("text"));
    CHECK(fs::is_character_file("/dev/null"));
    CHECK(problem_of("/dev/full")
          == "cannot write \"/dev/full\": No space left on device");
    CHECK(fs::is_character_file("/dev/full"));

    Scratch const scratch;
    auto const pipe = scratch / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    std::string got;
    std::thread reader([&] {
        auto const file = ::open(pipe.c_str(), O_RDONLY);
        std::array<char, 64> text{};
        auto const n = ::read(file, text.data(), text.size());
        got.assign(text.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
        ::close(file);
    });
    CHECK(OutputPath(pipe).write("through"));
    reader.join();
    CHECK(got == "through");
    CHECK(fs::is_fifo(pipe));
    if (::geteuid() == 0
        && ::mknod((scratch / "null").c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0) {
        fs::create_symlink("null", scratch / "link");
        for (auto const* name : {"null", "link"}) {
            CHECK(thrown_by([&] { OutputPath(scratch / name).write("text"); }) == "");
        }
        CHECK(fs::is_character_file(fs::symlink_status(scratch / "null")));
        CHECK(fs::is_symlink(scratch / "link"));
    }
}

TEST_CASE("output file: what cannot be written is refused before and after",
          "[estimator][output][file]") {
    Scratch const scratch;
    fs::create_directory(scratch / "folder");
    scratch.put("file", "old");
    auto const path = [&](char const* name) { return (scratch / name).string(); };
    CHECK(problem_of(path("folder"))
          == "cannot write \"" + path("folder") + "\": Is a directory");
    CHECK(problem_of(path("folder") + "/")
          == "cannot write \"" + path("folder") + "/\": it names no file");
    CHECK(problem_of(path("file/below"))
          == "cannot write \"" + path("file/below") + "\": Not a directory");
    CHECK(problem_of("/proc/none/page.html")
              .starts_with("cannot make the folder \"/proc/none\": "));
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit const small{4096, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    auto const error = thrown_by(
        [&] { OutputPath(scratch / "file").write(std::string(10'000, 'x')); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CHECK(error == "cannot write \"" + path("file") + "\": File too large");
    CHECK(scratch.read("file") == "old");
    CHECK(scratch.list() == Names{"file", "folder"});
}

TEST_CASE("output file: a planted link is replaced, and leftovers go",
          "[estimator][output][file]") {
    Scratch const scratch;
    scratch.put("victim", "old");
    fs::create_directory(scratch / "x");
    fs::create_symlink(scratch / "victim", scratch / "x/sweep.json");
    scratch.put("x/.sweep.json.leadtime-abc123", "half");
    auto const folder = open_folder(scratch / "x");
    replace_file(folder.get(), "sweep.json", "new", "x/sweep.json");
    CHECK(scratch.read("victim") == "old");
    CHECK(scratch.read("x/sweep.json") == "new");
    CHECK(scratch.list() == Names{"victim", "x", "x/sweep.json"});
}

}  // namespace
