// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/write_error.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// One file of a result.
struct OutputFile {
    std::string name;
    std::string contents;
};

/// A folder that no other leadtime writes to as long as this object lives. What killed
/// programs left for it is cleaned up.
class FolderClaim {
  public:
    /// Throws: OutputError where the place is no folder, cannot be written, or another
    /// leadtime has it.
    explicit FolderClaim(std::filesystem::path directory);
    ~FolderClaim();
    FolderClaim(FolderClaim const&) = delete;
    FolderClaim& operator=(FolderClaim const&) = delete;

    /// The folder's descriptor; it is made where it is not there. Throws: OutputError.
    int make();

    std::filesystem::path const& path() const noexcept { return directory_; }

  private:
    friend class ResultDirectory;
    struct State;
    std::filesystem::path directory_;
    std::unique_ptr<State> state_;
};

/// Where a run puts its files: all of them, or none, whatever ends the program.
class ResultDirectory {
  public:
    /// Checks, before a long run, that files can be made there, and keeps other
    /// programs out. Nothing is left of it unless files are written.
    /// Throws: OutputError when the place is not a directory or cannot be written.
    explicit ResultDirectory(std::filesystem::path directory);
    ~ResultDirectory();
    ResultDirectory(ResultDirectory const&) = delete;
    ResultDirectory& operator=(ResultDirectory const&) = delete;

    /// Builds the new set in a hidden folder beside the old one, with everything in the
    /// old one that is not of a result, and swaps the two by one rename.
    ///
    /// Files of the old set that the new one lacks go. Where anything fails, or
    /// `keep_going` returns false before the swap, all is as it was. Where the folder
    /// cannot be renamed (a mount point; a parent that cannot be written), files are
    /// replaced one by one in order, and back again where one fails. To be called once.
    /// Returns: false if `keep_going` did. Throws: OutputError.
    bool write(std::vector<OutputFile> const& files,
               std::function<bool()> const& keep_going = {}) const;

    std::filesystem::path const& path() const noexcept { return claim_.path(); }

  private:
    struct Staging;
    FolderClaim claim_;
    std::unique_ptr<Staging> staging_;
};

}  // namespace leadtime::estimator
