// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"
#include "estimator/output/study_files.hpp"

#include <span>
#include <string_view>

namespace leadtime::estimator {

/// What a run writes, but for the manifest, which tells of these.
std::span<StudyFile<Result> const> estimate_files();

inline constexpr std::string_view manifest_name = "manifest.json";

}  // namespace leadtime::estimator
