// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/run_command.hpp"

#include "estimator/cli/session.hpp"
#include "estimator/cli/signals.hpp"
#include "estimator/cli/terminal.hpp"
#include "estimator/output/estimate/files.hpp"
#include "estimator/output/estimate/json.hpp"
#include "estimator/output/estimate/table.hpp"
#include "estimator/output/manifest.hpp"
#include "estimator/output/report_html.hpp"
#include "estimator/output/report_template.hpp"
#include "estimator/output/result_directory.hpp"
#include "estimator/output/result_origin.hpp"
#include "estimator/study/buying_policy.hpp"
#include "estimator/study/estimate.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"
#include "text/sha256.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

void throw_if_stopped() {
    if (stop_requested()) {
        throw Interrupted();
    }
}

/// Whether the environment says that texts are UTF-8: the first of these that is set.
bool shows_utf8() {
    for (auto const* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        auto const* value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            std::string_view const text = value;
            return text.find("UTF-8") != text.npos || text.find("utf8") != text.npos;
        }
    }
    return false;
}

bool shows_fans() {
    return is_terminal() && shows_utf8();
}

/// The scenario's model: of the outputs that are asked for, and what goes with them. A
/// run that writes nothing computes what its tables print.
Model model_of(Scenario scenario,
               Arguments const& arguments,
               std::vector<PrecisionGoal> const& goals) {
    Model whole(std::move(scenario));
    bool const is_for_tables = arguments.outputs.empty();
    if (is_for_tables && (arguments.output_directory || arguments.json)) {
        return whole;
    }
    auto wanted = arguments.outputs;
    wanted.insert(wanted.end(), arguments.keep.begin(), arguments.keep.end());
    for (auto const& goal : goals) {
        wanted.push_back(goal.output);
    }
    auto const with_all = whole.with_outputs(wanted);
    auto rows = rows_of(with_all.find(wanted));
    if (is_for_tables) {
        auto const printed = rows_in_tables(with_all, shows_fans());
        rows.insert(rows.end(), printed.begin(), printed.end());
    }
    return with_all.only(rows);
}

UntilResult estimate_with_progress(Model const& model,
                                   Executor const& executor,
                                   Arguments const& arguments,
                                   std::vector<PrecisionGoal> const& goals) {
    ProgressBar bar(!arguments.quiet);
    RunOptions const options = run_options(arguments, bar);
    if (goals.empty()) {
        return {estimate(model, executor, options), true, {}};
    }
    return estimate_until(model, executor, options, goals);
}

/// Writes the files and gives their names.
std::vector<std::string> write_files(ResultDirectory const& directory,
                                     Result const& result,
                                     Arguments const& arguments) {
    auto files = files_of(result, estimate_files());
    ManifestExtras extras;
    extras.overrides = arguments.overrides;
    extras.profiles_dir = arguments.profiles_dir.value_or("");
    extras.written_at =
        fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    for (auto const& file : files) {
        extras.files.push_back(file.name);
        auto const known =
            std::ranges::find(estimate_files(), file.name, &StudyFile<Result>::name);
        if (!known->is_drawn_again) {
            extras.hashes[file.name] = text::sha256(file.contents);
        }
    }
    // last: where files are replaced one by one, the old manifest refuses a mixture
    files.push_back({std::string(manifest_name), manifest_json(result, extras)});
    if (!directory.write(files, [] { return !stop_requested(); })) {
        throw Interrupted();
    }
    extras.files.emplace_back(manifest_name);
    return extras.files;
}

std::string what_was_written(std::filesystem::path const& folder,
                             std::vector<std::string> const& files) {
    return fmt::format(
        "wrote {} to {}\n{}",
        listed(std::vector<std::string_view>(files.begin(), files.end())),
        folder.string(),
        page_line(folder, report_template().empty() ? no_report_template : ""));
}

TableOptions table_options(Result const& result) {
    TableOptions options;
    options.colour = wants_colour();
    options.fans = shows_fans();
    options.record_start_month = result.origin.record_start_month;
    return options;
}

}  // namespace

int run_scenario(Arguments const& arguments,
                 Executor const& executor,
                 std::ostream& out,
                 std::string& last_words) {
    auto const source = scenario_source(arguments);
    auto scenario = source.read();
    scenario.levels = arguments.quantiles.value_or(scenario.levels);
    std::vector<PrecisionGoal> goals;
    for (auto const& goal : arguments.until) {
        goals.push_back(read_goal(goal, scenario.levels));
    }
    Model const model = model_of(std::move(scenario), arguments, goals);
    std::optional<ResultDirectory> directory;
    if (arguments.output_directory) {
        directory.emplace(*arguments.output_directory);
    }
    handle_stop_signals();
    auto until = estimate_with_progress(model, executor, arguments, goals);
    Result& result = until.result;
    for (auto& advice : advice_on_lists(model, executor)) {
        result.notes.push_back(std::move(advice));
    }
    result.origin = result_origin(model.scenario(), source.profiles());
    throw_if_stopped();
    std::vector<std::string> written;
    if (directory) {
        written = write_files(*directory, result, arguments);
    }
    if (!arguments.quiet) {
        fmt::print(stderr,
                   "{} samples in {} ({} samples/s) on {}\n",
                   text::grouped_text(result.samples),
                   duration_text(result.wall_time_s),
                   text::scaled_text(static_cast<double>(result.samples)
                                     / std::max(result.wall_time_s, 1e-9)),
                   result.backend);
    }
    DigitAudit audit;
    TableOptions table = table_options(result);
    table.audit = &audit;
    table.is_of_some_outputs = !arguments.outputs.empty();
    auto const text = terminal_table(result, table);
    out << (arguments.json ? run_json(result) : text);
    if (!arguments.quiet) {
        for (auto const& sentence : until.explanation) {
            fmt::print(stderr, "{}\n", text::escape_controls(sentence));
        }
        if (audit.unsupported() > 0) {
            fmt::print(
                stderr, "warning: {}\n", text::escape_controls(audit.warning(result)));
        }
        if (directory) {
            last_words = what_was_written(directory->path(), written);
        }
    }
    bool const missed =
        !until.is_reached || (arguments.strict && audit.unsupported() > 0);
    return missed ? 1 : 0;
}

}  // namespace leadtime::estimator
