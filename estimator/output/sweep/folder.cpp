// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/sweep/folder.hpp"

#include "estimator/engine/errors.hpp"
#include "estimator/output/build_info.hpp"
#include "estimator/output/file_handle.hpp"
#include "estimator/output/result_directory.hpp"
#include "estimator/output/sweep/files.hpp"
#include "estimator/output/whole_file.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/csv_fields.hpp"
#include "text/hash.hpp"
#include "text/number_format.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_description_bytes = std::size_t{1} << 26;

std::string csv_lines(SweepDesign const& design,
                      std::size_t cell,
                      SelectedOutput const& output,
                      Row const& row,
                      QuantileColumns const& quantiles) {
    std::string prefix = std::to_string(cell);
    for (std::size_t key = 0; key < design.keys().size(); ++key) {
        prefix += ',' + text::csv_field(design.value(cell, key));
    }
    for (auto const& field :
         {output.info.path, output.info.metric, output.info.unit, output.month}) {
        prefix += ',' + text::csv_field(field);
    }
    std::string lines;
    for (auto const& [name, value] : statistics(row, quantiles, true)) {
        lines += prefix + ',' + name + ',' + text::exact_number(value) + '\n';
    }
    return lines;
}

/// What decides a sweep's numbers, as text.
Json description(Sweep const& sweep,
                 SweepOptions const& options,
                 RunOptions const& run) {
    auto const& scenario = sweep.scenario();
    auto const& design = sweep.design();
    auto const& build = build_info();
    Json json{{"format", "leadtime-sweep"},
              {"format_version", 1},
              {"leadtime", {{"version", build.version}, {"git_hash", build.git_hash}}},
              {"scenario",
               {{"name", scenario.name},
                {"description", scenario.description},
                {"file", scenario.file},
                {"first_cell_hash", scenario.text_hash}}},
              {"start", Json()},
              {"overrides", options.overrides},
              {"seed", run.seed},
              {"samples", run.samples},
              {"design", design.is_grid() ? "grid" : "latin hypercube"},
              {"cells", design.cells()},
              {"keys", Json::array()},
              {"outputs", Json::array()}};
    if (!scenario.levels.are_standard()) {
        json["quantile_levels"] = scenario.levels.reported_levels();
    }
    bool varies_start = false;
    for (auto const& key : design.keys()) {
        json["keys"].push_back({{"key", key.key},
                                {"scale",
                                 key.is_log     ? "log"
                                 : key.is_range ? "linear"
                                                : "list"},
                                {"values", key.values}});
        varies_start = varies_start || key.key == "scenario.start";
    }
    if (!varies_start) {  // months of dates count from there
        json["start"] = text::calendar_month(scenario.start_month, 0.0);
    }
    for (auto const& output : sweep.outputs()) {
        json["outputs"].push_back({{"output", output.name},
                                   {"path", output.info.path},
                                   {"metric", output.info.metric},
                                   {"unit", output.info.unit},
                                   {"month", output.month}});
    }
    return json;
}

std::string hash_of(std::string const& text) {
    text::Fnv1a hash;
    hash.add(text);
    return fmt::format("{:016x}", hash.value());
}

/// Writes sweep.json into a new folder, or finds the same one in an old folder.
void claim(int folder,
           fs::path const& directory,
           Json const& description,
           std::string const& hash) {
    fs::path const path = directory / sweep_json_name;
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(path, ignored))) {
        auto const text =
            text_of(folder, std::string(sweep_json_name), most_description_bytes);
        Json const old = Json::parse(text, nullptr, false);
        std::string const found = old.is_object() ? old.value("hash", "") : "";
        if (found != hash) {
            std::string differs;
            for (auto const& [key, value] : description.items()) {
                if (!old.is_object() || !old.contains(key) || old[key] != value) {
                    differs += (differs.empty() ? "" : ", ") + key;
                }
            }
            if (old.contains("quantile_levels")
                && !description.contains("quantile_levels")) {
                differs +=
                    (differs.empty() ? "" : ", ") + std::string("quantile_levels");
            }
            throw OutputError(fmt::format(
                "\"{}\" holds another sweep (differs in: {}); choose another --out, or "
                "remove it",
                directory.string(),
                differs.empty() ? "its hash" : differs));
        }
        return;
    }
    if (fs::exists(fs::symlink_status(directory / sweep_csv_name, ignored))) {
        throw OutputError(fmt::format("\"{}\" has a sweep.csv without its sweep.json; "
                                      "choose another --out, or remove it",
                                      directory.string()));
    }
    Json json = description;
    json["hash"] = hash;
    replace_file(folder, "sweep.json", json.dump(1) + "\n", path);
}

}  // namespace

SweepSummary write_sweep(Executor const& executor,
                         ScenarioReader const& read,
                         SweepOptions const& options,
                         RunOptions const& run,
                         std::string const& directory) {
    Sweep const sweep(read, options, run);
    SweepDesign const& design = sweep.design();
    QuantileLevels const& levels = sweep.scenario().levels;
    QuantileColumns const quantiles = computed_columns(levels);
    Json const what = description(sweep, options, run);
    std::string const hash = hash_of(what.dump());
    FolderClaim whole(directory);
    int const folder = whole.make();
    claim(folder, directory, what, hash);
    std::vector<std::string> names;
    for (auto const& key : design.keys()) {
        names.push_back(key.key);
    }
    SweepCsv csv(folder,
                 fs::path(directory) / sweep_csv_name,
                 sweep_csv_header(names),
                 sweep.outputs().size() * sweep_statistics(levels).size());
    SweepSummary const summary{
        design.cells(), csv.cells_found(), sweep.outputs().size()};
    std::size_t complete = summary.found;
    try {
        sweep.run(executor, summary.found, [&](SweptCell const& cell) {
            std::string lines;
            for (std::size_t i = 0; i < cell.outputs.size(); ++i) {
                lines += csv_lines(
                    design, cell.number, cell.outputs[i], cell.rows[i], quantiles);
            }
            csv.append(lines);
            ++complete;
        });
    } catch (Interrupted const&) {
        throw Interrupted(fmt::format(
            "interrupted after {} of {} cells; the same command goes on from there",
            complete,
            design.cells()));
    }
    write_sweep_netcdf(folder,
                       directory,
                       design,
                       sweep.outputs(),
                       levels,
                       sweep.scenario().name,
                       hash);
    return summary;
}

}  // namespace leadtime::estimator
