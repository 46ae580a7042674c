// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Names of the files of the result in an open folder: those of its manifest.json whose
/// contents are still what the manifest says, and the manifest. Others of that name are
/// the user's.
std::vector<std::string> manifest_files(int folder);

/// The first file beside a result.nc that is not the one that manifest.json was written
/// with, in the order of their names; nothing where all are, where a file or the
/// manifest is not there, or the manifest is of a version without hashes.
std::optional<std::string> foreign_file(std::filesystem::path const& folder);

}  // namespace leadtime::estimator
