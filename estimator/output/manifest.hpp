// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <map>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What the manifest says beyond the result itself.
struct ManifestExtras {
    std::vector<std::string> overrides;  ///< each `KEY=VALUE` of --set, as written
    std::string profiles_dir;            ///< of --profiles; empty when there was none
    std::string written_at;              ///< UTC, `2026-11-22T10:20:46Z`
    std::vector<std::string> files;      ///< names of the other files of the result
    /// SHA-256 of those files that only a run writes, by name.
    std::map<std::string, std::string> hashes;
};

/// Who made a result, from what, and how: manifest.json (docs/outputs.md).
std::string manifest_json(Result const& result, ManifestExtras const& extras);

}  // namespace leadtime::estimator
