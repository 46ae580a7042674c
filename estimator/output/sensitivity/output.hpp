// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/study_files.hpp"
#include "estimator/study/sensitivity/sensitivity.hpp"

#include <string>

namespace leadtime::estimator {

/// The tables of `leadtime sensitivity`: for each output its most important inputs,
/// groups and the tornado, then the decision.
std::string sensitivity_table(SensitivityResult const& result, bool colour);

/// `output,unit,method,input,statistic,value`, one number a line (docs/outputs.md).
std::string sensitivity_csv(SensitivityResult const& result);

/// One document, format `leadtime-sensitivity` (docs/outputs.md).
std::string sensitivity_json(SensitivityResult const& result);

/// What it leaves in its folder.
inline constexpr StudyFile<SensitivityResult> sensitivity_files[] = {
    {.name = "sensitivity.csv", .contents = sensitivity_csv},
    {.name = "sensitivity.json", .contents = sensitivity_json},
};

}  // namespace leadtime::estimator
