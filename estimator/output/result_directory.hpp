// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Output could not be written; what() is a sentence that names the path.
class OutputError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// One file of a result.
struct OutputFile {
    std::string name;
    std::string contents;
};

/// Where a run puts its files: all of them, or none.
class ResultDirectory {
  public:
    /// Checks, before a long run, that files can be made there; leaves nothing behind.
    /// Throws: OutputError when the place is not a directory or cannot be written.
    explicit ResultDirectory(std::filesystem::path directory);

    /// Writes the files to temporary names on the same file system, then renames them.
    ///
    /// A new directory appears whole by one rename. In an existing one every file
    /// replaces its namesake by a rename, in order, and other files stay. Where
    /// anything fails, or `keep_going` returns false before the first rename, the
    /// temporary files and folders are removed. Returns: false if `keep_going` did.
    /// Throws: OutputError.
    bool write(std::vector<OutputFile> const& files,
               std::function<bool()> const& keep_going = {}) const;

    std::filesystem::path const& path() const noexcept { return directory_; }

  private:
    std::filesystem::path directory_;
};

/// Writes text to an open file. Returns: 0, or the error number.
int write_all(int file_descriptor, std::string const& text) noexcept;

}  // namespace leadtime::estimator
