// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/write_error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// An open file or folder; closed at the end, which also ends its lock.
class FileHandle {
  public:
    FileHandle() = default;
    explicit FileHandle(int descriptor)
        : descriptor_(descriptor) {}
    ~FileHandle() { close(); }
    FileHandle(FileHandle const&) = delete;
    FileHandle& operator=(FileHandle const&) = delete;
    FileHandle(FileHandle&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileHandle& operator=(FileHandle&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }

    int get() const noexcept { return descriptor_; }
    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    /// Returns: 0, or the error number of what could not be written.
    int close() noexcept;

  private:
    int descriptor_ = -1;
};

/// An open folder, never through a link at its end; not open where it is none.
FileHandle open_folder(int parent, std::string const& name);
/// The same by a path, through links.
FileHandle open_folder(std::filesystem::path const& path);

/// Names in a folder, sorted, without `.` and `..`; nothing where it cannot be read.
std::optional<std::vector<std::string>> all_names_in(int folder);
/// The same, none where it cannot be read.
std::vector<std::string> names_in(int folder);

enum class Lock { held, taken, unknown };
/// Tries for some 0.2 s to lock a file or folder for this process alone. `unknown` is a
/// file system that has no such locks.
Lock try_lock(int descriptor) noexcept;

/// Six letters and digits that nobody can guess.
std::string unpredictable_suffix();

/// Writes text to an open file. Returns: 0, or the error number.
int write_all(int descriptor, std::string const& text) noexcept;

/// The text as a new file that is on the disk when it returns. Returns: 0, or the error
/// number; then the file is gone again.
int write_new_file(int folder,
                   std::string const& name,
                   std::string const& text,
                   mode_t mode) noexcept;

/// The text of a file of at most `most` bytes; empty where there is none.
std::string text_of(int folder, std::string const& name, std::size_t most);

/// rename() that swaps two names. Returns: 0, or the error number.
int exchange_names(int from, char const* old_name, int to, char const* new_name);
/// rename() that replaces nothing. Returns: 0, or the error number.
int move_name(int from, char const* old_name, int to, char const* new_name);
/// Whether this error number says that the file system cannot do it at all.
bool is_unsupported(int error_number) noexcept;

}  // namespace leadtime::estimator
