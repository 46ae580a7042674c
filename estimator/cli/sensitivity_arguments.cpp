// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/sensitivity_arguments.hpp"

#include "estimator/cli/app.hpp"

#include <fmt/format.h>

namespace leadtime::estimator {
namespace {

constexpr std::uint64_t default_pick_freeze = 8192;

/// A number of samples for each run of a method, in whole blocks; 0 switches it off.
std::uint64_t read_runs(char const* option, std::string const& text) {
    std::uint64_t const samples = read_count(option, text, 0);
    if (samples != 0 && samples < fewest_sensitivity_samples) {
        throw UsageError(
            fmt::format("{} {} is out of range (0 for none, or at least {})",
                        option,
                        text,
                        fewest_sensitivity_samples));
    }
    return samples / sample_blocks * sample_blocks;
}

}  // namespace

void add_sensitivity_options(CLI::App& command, WrittenSensitivity& written) {
    auto const repeated = [&](char const* name, auto& value, char const* help) {
        return command.add_option(name, value, help)->allow_extra_args(false);
    };
    repeated("--output",
             written.outputs,
             "Output to explain, such as lag@2030-12 or cn.run_flop@2030-12; "
             "may be repeated")
        ->type_name("OUTPUT");
    repeated("--decision",
             written.decision,
             "An option to choose, the larger the better; repeat it for each option, "
             "one alone is weighed against 0")
        ->type_name("OUTPUT");
    repeated("--group",
             written.groups,
             "Quantities taken together by pick-freeze, * for any characters; may be "
             "repeated")
        ->type_name("NAME=QUANTITY,...");
    command
        .add_option("--pick-freeze",
                    written.pick_freeze,
                    "First-order and total indices with N samples a run; 0 for none")
        ->type_name("N");
    command
        .add_option("--tornado",
                    written.tornado,
                    "Medians with an input held at p5 and p95, N samples each; 0 for "
                    "none")
        ->type_name("N")
        ->default_str("10000");
    command.add_option("--top", written.top, "Inputs to show, hold and freeze")
        ->type_name("N")
        ->default_str("12");
}

SensitivityOptions read_sensitivity_options(WrittenSensitivity const& written,
                                            std::uint64_t samples) {
    SensitivityOptions options;
    options.outputs = written.outputs;
    options.decision = written.decision;
    options.groups = written.groups;
    options.samples = samples;
    if (samples < fewest_sensitivity_samples) {
        throw UsageError(fmt::format("--samples {} is too few for sensitivity indices "
                                     "(at least {})",
                                     samples,
                                     fewest_sensitivity_samples));
    }
    if (!written.pick_freeze.empty()) {
        options.pick_freeze = read_runs("--pick-freeze", written.pick_freeze);
        if (options.pick_freeze == 0 && !options.groups.empty()) {
            throw UsageError("--group and --pick-freeze 0 do not go together");
        }
    } else if (!options.groups.empty()) {
        options.pick_freeze = default_pick_freeze;
    }
    if (!written.tornado.empty()) {
        options.tornado = read_runs("--tornado", written.tornado);
    }
    if (!written.top.empty()) {
        options.top = static_cast<std::size_t>(read_count("--top", written.top, 1));
    }
    return options;
}

}  // namespace leadtime::estimator
