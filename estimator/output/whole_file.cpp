// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/whole_file.hpp"

#include "estimator/output/file_handle.hpp"
#include "estimator/output/folder_swap.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

/// A hidden file beside the one that it will replace; gone unless it was moved.
class HiddenFile {
  public:
    HiddenFile(int folder, std::string const& of)
        : folder_(folder)
        , name_(hidden_prefix(of) + unpredictable_suffix()) {}
    ~HiddenFile() {
        if (!name_.empty()) {
            ::unlinkat(folder_, name_.c_str(), 0);
        }
    }
    HiddenFile(HiddenFile const&) = delete;
    HiddenFile& operator=(HiddenFile const&) = delete;

    /// Returns: 0, or the error number.
    int open(mode_t mode) {
        handle_ =
            FileHandle(::openat(folder_,
                                name_.c_str(),
                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                mode));
        if (!handle_) {
            auto const error_number = errno;
            name_.clear();
            return error_number;
        }
        try_lock(handle_.get());
        return 0;
    }
    int fill(std::string const& text) {
        if (auto const problem = write_all(handle_.get(), text); problem != 0) {
            return problem;
        }
        return ::fsync(handle_.get()) == 0 || errno == EINVAL || errno == EROFS ? 0
                                                                                : errno;
    }
    int move_to(std::string const& name) {
        if (::renameat(folder_, name_.c_str(), folder_, name.c_str()) != 0) {
            return errno;
        }
        name_.clear();
        ::fsync(folder_);
        return 0;
    }
    int get() const { return handle_.get(); }

  private:
    int folder_;
    std::string name_;
    FileHandle handle_;
};

bool is_stream(int descriptor, struct stat const& status) {
    struct stat own {};
    return ::fstat(descriptor, &own) == 0 && own.st_dev == status.st_dev
           && own.st_ino == status.st_ino;
}

}  // namespace

OutputPath::OutputPath(fs::path path)
    : path_(std::move(path)) {
    if (!path_.has_filename() || path_.filename() == "." || path_.filename() == "..") {
        throw OutputError("cannot write \"" + path_.string() + "\": it names no file");
    }
    struct stat status {};
    if (::stat(path_.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            fail_to("write", path_, EISDIR);
        }
        for (int const stream : {STDOUT_FILENO, STDERR_FILENO}) {
            if (is_stream(stream, status) && standard_ < 0) {
                standard_ = stream;
            }
        }
        if (standard_ >= 0 || !S_ISREG(status.st_mode)) {
            return;
        }
        std::error_code error;
        target_ = fs::canonical(path_, error);
        if (error) {
            fail_to("write", path_, error.value());
        }
    } else {
        if (errno != ENOENT) {
            fail_to("write", path_, errno);
        }
        if (::lstat(path_.c_str(), &status) == 0) {
            fail_to("write", path_, "it is a link to something that is not there");
        }
        target_ = resolved_folder(path_.has_parent_path() ? path_.parent_path() : ".")
                  / path_.filename();
    }
    MadeParents const parents(target_);
    auto const folder = open_folder(target_.parent_path());
    if (!folder) {
        fail_to("write", path_, errno);
    }
    HiddenFile probe(folder.get(), target_.filename().string());
    if (auto const problem = probe.open(0600); problem != 0) {
        fail_to("write", path_, problem);
    }
}

void OutputPath::write_into(int descriptor, std::string const& text) const {
    if (auto const problem = write_all(descriptor, text); problem != 0) {
        fail_to("write", path_, problem);
    }
}

void replace_file(int folder,
                  std::string const& name,
                  std::string const& text,
                  fs::path const& shown) {
    repair_leftovers(folder, name, shown);
    HiddenFile file(folder, name);
    struct stat old {};
    bool const exists = ::fstatat(folder, name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
    auto problem = file.open(0666);
    if (problem == 0 && exists && S_ISREG(old.st_mode)) {  // as it was, where we may
        static_cast<void>(::fchown(file.get(), old.st_uid, old.st_gid) == 0);
        ::fchmod(file.get(), old.st_mode & 0777);
    }
    if (problem == 0) {
        problem = file.fill(text);
    }
    if (problem == 0) {
        problem = file.move_to(name);
    }
    if (problem == EBUSY) {  // a mount point cannot be replaced
        FileHandle const mounted(::openat(
            folder, name.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC));
        problem = mounted ? write_all(mounted.get(), text) : errno;
    }
    if (problem != 0) {
        fail_to("write", shown, problem);
    }
}

bool OutputPath::write(std::string const& text,
                       std::function<bool()> const& keep_going) const {
    if (keep_going && !keep_going()) {
        return false;
    }
    if (standard_ >= 0) {
        write_into(standard_, text);
    } else if (target_.empty()) {
        FileHandle const special(
            ::open(path_.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
        if (!special) {
            fail_to("write", path_, errno);
        }
        write_into(special.get(), text);
    } else {
        MadeParents parents(target_);
        auto const folder = open_folder(target_.parent_path());
        if (!folder) {
            fail_to("write", path_, errno);
        }
        replace_file(folder.get(), target_.filename().string(), text, path_);
        parents.keep();
    }
    return true;
}

}  // namespace leadtime::estimator
