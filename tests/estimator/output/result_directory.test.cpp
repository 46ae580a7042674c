// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/result_directory.hpp"

#include "text/sha256.hpp"

#include "tests/estimator/output/scratch.hpp"

#include <catch2/catch_test_macros.hpp>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace leadtime::estimator;
using leadtime::tests::Scratch;
using leadtime::tests::thrown_by;

using Names = std::vector<std::string>;

std::vector<OutputFile> const files{{"a.csv", "1,2\n"},
                                    {"b.nc", std::string(70'000, 'x')}};

std::string busy(fs::path const& path) {
    return "cannot write to \"" + path.string()
           + "\": another leadtime is writing to it (wait until it has ended, or "
             "choose "
             "another --out)";
}

ino_t inode(fs::path const& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_ino;
}

TEST_CASE("result directory: a new folder and those above it appear whole",
          "[estimator][output][folder]") {
    Scratch const scratch;
    {
        ResultDirectory const directory(scratch / "x/y/");
        CHECK_FALSE(fs::exists(scratch / "x/y"));
        CHECK(directory.write(files));
        CHECK(scratch.list() == Names{"x", "x/y", "x/y/a.csv", "x/y/b.nc"});
    }
    CHECK(scratch.list() == Names{"x", "x/y", "x/y/a.csv", "x/y/b.nc"});
    CHECK(scratch.read("x/y/a.csv") == "1,2\n");
    auto const mask = ::umask(0);
    ::umask(mask);
    CHECK(static_cast<mode_t>(fs::status(scratch / "x/y").permissions())
          == (0777 & ~mask));
    { ResultDirectory const unused(scratch / "u/v/w"); }
    CHECK_FALSE(fs::exists(scratch / "u"));
}

TEST_CASE("result directory: everything of the user's moves along",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / "x/sub/deep");
    scratch.put("x/a.csv", "old");
    scratch.put("x/notes.txt", "mine");
    scratch.put("x/.hidden", "mine");
    scratch.put("x/sub/deep/file", "mine");
    fs::create_symlink("nowhere", scratch / "x/link");
    fs::create_symlink("sub", scratch / "x/to_sub");
    REQUIRE(::mkfifo((scratch / "x/pipe").c_str(), 0600) == 0);
    fs::create_directory(scratch / "x/empty");
    auto const notes = inode(scratch / "x/notes.txt");
    auto const sub = inode(scratch / "x/sub");
    CHECK(ResultDirectory(scratch / "x").write(files));
    CHECK(scratch.list()
          == Names{"x",
                   "x/.hidden",
                   "x/a.csv",
                   "x/b.nc",
                   "x/empty",
                   "x/link",
                   "x/notes.txt",
                   "x/pipe",
                   "x/sub",
                   "x/sub/deep",
                   "x/sub/deep/file",
                   "x/to_sub"});
    CHECK(scratch.read("x/a.csv") == "1,2\n");
    CHECK(scratch.read("x/notes.txt") == "mine");
    CHECK(scratch.read("x/sub/deep/file") == "mine");
    CHECK(inode(scratch / "x/notes.txt") == notes);
    CHECK(inode(scratch / "x/sub") == sub);
    CHECK(fs::read_symlink(scratch / "x/link") == "nowhere");
    CHECK(fs::is_fifo(scratch / "x/pipe"));
    CHECK(fs::hard_link_count(scratch / "x/notes.txt") == 1);
}

TEST_CASE("result directory: files of the old result that the new one lacks go",
          "[estimator][output][folder]") {
    Scratch const scratch;
    auto const manifest = [](std::string const& name, std::string const& content) {
        return OutputFile{"manifest.json",
                          "{\"format\": \"leadtime-manifest\", \"sha256\": {\"" + name
                              + "\": \"" + leadtime::text::sha256(content) + "\"}}"};
    };
    CHECK(ResultDirectory(scratch / "x")
              .write({{"samples.csv", "1\n"}, manifest("samples.csv", "1\n")}));
    // what is no whole result leaves the old one alone
    CHECK(ResultDirectory(scratch / "x").write({{"lag.svg", "<svg/>"}}));
    CHECK(scratch.list()
          == Names{"x", "x/lag.svg", "x/manifest.json", "x/samples.csv"});
    CHECK(ResultDirectory(scratch / "x")
              .write({{"a.csv", "1\n"}, manifest("a.csv", "1\n")}));
    CHECK(scratch.list() == Names{"x", "x/a.csv", "x/lag.svg", "x/manifest.json"});
    // one that was changed is the user's
    scratch.put("x/a.csv", "edited");
    CHECK(ResultDirectory(scratch / "x")
              .write({{"b.csv", "1\n"}, manifest("b.csv", "1\n")}));
    CHECK(scratch.read("x/a.csv") == "edited");
}

TEST_CASE("result directory: owner, mode and place are kept",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / "real/x");
    fs::create_directory_symlink("real/x", scratch / "link");
    REQUIRE(::chmod((scratch / "real/x").c_str(), 02750) == 0);
    CHECK(ResultDirectory(scratch / "link").write(files));
    CHECK(fs::is_symlink(scratch / "link"));
    CHECK(static_cast<unsigned>(fs::status(scratch / "real/x").permissions()) == 02750);
    CHECK(scratch.read("real/x/a.csv") == "1,2\n");
    if (::geteuid() == 0) {
        REQUIRE(::chown((scratch / "real/x").c_str(), 1234, 4321) == 0);
        CHECK(ResultDirectory(scratch / "link").write(files));
        struct stat status {};
        REQUIRE(::stat((scratch / "real/x").c_str(), &status) == 0);
        CHECK(status.st_uid == 1234);
        CHECK(status.st_gid == 4321);
    }
}

TEST_CASE("result directory: the working folder finds the new set by its name",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directory(scratch / "x");
    scratch.put("x/a.csv", "old");
    auto const before = fs::current_path();
    fs::current_path(scratch / "x");
    CHECK(ResultDirectory(".").write(files));
    fs::current_path(scratch / "x");  // cd "$PWD"
    CHECK(fs::exists("b.nc"));
    fs::current_path(before);
    CHECK(scratch.list() == Names{"x", "x/a.csv", "x/b.nc"});
}

TEST_CASE("result directory: an interruption leaves everything as it was",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directory(scratch / "x");
    scratch.put("x/a.csv", "old");
    CHECK_FALSE(ResultDirectory(scratch / "x").write(files, [] { return false; }));
    CHECK_FALSE(ResultDirectory(scratch / "y/z").write(files, [] { return false; }));
    CHECK(scratch.list() == Names{"x", "x/a.csv"});
    CHECK(scratch.read("x/a.csv") == "old");
}

TEST_CASE("result directory: a place that cannot be written is refused at once",
          "[estimator][output][folder]") {
    Scratch const scratch;
    scratch.put("file", "");
    fs::create_symlink("nowhere", scratch / "link");
    auto const file = (scratch / "file").string();
    auto const open = [](fs::path const& path) {
        return thrown_by([&] { ResultDirectory const directory(path); });
    };
    CHECK(open(file) == "cannot write to \"" + file + "\": it is a file, not a folder");
    CHECK(open(file + "/x/y")
          == "cannot write to \"" + file + "/x/y\": \"" + file
                 + "\" is a file, not a folder");
    CHECK(open("") == "the name of the output folder is empty");
    CHECK(open("/proc/leadtime").starts_with("cannot write to \"/proc/leadtime\": "));
    CHECK(open(scratch / "link/x")
          == "cannot write to \"" + (scratch / "link/x").string() + "\": \""
                 + (scratch / "link").string()
                 + "\" is a link to something that is not there");
    CHECK(scratch.list() == Names{"file", "link"});
}

TEST_CASE("result directory: a full disk is one error and changes nothing",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directory(scratch / "x");
    scratch.put("x/a.csv", "old");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit const small{4096, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    auto const of_old = thrown_by([&] { ResultDirectory(scratch / "x").write(files); });
    auto const of_new =
        thrown_by([&] { ResultDirectory(scratch / "y/z").write(files); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    CHECK(of_old
          == "cannot write \"" + (scratch / "x/b.nc").string() + "\": File too large");
    CHECK(of_new
          == "cannot write \"" + (scratch / "y/z/b.nc").string()
                 + "\": File too large");
    CHECK(scratch.list() == Names{"x", "x/a.csv"});
    CHECK(scratch.read("x/a.csv") == "old");
}

TEST_CASE("result directory: what is no file in the place of one stops everything",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / "x/b.nc");
    CHECK(thrown_by([&] { ResultDirectory(scratch / "x").write(files); })
          == "cannot write \"" + (scratch / "x/b.nc").string() + "\": Is a directory");
    CHECK(scratch.list() == Names{"x", "x/b.nc"});
    REQUIRE(::mkfifo((scratch / "x/a.csv").c_str(), 0600) == 0);
    CHECK(thrown_by([&] { ResultDirectory(scratch / "x").write(files); })
          == "cannot write \"" + (scratch / "x/a.csv").string()
                 + "\": it is a device, a pipe or a socket");
    CHECK(scratch.list() == Names{"x", "x/a.csv", "x/b.nc"});
}

TEST_CASE("result directory: a second program is kept out, and no longer",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directory(scratch / "old");
    for (auto const* name : {"old", "new"}) {
        auto const path = scratch / name;
        auto const open = [&] {
            return thrown_by([&] { ResultDirectory const second(path); });
        };
        {
            ResultDirectory const first(path);
            CHECK(open() == busy(path));
            CHECK(thrown_by([&] { FolderClaim(path).make(); }) == busy(path));
            CHECK(first.write(files));
        }
        CHECK(open().empty());
        {
            FolderClaim first(path);
            first.make();
            CHECK(open() == busy(path));
        }
        CHECK(open().empty());
    }
    // neighbours and what is below are other places
    ResultDirectory const first(scratch / "old");
    CHECK(thrown_by([&] { ResultDirectory const other(scratch / "older"); }).empty());
    CHECK(thrown_by([&] { ResultDirectory const other(scratch / "old/x"); }).empty());
}

TEST_CASE("result directory: a parent that cannot be written, file by file",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / "p/x/sub");
    scratch.put("p/x/a.csv", "old");
    scratch.put("p/x/notes.txt", "mine");
    auto const run = [&] {  // as a user for whom modes count
        if (::geteuid() == 0 && ::seteuid(65534) != 0) {
            ::_exit(3);
        }
        auto const error =
            thrown_by([&] { ResultDirectory(scratch / "p/x").write(files); });
        ::_exit(error.empty() ? 0 : 1);
    };
    ::chmod(scratch.path().c_str(), 0755);
    if (::geteuid() == 0) {
        REQUIRE(::chown((scratch / "p/x").c_str(), 65534, 65534) == 0);
    }
    ::chmod((scratch / "p").c_str(), 0555);
    auto const child = ::fork();
    if (child == 0) {
        run();
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    ::chmod((scratch / "p").c_str(), 0755);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(scratch.list()
          == Names{"p", "p/x", "p/x/a.csv", "p/x/b.nc", "p/x/notes.txt", "p/x/sub"});
    CHECK(scratch.read("p/x/a.csv") == "1,2\n");
}

// What killed programs leave, made by hand, as documented in folder_swap.hpp.

TEST_CASE("result directory: a half-built folder goes away",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / "x");
    fs::create_directories(scratch / ".x.leadtime-abc123");
    fs::create_directories(scratch / ".x.leadtime-empty0");
    fs::create_directories(scratch / ".x.leadtime-toolong");  // another's
    scratch.put("x/notes.txt", "mine");
    scratch.put(".x.leadtime-abc123/.leadtime-files", "a.csv\n");
    scratch.put(".x.leadtime-abc123/a.csv", "half");
    fs::create_hard_link(scratch / "x/notes.txt",
                         scratch / ".x.leadtime-abc123/notes.txt");
    fs::create_symlink("../.x.leadtime-abc123/sub", scratch / ".x.leadtime-abc123/sub");
    { ResultDirectory const directory(scratch / "x"); }
    CHECK(scratch.list() == Names{".x.leadtime-toolong", "x", "x/notes.txt"});
    CHECK(scratch.read("x/notes.txt") == "mine");
}

TEST_CASE("result directory: a folder that was swapped out gives back what is not ours",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / "x");
    fs::create_directories(scratch / ".x.leadtime-abc123/sub");
    scratch.put("x/.leadtime-files", "a.csv\nsamples.csv\n");
    scratch.put("x/a.csv", "new");
    scratch.put(".x.leadtime-abc123/a.csv", "old");
    scratch.put(".x.leadtime-abc123/samples.csv", "old");
    scratch.put(".x.leadtime-abc123/sub/file", "mine");
    scratch.put(".x.leadtime-abc123/late.txt", "mine");  // came after the names
    scratch.put("x/notes.txt", "mine");
    fs::create_hard_link(scratch / "x/notes.txt",
                         scratch / ".x.leadtime-abc123/notes.txt");
    fs::create_symlink("../.x.leadtime-abc123/sub", scratch / "x/sub");
    // a folder that has changed places with the link that stood in for it
    fs::create_directory(scratch / "x/moved");
    fs::create_symlink("../.x.leadtime-abc123/moved",
                       scratch / ".x.leadtime-abc123/moved");
    // meanwhile the user has saved a file anew
    scratch.put(".x.leadtime-abc123/saved.txt", "before");
    fs::last_write_time(scratch / ".x.leadtime-abc123/saved.txt",
                        fs::file_time_type::clock::now() - std::chrono::hours(1));
    scratch.put("x/saved.txt", "after");
    { ResultDirectory const directory(scratch / "x"); }
    CHECK(scratch.list()
          == Names{"x",
                   "x/a.csv",
                   "x/late.txt",
                   "x/moved",
                   "x/notes.txt",
                   "x/saved.txt",
                   "x/sub",
                   "x/sub/file"});
    CHECK(scratch.read("x/a.csv") == "new");
    CHECK(scratch.read("x/saved.txt") == "after");
    CHECK(fs::is_directory(fs::symlink_status(scratch / "x/sub")));
}

TEST_CASE("result directory: the first of two renames is undone",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / ".x.leadtime-abc123");
    fs::create_directories(scratch / ".x.leadtime-abc123-old/sub");
    scratch.put(".x.leadtime-abc123/.leadtime-files", "a.csv\n");
    scratch.put(".x.leadtime-abc123/a.csv", "new");
    scratch.put(".x.leadtime-abc123-old/a.csv", "old");
    scratch.put(".x.leadtime-abc123-old/notes.txt", "mine");
    { ResultDirectory const directory(scratch / "x"); }
    CHECK(scratch.list() == Names{"x", "x/a.csv", "x/notes.txt", "x/sub"});
    CHECK(scratch.read("x/a.csv") == "old");
}

TEST_CASE("result directory: half-written files in it go, those at work stay",
          "[estimator][output][folder]") {
    Scratch const scratch;
    fs::create_directories(scratch / "x/..leadtime-abc123");
    scratch.put("x/..leadtime-abc123/.leadtime-files", "a.csv\n");
    scratch.put("x/..leadtime-abc123/a.csv", "half");
    scratch.put("x/.report.html.leadtime-abc123", "half");
    scratch.put("x/.report.html.leadtime-xyz789", "half");
    scratch.put("x/.report.html.leadtime-", "mine");
    auto const live =
        ::open((scratch / "x/.report.html.leadtime-xyz789").c_str(), O_RDONLY);
    REQUIRE(::flock(live, LOCK_EX) == 0);
    { ResultDirectory const directory(scratch / "x"); }
    ::close(live);
    CHECK(scratch.list()
          == Names{"x", "x/.report.html.leadtime-", "x/.report.html.leadtime-xyz789"});
}

}  // namespace
