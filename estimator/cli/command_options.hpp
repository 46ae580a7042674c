// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cli/app.hpp"
#include "estimator/cli/sensitivity_arguments.hpp"

#include <string>

namespace CLI {
class App;
}

namespace leadtime::estimator {

/// Arguments as they are written, before numbers are read.
struct Written {
    Arguments arguments;
    std::string samples;
    std::string seed;
    std::string threads;
    WrittenSensitivity sensitivity;
    std::string sampler;
    std::string quantiles;
    std::string hypercube;
    std::string generate;  ///< what `leadtime generate` writes
};

/// Adds every command with its options, its help and an example; what is given goes to
/// `written`, which must outlive `app`.
void add_commands(CLI::App& app, Written& written);

}  // namespace leadtime::estimator
