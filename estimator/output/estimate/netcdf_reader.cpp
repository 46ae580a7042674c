// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/netcdf_reader.hpp"

#include "estimator/engine/run_options.hpp"
#include "estimator/output/estimate/netcdf_writer.hpp"
#include "estimator/output/manifest_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

// Far beyond what a run can have (docs/scenario-reference.md); they bound the memory
// that a file can ask for.
constexpr std::size_t most_cells = 500'000;
constexpr std::size_t most_cell_text_bytes = std::size_t{1} << 27;
constexpr std::uint64_t last_month = 9999 * 12 + 11;
constexpr std::size_t most_steps = 1200;  // of a scenario
constexpr std::size_t most_paths = 10'000;

struct Block {
    char const* name;
    char const* prefix;
    bool of_paths;
    bool is_series;
};

constexpr Block blocks[] = {{"metric", "", true, true},
                            {"scalar", "scalar_", true, false},
                            {"output", "output_", false, true},
                            {"output_scalar", "output_scalar_", false, false}};

/// Reads the blocks, and counts what their rows take.
class RowReader {
  public:
    RowReader(NetcdfFile& file, Result& result)
        : file_(file)
        , result_(result) {}

    void read(Block const& block);

  private:
    using Dimensions = NetcdfFile::Dimensions;

    /// One of the arrays of a block; all nan where the file has no such variable.
    std::vector<double>
    column(std::string const& name, Dimensions const& dimensions, std::size_t size) {
        auto values = file_.doubles(name, dimensions);
        values.resize(size, std::nan(""));
        return values;
    }
    /// The same of shares, which lie from 0 to 1.
    std::vector<double>
    shares(std::string const& name, Dimensions const& dimensions, std::size_t size) {
        auto values = column(name, dimensions, size);
        if (std::any_of(values.begin(), values.end(), [](double share) {
                return share < 0 || share > 1;
            })) {
            file_.fail("\"" + name + "\" holds a share that is not from 0 to 1");
        }
        return values;
    }
    /// Names and units, before there is memory for their rows.
    void refuse_large(Block const& block,
                      std::vector<std::string> const& names,
                      std::vector<std::string> const& units,
                      std::size_t rows_of_each);

    NetcdfFile& file_;
    Result& result_;
    std::size_t cells_ = 0;
    std::size_t text_bytes_ = 0;
};

void RowReader::refuse_large(Block const& block,
                             std::vector<std::string> const& names,
                             std::vector<std::string> const& units,
                             std::size_t rows_of_each) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        cells_ += rows_of_each * result_.levels.size() / quantile_levels.size();
        text_bytes_ += rows_of_each * (names[i].size() + units[i].size());
        if (cells_ > most_cells || text_bytes_ > most_cell_text_bytes) {
            file_.fail(fmt::format("it is too large to be read (\"{}\" has more than "
                                   "any result has)",
                                   block.name));
        }
    }
}

void RowReader::read(Block const& block) {
    auto const n_metrics = file_.size(block.name);
    if (n_metrics == 0) {
        return;
    }
    std::string const prefix = block.prefix;
    auto const names = file_.names(block.name, {block.name});
    auto const units = file_.strings(prefix + "unit", {block.name});
    if (names.empty() || units.empty()) {
        file_.fail(std::string("the names or units of \"") + block.name
                   + "\" are missing");
    }
    auto const n_months = static_cast<std::size_t>(result_.steps);
    auto const n_paths = block.of_paths ? result_.paths.size() : 1;
    auto const n_steps = block.is_series ? n_months : 1;
    refuse_large(block, names, units, n_paths * n_steps);
    auto const n_cells = n_paths * n_metrics * n_steps;
    auto const& levels = result_.levels.ascending();
    auto const n_levels = levels.size();
    Dimensions over{block.name};
    if (block.of_paths) {
        over.insert(over.begin(), "path");
    }
    auto by_month = over;
    by_month.emplace_back("month");
    if (block.is_series) {
        over = by_month;
    }
    auto by_level = over;
    by_level.emplace_back("quantile");
    auto const values = column(prefix + "value", by_level, n_cells * n_levels);
    auto const errors = column(prefix + "value_se", by_level, n_cells * n_levels);
    auto const mean = column(prefix + "mean", over, n_cells);
    auto const mean_se = column(prefix + "mean_se", over, n_cells);
    auto const sd = column(prefix + "sd", over, n_cells);
    auto const minimum = column(prefix + "min", over, n_cells);
    auto const maximum = column(prefix + "max", over, n_cells);
    auto const below = shares(prefix + "share_below", over, n_cells);
    auto const above = shares(prefix + "share_above", over, n_cells);
    // Files of before have none.
    auto const tail = file_.doubles(prefix + "tail_index", over);
    std::vector<double> reached;
    if (!block.is_series) {
        reached = file_.doubles(prefix + "share_by_month", by_month);
    }
    for (std::size_t path = 0; path < n_paths; ++path) {
        for (std::size_t metric = 0; metric < n_metrics; ++metric) {
            for (std::size_t step = 0; step < n_steps; ++step) {
                auto const cell = (path * n_metrics + metric) * n_steps + step;
                if (std::isnan(below[cell])) {
                    continue;  // the path does not have it
                }
                Row row;
                row.path = block.of_paths ? result_.paths[path] : "";
                row.metric = names[metric];
                row.unit = units[metric];
                row.step = block.is_series ? static_cast<int>(step) : -1;
                row.samples = result_.samples;
                row.mean = mean[cell];
                row.mean_standard_error = mean_se[cell];
                row.standard_deviation = sd[cell];
                row.minimum = minimum[cell];
                row.maximum = maximum[cell];
                row.share_below = below[cell];
                row.share_above = above[cell];
                if (!tail.empty()) {
                    row.tail_index = tail[cell];
                }
                row.quantiles.resize(n_levels);
                row.quantile_standard_errors.resize(n_levels);
                for (std::size_t i = 0; i < n_levels; ++i) {
                    row.quantiles[levels[i]] = values[cell * n_levels + i];
                    row.quantile_standard_errors[levels[i]] =
                        errors[cell * n_levels + i];
                }
                if (!reached.empty() && !std::isnan(reached[cell * n_months])) {
                    auto const shares =
                        std::span(reached).subspan(cell * n_months, n_months);
                    row.shares_by_step.assign(shares.begin(), shares.end());
                }
                result_.rows.push_back(std::move(row));
            }
        }
    }
}

void read_origin(NetcdfFile& file, Result& result) {
    auto& origin = result.origin;
    origin.program = file.text("source");
    origin.scenario_description = file.attribute("scenario_description").value_or("");
    origin.record_start_month =
        file.real("record_start_month", static_cast<double>(last_month));
    if (auto const text = file.strings("scenario_text", {}); !text.empty()) {
        origin.scenario_text = text.front();
    }
    origin.path_descriptions = file.strings("path_description", {"path"});
    auto const n = file.size("input");
    origin.inputs.resize(n);
    auto const read = [&](char const* name, std::string InputRecord::*member) {
        auto const values = file.strings(name, {"input"});
        for (std::size_t i = 0; i < std::min(n, values.size()); ++i) {
            origin.inputs[i].*member = values[i];
        }
    };
    read("input", &InputRecord::name);
    read("input_unit", &InputRecord::unit);
    read("input_value", &InputRecord::value);
    read("input_source", &InputRecord::source);
    read("input_confidence", &InputRecord::confidence);
    read("input_note", &InputRecord::note);
}

void add_lines(std::vector<std::string>& lines, std::string const& text) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        auto const end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

/// The levels of a file: those of quantile_levels are always among them.
QuantileLevels read_levels(NetcdfFile& file) {
    auto const refuse = [&] { file.fail("its quantile levels are not ours"); };
    if (file.size("quantile") > quantile_levels.size() + most_quantile_levels) {
        refuse();
    }
    auto const all = file.doubles("quantile", {"quantile"});
    auto const reported = file.doubles("quantile_reported", {"quantile"});
    std::vector<double> asked;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (reported.empty() || reported[i] == 1.0) {
            asked.push_back(all[i]);
        }
    }
    if (problem_with_levels(asked)) {
        refuse();
    }
    QuantileLevels levels(asked);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all.size() != levels.size() || all[i] != levels[levels.ascending()[i]]) {
            refuse();
        }
    }
    return levels;
}

}  // namespace

Result read_result(std::string const& path) {
    NetcdfFile file(path);
    // Files of version 1 do not say so.
    auto const format =
        file.whole("format_version", 1, std::numeric_limits<std::uint64_t>::max())
            .value_or(1);
    if (format > netcdf_format_version) {
        file.fail(fmt::format("a newer leadtime wrote it (format {}; this one reads up "
                              "to {}): read it with that one",
                              format,
                              netcdf_format_version));
    }
    Result result;
    result.scenario_name = file.text("title");
    result.scenario_file = file.text("scenario_file");
    result.scenario_hash = file.text("scenario_hash");
    result.determinism = file.text("determinism");
    result.is_exact = file.attribute("quantiles") == from_sorted_samples;
    result.reference = file.text("reference_path");
    add_lines(result.notes, file.text("notes"));
    auto const seed = file.whole("seed", 0, std::numeric_limits<std::uint64_t>::max());
    auto const samples = file.whole("samples", 1, most_samples);
    auto const start = file.whole("start_month", 0, last_month);
    auto const step = file.whole("months_per_step", 1, 12);
    if (!seed || !samples || !start || !step) {
        file.fail(
            "it lacks the seed, the number of samples or the months, as results of "
            "the first versions do: run the scenario again");
    }
    if (*step > 1 && !file.attribute("step_value")) {
        file.fail("its steps of several months have the values of their first one, as "
                  "earlier versions had it: run the scenario again");
    }
    result.seed = *seed;
    result.samples = *samples;
    result.start_month = static_cast<int>(*start);
    result.months_per_step = static_cast<int>(*step);
    auto const steps = file.size("month");
    if (steps > most_steps) {
        file.fail(
            fmt::format("its dimension \"month\" is too long ({} where at most {} "
                        "are read)",
                        steps,
                        most_steps));
    }
    result.steps = static_cast<int>(steps);
    if (file.size("path") > most_paths) {
        file.fail(fmt::format("its dimension \"path\" is too long ({} where at most {} "
                              "are read)",
                              file.size("path"),
                              most_paths));
    }
    result.paths = file.names("path", {"path"});
    if (result.paths.size() != file.size("path")) {
        file.fail("the names of its paths are missing");
    }
    result.levels = read_levels(file);
    RowReader rows(file, result);
    for (auto const& block : blocks) {
        rows.read(block);
    }
    read_origin(file, result);
    auto folder = std::filesystem::path(path).parent_path();
    if (auto const foreign = foreign_file(folder.empty() ? "." : folder)) {
        file.fail(fmt::format("\"{}\" beside it is not the one that manifest.json was "
                              "written with, so the folder holds parts of two results "
                              "or was changed; run the scenario again, or read a copy "
                              "of the file elsewhere",
                              *foreign));
    }
    return result;
}

}  // namespace leadtime::estimator
