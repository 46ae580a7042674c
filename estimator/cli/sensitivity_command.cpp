// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/sensitivity_command.hpp"

#include "estimator/cli/session.hpp"
#include "estimator/cli/signals.hpp"
#include "estimator/cli/terminal.hpp"
#include "estimator/output/result_directory.hpp"
#include "estimator/output/sensitivity/output.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>

namespace leadtime::estimator {

int run_sensitivity(Arguments const& arguments,
                    Executor const& executor,
                    std::ostream& out) {
    Model const model(scenario_source(arguments).read());
    std::optional<ResultDirectory> directory;
    if (arguments.output_directory) {
        directory.emplace(*arguments.output_directory);
    }
    handle_stop_signals();
    ProgressBar bar(!arguments.quiet);
    auto const result = analyse_sensitivity(
        model, executor, arguments.sensitivity, run_options(arguments, bar));
    std::span<StudyFile<SensitivityResult> const> const files = sensitivity_files;
    if (directory && !directory->write(files_of(result, files), [] {
            return !stop_requested();
        })) {
        throw Interrupted();
    }
    if (!arguments.quiet) {
        fmt::print(stderr,
                   "{} model runs in {} on {}\n",
                   text::grouped_text(result.model_runs),
                   duration_text(result.wall_time_s),
                   result.backend);
        if (directory) {
            fmt::print(stderr,
                       "wrote {} to {}\n",
                       listed(names_of(files)),
                       text::escape_controls(directory->path().string()));
        }
    }
    out << (arguments.json ? sensitivity_json(result)
                           : sensitivity_table(result, wants_colour()));
    return 0;
}

}  // namespace leadtime::estimator
