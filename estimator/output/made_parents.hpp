// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

namespace leadtime::estimator {

/// The missing folders above a path, made, and removed again unless they are kept.
class MadeParents {
  public:
    /// `path` is absolute. Throws: OutputError.
    explicit MadeParents(std::filesystem::path const& path);
    ~MadeParents() { remove(); }
    MadeParents(MadeParents const&) = delete;
    MadeParents& operator=(MadeParents const&) = delete;

    void keep() { made_.clear(); }

  private:
    void remove() noexcept;

    std::vector<std::filesystem::path> made_;
};

/// The path without a trailing slash, absolute so that it has a parent.
std::filesystem::path normal_path(std::filesystem::path const& path);

/// The same through links, where it or some of it is there. Throws: OutputError where
/// the existing part is no folder, or a link to something that is not there.
std::filesystem::path resolved_folder(std::filesystem::path const& path);

}  // namespace leadtime::estimator
