// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/netcdf_writer.hpp"

#include "estimator/output/netcdf_output.hpp"
#include "estimator/output/result_origin.hpp"
#include "estimator/study/result_rows.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

/// A netCDF-4 file in memory.
class MemoryFile : public NetcdfOutput {
  public:
    MemoryFile() {
        check_netcdf(
            nc_create_mem("result.nc", NC_NETCDF4, std::size_t{1} << 20, &id_));
    }
    ~MemoryFile() {
        if (id_ >= 0) {
            nc_abort(id_);
        }
    }
    MemoryFile(MemoryFile const&) = delete;
    MemoryFile& operator=(MemoryFile const&) = delete;

    std::string close() {
        NC_memio memory{};
        check_netcdf(nc_close_memio(std::exchange(id_, -1), &memory));
        std::string bytes(static_cast<char const*>(memory.memory), memory.size);
        std::free(memory.memory);
        return bytes;
    }
};

/// The dimensions that several blocks share.
struct Dimensions {
    int path = -1;
    int month = -1;
    int quantile = -1;
};

/// Metrics of the same shape: one set of variables, `PREFIXmean` and so on.
struct Block {
    char const* name;    ///< of the dimension along the metrics
    char const* prefix;  ///< of the variables
    bool of_paths;
    bool is_series;
    char const* long_name;
};

constexpr Block blocks[] = {
    {"metric", "", true, true, "metrics of a path by month"},
    {"scalar", "scalar_", true, false, "numbers of a path that have no month"},
    {"output", "output_", false, true, "quantities of [output] by month"},
    {"output_scalar", "output_scalar_", false, false, "scalar quantities of [output]"}};

char const* long_name(std::string const& statistic) {
    static constexpr struct {
        char const* name;
        char const* text;
    } names[] = {{"mean", "mean of the samples that are not censored"},
                 {"mean_se", "Monte Carlo standard error of the mean"},
                 {"sd", "standard deviation of the samples that are not censored"},
                 {"min", "smallest sample that is not censored"},
                 {"max", "largest sample that is not censored"},
                 {"share_below", "share of samples censored at -infinity"},
                 {"share_above", "share of samples censored at +infinity"},
                 {"tail_index",
                  "Hill index of the heavier tail, infinite from 4 on: below 2 the "
                  "standard error of the mean is not reliable, below 1.05 the mean is "
                  "not estimable"}};
    for (auto const& entry : names) {
        if (statistic == entry.name) {
            return entry.text;
        }
    }
    return "";
}

void write_block(MemoryFile const& file,
                 Result const& result,
                 std::vector<MetricGroup> const& groups,
                 Dimensions const& shared,
                 Block const& block) {
    std::vector<std::string> names;
    std::vector<std::string> units;
    auto const belongs = [&](MetricGroup const& group) {
        return group.path.empty() != block.of_paths
               && group.is_series == block.is_series;
    };
    for (auto const& group : groups) {
        if (belongs(group)
            && std::find(names.begin(), names.end(), group.metric) == names.end()) {
            names.push_back(group.metric);
            units.push_back(group.unit);
        }
    }
    if (names.empty()) {
        return;
    }
    auto const metric_dimension = file.dimension(block.name, names.size());
    auto const names_id = file.strings(block.name, {metric_dimension}, names);
    file.text(names_id, "long_name", block.long_name);
    auto const unit_name = block.prefix + std::string("unit");
    auto const units_id = file.strings(unit_name, {metric_dimension}, units);
    file.text(units_id, "long_name", std::string("unit of each ") + block.name);

    std::vector<int> dimensions;
    auto const n_paths = block.of_paths ? result.paths.size() : 1;
    auto const n_steps = block.is_series ? static_cast<std::size_t>(result.steps) : 1;
    if (block.of_paths) {
        dimensions.push_back(shared.path);
    }
    dimensions.push_back(metric_dimension);
    if (block.is_series) {
        dimensions.push_back(shared.month);
    }
    auto const n_cells = n_paths * names.size() * n_steps;
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    auto const& levels = result.levels.ascending();
    auto const n_levels = levels.size();
    auto const none = QuantileColumns{};
    auto const named = statistics(Row{}, none, true);
    std::vector<std::vector<double>> values(named.size(), std::vector(n_cells, nan));
    std::vector<double> quantiles(n_cells * n_levels, nan);
    std::vector<double> errors(n_cells * n_levels, nan);
    auto const n_months = static_cast<std::size_t>(result.steps);
    std::vector<double> reached;  // of dates: by month
    for (auto const& group : groups) {
        if (!belongs(group)) {
            continue;
        }
        auto const path = static_cast<std::size_t>(
            block.of_paths
                ? std::find(result.paths.begin(), result.paths.end(), group.path)
                      - result.paths.begin()
                : 0);
        auto const metric = static_cast<std::size_t>(
            std::find(names.begin(), names.end(), group.metric) - names.begin());
        for (std::size_t step = 0; step < std::min(group.rows.size(), n_steps);
             ++step) {
            auto const* row = group.rows[step];
            if (row == nullptr || path >= n_paths) {
                continue;
            }
            auto const cell = (path * names.size() + metric) * n_steps + step;
            auto const all = statistics(*row, none, true);
            for (std::size_t i = 0; i < all.size(); ++i) {
                values[i][cell] = all[i].value;
            }
            for (std::size_t i = 0; i < n_levels; ++i) {
                quantiles[cell * n_levels + i] = row->quantiles[levels[i]];
                errors[cell * n_levels + i] = quantile_error(*row, levels[i]);
            }
            if (!block.is_series && row->shares_by_step.size() == n_months) {
                reached.resize(n_cells * n_months, nan);
                std::copy(row->shares_by_step.begin(),
                          row->shares_by_step.end(),
                          reached.begin()
                              + static_cast<std::ptrdiff_t>(cell * n_months));
            }
        }
    }
    auto with_quantile = dimensions;
    with_quantile.push_back(shared.quantile);
    auto const write = [&](std::string const& name,
                           std::vector<int> const& over,
                           std::vector<double> const& data,
                           char const* meaning) {
        auto const id = file.doubles(block.prefix + name, over, data);
        file.text(id, "long_name", meaning);
        file.text(id, "coordinates", unit_name);
        if (name.starts_with("share")) {
            file.text(id, "units", "1");
        }
    };
    write("value", with_quantile, quantiles, "quantiles over the samples");
    write("value_se",
          with_quantile,
          errors,
          "Monte Carlo standard errors of the quantiles");
    if (!reached.empty()) {
        auto with_month = dimensions;
        with_month.push_back(shared.month);
        write("share_by_month",
              with_month,
              reached,
              "of dates: share of samples at or before the start of each month");
    }
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (auto const* meaning = long_name(named[i].name); *meaning != '\0') {
            write(named[i].name, dimensions, values[i], meaning);
        }
    }
}

/// sample_value(kept, sample), where samples were kept.
void write_kept(MemoryFile const& file, Result const& result) {
    if (result.kept.empty()) {
        return;
    }
    std::vector<std::string> names;
    std::vector<std::string> units;
    std::vector<float> values;
    for (auto const& kept : result.kept) {
        names.push_back(kept.name);
        units.push_back(kept.unit);
        values.insert(values.end(), kept.values.begin(), kept.values.end());
    }
    int const kept = file.dimension("kept", names.size());
    int const sample = file.dimension("sample", result.samples);
    file.text(
        file.strings("kept", {kept}, names), "long_name", "outputs with all samples");
    file.strings("kept_unit", {kept}, units);
    int const id = file.variable("sample_value", NC_FLOAT, {kept, sample});
    check_netcdf(nc_def_var_deflate(file.id(), id, 1, 1, 1));
    file.text(id, "long_name", "samples; infinite where censored");
    file.text(id, "coordinates", "kept_unit");
    check_netcdf(nc_put_var_float(file.id(), id, values.data()));
}

/// The first day of each step's last month in days since 1970-01-01, which every CF
/// reader decodes.
std::vector<int> days(Result const& result) {
    std::vector<int> all;
    for (int step = 0; step < result.steps; ++step) {
        auto const month = result.start_month + result.last_month(step);
        auto const day = std::chrono::year(month / 12)
                         / std::chrono::month(static_cast<unsigned>(month % 12) + 1)
                         / 1;
        all.push_back(
            static_cast<int>(std::chrono::sys_days(day).time_since_epoch().count()));
    }
    return all;
}

void write_attributes(MemoryFile const& file, Result const& result) {
    std::string notes;
    for (auto const& note : result.notes) {
        notes += (notes.empty() ? "" : "\n") + note;
    }
    auto const text = [&](char const* name, std::string const& value) {
        file.text(NC_GLOBAL, name, value);
    };
    text("Conventions", "CF-1.10");
    file.number("format_version", netcdf_format_version);
    text("title", result.scenario_name);
    text("source",
         result.origin.program.empty() ? program_name() : result.origin.program);
    text("scenario_file", result.scenario_file);
    text("scenario_hash", result.scenario_hash);
    file.number("seed", result.seed);
    file.number("samples", result.samples);
    text("sampler", result.sampler);
    text("determinism", result.determinism);
    text("quantiles", std::string(result.quantile_source()));
    text("reference_path", result.reference);
    text("notes", notes);
    text("scenario_description", result.origin.scenario_description);
    file.number("start_month", static_cast<unsigned long long>(result.start_month));
    file.number("months_per_step",
                static_cast<unsigned long long>(result.months_per_step));
    text("step_value", "last month's");
    if (auto const& month = result.origin.record_start_month) {
        check_netcdf(nc_put_att_double(
            file.id(), NC_GLOBAL, "record_start_month", NC_DOUBLE, 1, &*month));
    }
}

/// What the scenario says about its inputs, so that a report needs nothing else.
void write_origin(MemoryFile const& file,
                  ResultOrigin const& origin,
                  Dimensions const& shared) {
    if (!origin.scenario_text.empty()) {
        auto const id = file.strings("scenario_text", {}, {origin.scenario_text});
        file.text(id, "long_name", "the scenario's file, overrides as comments");
    }
    if (shared.path >= 0 && !origin.path_descriptions.empty()) {
        file.strings("path_description", {shared.path}, origin.path_descriptions);
    }
    if (origin.inputs.empty()) {
        return;
    }
    auto const dimension = file.dimension("input", origin.inputs.size());
    static constexpr struct {
        char const* name;
        std::string InputRecord::*member;
        char const* long_name;
    } columns[] = {
        {"input", &InputRecord::name, "quantities, and numbers of accelerators"},
        {"input_unit", &InputRecord::unit, "unit of each input"},
        {"input_value", &InputRecord::value, "value, distribution or formula"},
        {"input_source", &InputRecord::source, "where it is from"},
        {"input_confidence", &InputRecord::confidence, "high, medium or low"},
        {"input_note", &InputRecord::note, "readings and conflicts"}};
    for (auto const& column : columns) {
        std::vector<std::string> values;
        for (auto const& input : origin.inputs) {
            values.push_back(input.*(column.member));
        }
        auto const id = file.strings(column.name, {dimension}, values);
        file.text(id, "long_name", column.long_name);
    }
}

/// All that are computed, ascending; which of them were asked for, where not just all of
/// quantile_levels.
void write_levels(MemoryFile const& file,
                  QuantileLevels const& levels,
                  Dimensions& shared) {
    std::vector<double> values;
    std::vector<double> reported;
    for (std::size_t const i : levels.ascending()) {
        values.push_back(levels[i]);
        reported.push_back(levels.is_reported(i) ? 1.0 : 0.0);
    }
    shared.quantile = file.dimension("quantile", values.size());
    auto const id = file.doubles("quantile", {shared.quantile}, values);
    file.text(id, "units", "1");
    file.text(id, "long_name", "quantile level");
    if (!levels.are_standard()) {
        auto const asked =
            file.doubles("quantile_reported", {shared.quantile}, reported);
        file.text(asked,
                  "long_name",
                  "1: a level that was asked for; 0: computed for tables and pages");
    }
}

}  // namespace

std::string netcdf_bytes(Result const& result) {
    MemoryFile file;
    write_attributes(file, result);
    Dimensions shared;
    write_levels(file, result.levels, shared);
    if (!result.paths.empty()) {
        shared.path = file.dimension("path", result.paths.size());
        auto const names = file.strings("path", {shared.path}, result.paths);
        file.text(names, "long_name", "procurement path");
    }
    if (result.steps > 0) {
        shared.month = file.dimension("month", static_cast<std::size_t>(result.steps));
        auto const months = file.variable("month", NC_INT, {shared.month});
        file.text(months, "units", "days since 1970-01-01");
        file.text(months, "calendar", "standard");
        file.text(months, "standard_name", "time");
        file.text(months, "axis", "T");
        file.text(months, "long_name", "last month of the step");
        check_netcdf(nc_put_var_int(file.id(), months, days(result).data()));
    }
    auto const groups = metric_groups(result);
    for (auto const& block : blocks) {
        write_block(file, result, groups, shared, block);
    }
    write_origin(file, result.origin, shared);
    write_kept(file, result);
    return file.close();
}

}  // namespace leadtime::estimator
