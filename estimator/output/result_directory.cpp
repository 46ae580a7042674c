// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/result_directory.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void
fail(std::string const& doing, fs::path const& path, int error_number) {
    throw OutputError("cannot " + doing + " \"" + path.string()
                      + "\": " + std::strerror(error_number));
}

/// A new folder that goes away with its files unless it is released.
class TemporaryFolder {
  public:
    /// In `parent`; messages name `shown`.
    TemporaryFolder(fs::path const& parent, fs::path const& shown) {
        auto name = (parent / ".leadtime-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            fail("write to", shown, errno);
        }
        path_ = name;
        auto const mask = ::umask(0);
        ::umask(mask);
        ::chmod(name.c_str(), 0777 & ~mask);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) {
            fs::remove_all(path_, ignored);
        }
    }
    TemporaryFolder(TemporaryFolder const&) = delete;
    TemporaryFolder& operator=(TemporaryFolder const&) = delete;

    fs::path const& path() const { return path_; }
    void release() { path_.clear(); }

  private:
    fs::path path_;
};

/// The missing folders above a path, made, and removed again unless they are kept.
class MadeParents {
  public:
    explicit MadeParents(fs::path const& directory) {
        std::vector<fs::path> missing;
        for (auto above = directory.parent_path(); !fs::exists(above);
             above = above.parent_path()) {
            missing.push_back(above);
        }
        for (; !missing.empty(); missing.pop_back()) {
            if (::mkdir(missing.back().c_str(), 0777) != 0 && errno != EEXIST) {
                auto const error_number = errno;
                remove();
                fail("make the folder", missing.back(), error_number);
            }
            made_.push_back(missing.back());
        }
    }
    ~MadeParents() { remove(); }
    MadeParents(MadeParents const&) = delete;
    MadeParents& operator=(MadeParents const&) = delete;

    void keep() { made_.clear(); }

  private:
    void remove() noexcept {
        for (; !made_.empty(); made_.pop_back()) {
            ::rmdir(made_.back().c_str());
        }
    }
    std::vector<fs::path> made_;
};

void write_file(fs::path const& path, std::string const& text, fs::path const& shown) {
    auto const file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) {
        fail("write", shown, errno);
    }
    auto error_number = write_all(file, text);
    if (error_number == 0 && ::fsync(file) != 0 && errno != EINVAL && errno != EROFS) {
        error_number = errno;
    }
    if (::close(file) != 0 && error_number == 0) {
        error_number = errno;
    }
    if (error_number != 0) {
        fail("write", shown, error_number);
    }
}

void move_file(fs::path const& from, fs::path const& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        fail("write", to, errno);
    }
}

/// The path without a trailing slash, absolute so that it has a parent.
fs::path normal(fs::path const& directory) {
    auto path = fs::absolute(directory).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

}  // namespace

int write_all(int file_descriptor, std::string const& text) noexcept {
    std::size_t done = 0;
    while (done < text.size()) {
        auto const n = ::write(file_descriptor, text.data() + done, text.size() - done);
        if (n > 0) {
            done += static_cast<std::size_t>(n);
        } else if (n < 0 && errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

ResultDirectory::ResultDirectory(fs::path directory)
    : directory_(std::move(directory)) {
    if (directory_.empty()) {
        throw OutputError("the name of the output folder is empty");
    }
    std::error_code error;
    auto existing = normal(directory_);
    auto status = fs::status(existing, error);
    while (status.type() == fs::file_type::not_found && existing.has_relative_path()) {
        if (fs::is_symlink(fs::symlink_status(existing, error))) {
            throw OutputError("cannot write to \"" + directory_.string() + "\": \""
                              + existing.string()
                              + "\" is a link to something that is not there");
        }
        existing = existing.parent_path();
        status = fs::status(existing, error);
    }
    if (status.type() == fs::file_type::none) {
        fail("write to", directory_, error.value());
    }
    if (!fs::is_directory(status)) {
        auto const same = existing == normal(directory_);
        throw OutputError("cannot write to \"" + directory_.string()
                          + "\": " + (same ? "it" : "\"" + existing.string() + "\"")
                          + " is a file, not a folder");
    }
    TemporaryFolder const probe(existing, directory_);
}

bool ResultDirectory::write(std::vector<OutputFile> const& files,
                            std::function<bool()> const& keep_going) const {
    auto const target = normal(directory_);
    std::error_code ignored;
    auto const exists = fs::is_directory(target, ignored);
    MadeParents parents(target);
    TemporaryFolder folder(exists ? target : target.parent_path(), directory_);
    for (auto const& file : files) {
        auto const shown = directory_ / file.name;
        if (exists && fs::is_directory(target / file.name, ignored)) {
            fail("write", shown, EISDIR);
        }
        write_file(folder.path() / file.name, file.contents, shown);
    }
    if (keep_going && !keep_going()) {
        return false;
    }
    if (exists) {
        for (auto const& file : files) {
            move_file(folder.path() / file.name, target / file.name);
        }
    } else {
        if (::rename(folder.path().c_str(), target.c_str()) != 0) {
            fail("make the folder", directory_, errno);
        }
        folder.release();
    }
    parents.keep();
    return true;
}

}  // namespace leadtime::estimator
