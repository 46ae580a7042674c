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

// Options that several commands have, for what defines a command. What is given goes to
// `written`, which must outlive `command`.

void add_scenario(CLI::App& command, Written& written);
void add_samples(CLI::App& command,
                 Written& written,
                 char const* help = "Number of samples, such as 1e6 or 100k");
void add_quantiles(CLI::App& command, Written& written);
void add_seed(CLI::App& command, Written& written);
void add_overrides(CLI::App& command, Written& written);
void add_profiles(CLI::App& command, Written& written);
/// Where samples are run.
void add_device_and_threads(CLI::App& command, Written& written);
void add_quiet(CLI::App& command, Written& written);

/// For commands that print tables.
void add_json_and_quiet(CLI::App& command, Written& written);

// Commands with their options, their help and an example, as `Command::define`.

void add_run(CLI::App& app, Written& written);
void add_compare(CLI::App& app, Written& written);
void add_resilience(CLI::App& app, Written& written);
void add_sensitivity(CLI::App& app, Written& written);
void add_sweep(CLI::App& app, Written& written);
void add_check(CLI::App& app, Written& written);
void add_show(CLI::App& app, Written& written);
void add_profiles_command(CLI::App& app, Written& written);
void add_devices(CLI::App& app, Written& written);
void add_legality(CLI::App& app, Written& written);

}  // namespace leadtime::estimator
