// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/made_parents.hpp"
#include "estimator/output/write_error.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace leadtime::estimator {

/// One file to write that the user named.
///
/// A regular file, or one that is not there, is replaced by a rename, whole or not at
/// all; through symbolic links, so that a link stays one. What is no regular file (a
/// device, a pipe, a terminal) and standard output are written into.
class OutputPath {
  public:
    /// Checks, before a long run, that it can be written; leaves nothing behind.
    /// Throws: OutputError.
    explicit OutputPath(std::filesystem::path path);

    /// Returns: false if `keep_going` did, before anything was changed. Throws:
    /// OutputError.
    bool write(std::string const& text,
               std::function<bool()> const& keep_going = {}) const;

    std::filesystem::path const& path() const noexcept { return path_; }

  private:
    void write_into(int descriptor, std::string const& text) const;

    std::filesystem::path path_;    ///< as given
    std::filesystem::path target_;  ///< absolute, without links; empty: written into
    int standard_ = -1;             ///< 1 or 2: it is this stream of ours
};

/// Replaces a file of an open folder by a rename, or makes it; a link of that name is
/// replaced, not followed. `shown` is for messages. Throws: OutputError.
void replace_file(int folder,
                  std::string const& name,
                  std::string const& text,
                  std::filesystem::path const& shown);

}  // namespace leadtime::estimator
