// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/sweep.hpp"

#include "estimator/compile/compile.hpp"
#include "estimator/compile/restrict.hpp"
#include "estimator/engine/bad_number.hpp"
#include "estimator/engine/exact_row.hpp"
#include "estimator/engine/launch.hpp"
#include "estimator/output/build_info.hpp"
#include "estimator/output/estimate/csv.hpp"
#include "estimator/output/file_handle.hpp"
#include "estimator/output/result_directory.hpp"
#include "estimator/output/sweep/files.hpp"
#include "estimator/output/whole_file.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/number_format.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_description_bytes = std::size_t{1} << 26;

std::vector<std::string> overrides_of(SweepDesign const& design, std::size_t cell) {
    std::vector<std::string> overrides;
    for (std::size_t key = 0; key < design.keys().size(); ++key) {
        overrides.push_back(design.keys()[key].key + '=' + design.value(cell, key));
    }
    return overrides;
}

std::vector<std::string> wanted_outputs(Scenario const& scenario,
                                        SweepOptions const& options) {
    if (!options.outputs.empty()) {
        return options.outputs;
    }
    if (scenario.paths.size() < 2) {
        throw RunError("the scenario has no lag: name an --output");
    }
    return {"lag@" + month_name(scenario, scenario.steps - 1)};
}

std::string csv_lines(SweepDesign const& design,
                      std::size_t cell,
                      SelectedOutput const& output,
                      Row const& row) {
    std::string prefix = std::to_string(cell);
    for (std::size_t key = 0; key < design.keys().size(); ++key) {
        prefix += ',' + csv_field(design.value(cell, key));
    }
    for (auto const& field :
         {output.info.path, output.info.metric, output.info.unit, output.month}) {
        prefix += ',' + csv_field(field);
    }
    std::string lines;
    for (auto const& [name, value] : statistics(row, true)) {
        lines += prefix + ',' + name + ',' + exact_number(value) + '\n';
    }
    return lines;
}

/// What decides a sweep's numbers, as text.
Json description(Scenario const& scenario,
                 SweepDesign const& design,
                 SweepOptions const& options,
                 std::vector<SelectedOutput> const& outputs,
                 RunOptions const& run) {
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
        json["start"] = calendar_month(scenario.start_month, 0.0);
    }
    for (auto const& output : outputs) {
        json["outputs"].push_back({{"output", output.name},
                                   {"path", output.info.path},
                                   {"metric", output.info.metric},
                                   {"unit", output.info.unit},
                                   {"month", output.month}});
    }
    return json;
}

std::string hash_of(std::string const& text) {
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a, 64 bits: offset basis
    for (char const c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;  // FNV prime
    }
    return fmt::format("{:016x}", hash);
}

/// Writes sweep.json into a new folder, or finds the same one in an old folder.
void claim(int folder,
           fs::path const& directory,
           Json const& description,
           std::string const& hash) {
    fs::path const path = directory / "sweep.json";
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(path, ignored))) {
        auto const text = text_of(folder, "sweep.json", most_description_bytes);
        Json const old = Json::parse(text, nullptr, false);
        std::string const found = old.is_object() ? old.value("hash", "") : "";
        if (found != hash) {
            std::string differs;
            for (auto const& [key, value] : description.items()) {
                if (!old.is_object() || !old.contains(key) || old[key] != value) {
                    differs += (differs.empty() ? "" : ", ") + key;
                }
            }
            throw OutputError(fmt::format(
                "\"{}\" holds another sweep (differs in: {}); choose another --out, or "
                "remove it",
                directory.string(),
                differs.empty() ? "its hash" : differs));
        }
        return;
    }
    if (fs::exists(fs::symlink_status(directory / "sweep.csv", ignored))) {
        throw OutputError(fmt::format("\"{}\" has a sweep.csv without its sweep.json; "
                                      "choose another --out, or remove it",
                                      directory.string()));
    }
    Json json = description;
    json["hash"] = hash;
    replace_file(folder, "sweep.json", json.dump(1) + "\n", path);
}

/// One cell: the scenario with its overrides, run, as lines of sweep.csv.
std::string run_cell(ScenarioReader const& read,
                     SweepDesign const& design,
                     std::size_t cell,
                     std::vector<std::string> const& texts,
                     RunOptions const& run) {
    Scenario const scenario = with_outputs(read(overrides_of(design, cell)), texts);
    Plan const all = compile(scenario);
    auto const outputs = select_outputs(scenario, all, texts);
    auto const rows = rows_of(outputs);
    Plan const plan = restrict_plan(all, rows);
    std::vector<float> values(run.samples * rows.size());
    HostRunner runner(plan, run.seed);
    RunOptions quiet;
    quiet.stop = run.stop;
    runner.gather({0, run.samples}, rows, values, quiet);
    check_values(
        scenario, plan, run.seed, rows, values, fmt::format("cell {}: ", cell));
    std::string lines;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        auto const own =
            std::span<float const>(values).subspan(i * run.samples, run.samples);
        lines += csv_lines(design, cell, outputs[i], exact_row(outputs[i].info, own));
    }
    return lines;
}

}  // namespace

SweepSummary run_sweep(ScenarioReader const& read,
                       SweepOptions const& options,
                       RunOptions const& run,
                       std::string const& directory) {
    SweepDesign const design = options.latin_hypercube > 0
                                   ? SweepDesign::latin_hypercube(
                                       options.vary, options.latin_hypercube, run.seed)
                                   : SweepDesign::grid(options.vary);
    // Both ends, so that a key that cannot be set is found before anything is run.
    Scenario const first = read(overrides_of(design, 0));
    read(overrides_of(design, design.cells() - 1));
    auto const texts = wanted_outputs(first, options);
    Scenario const scenario = with_outputs(first, texts);
    auto const outputs = select_outputs(scenario, compile(scenario), texts);

    Json const what = description(scenario, design, options, outputs, run);
    std::string const hash = hash_of(what.dump());
    FolderClaim whole(directory);
    int const folder = whole.make();
    claim(folder, directory, what, hash);
    std::vector<std::string> names;
    for (auto const& key : design.keys()) {
        names.push_back(key.key);
    }
    SweepCsv csv(folder,
                 fs::path(directory) / "sweep.csv",
                 sweep_csv_header(names),
                 outputs.size() * sweep_statistics().size());
    SweepSummary summary{design.cells(), csv.cells_found(), outputs.size()};
    for (std::size_t cell = csv.cells_found(); cell < design.cells(); ++cell) {
        try {
            csv.append(run_cell(read, design, cell, texts, run));
        } catch (Interrupted const&) {
            throw Interrupted(fmt::format(
                "interrupted after {} of {} cells; the same command goes on from there",
                cell,
                design.cells()));
        }
        if (run.progress) {
            run.progress(cell + 1 - summary.found, design.cells() - summary.found);
        }
    }
    write_sweep_netcdf(folder, directory, design, outputs, scenario.name, hash);
    return summary;
}

}  // namespace leadtime::estimator
