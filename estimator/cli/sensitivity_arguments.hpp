// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/sensitivity/sensitivity.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Options of `leadtime sensitivity` as they are written.
struct WrittenSensitivity {
    std::vector<std::string> outputs;
    std::vector<std::string> decision;
    std::vector<std::string> groups;
    std::string pick_freeze;
    std::string tornado;
    std::string top;
};

void add_sensitivity_options(CLI::App& command, WrittenSensitivity& written);

/// Reads and checks them. Throws: UsageError.
SensitivityOptions read_sensitivity_options(WrittenSensitivity const& written,
                                            std::uint64_t samples);

}  // namespace leadtime::estimator
