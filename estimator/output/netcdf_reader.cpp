// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/netcdf_reader.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <netcdf.h>
#include <optional>
#include <string>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::size_t most_values = std::size_t{1} << 28;  // 2 GiB of doubles

class ResultFile {
  public:
    explicit ResultFile(std::string path)
        : path_(std::move(path)) {
        std::error_code error;
        auto const status = std::filesystem::status(path_, error);
        if (!std::filesystem::exists(status)) {
            fail("there is no such file");
        }
        if (!std::filesystem::is_regular_file(status)) {
            fail("it is not a file");
        }
        if (nc_open(path_.c_str(), NC_NOWRITE, &id_) != NC_NOERR) {
            fail("it is not netCDF");
        }
        is_open_ = true;
    }
    ~ResultFile() {
        if (is_open_) {
            nc_close(id_);
        }
    }
    ResultFile(ResultFile const&) = delete;
    ResultFile& operator=(ResultFile const&) = delete;

    [[noreturn]] void fail(std::string const& why) const {
        throw ResultFileError("cannot read the result \"" + path_ + "\": " + why);
    }
    void check(int status, std::string const& what) const {
        if (status != NC_NOERR) {
            fail(what + ": " + nc_strerror(status));
        }
    }

    std::size_t size(char const* dimension) const {
        int dimension_id = 0;
        std::size_t length = 0;
        if (nc_inq_dimid(id_, dimension, &dimension_id) != NC_NOERR) {
            return 0;
        }
        nc_inq_dimlen(id_, dimension_id, &length);
        return length;
    }

    std::optional<std::string> attribute(char const* name) const {
        std::size_t length = 0;
        nc_type type = 0;
        if (nc_inq_att(id_, NC_GLOBAL, name, &type, &length) != NC_NOERR
            || type != NC_CHAR) {
            return std::nullopt;
        }
        std::string value(length, ' ');
        check(nc_get_att_text(id_, NC_GLOBAL, name, value.data()), name);
        return value;
    }
    std::string text(char const* name) const {
        auto value = attribute(name);
        if (!value) {
            fail(std::string("it has no attribute \"") + name
                 + "\", so no leadtime wrote it");
        }
        return *value;
    }
    std::optional<std::uint64_t> number(char const* name) const {
        unsigned long long value = 0;
        return nc_get_att_ulonglong(id_, NC_GLOBAL, name, &value) == NC_NOERR
                   ? std::optional<std::uint64_t>(value)
                   : std::nullopt;
    }
    std::optional<double> real(char const* name) const {
        double value = 0;
        return nc_get_att_double(id_, NC_GLOBAL, name, &value) == NC_NOERR
                   ? std::optional<double>(value)
                   : std::nullopt;
    }

    /// The numbers of a variable, which must have `expected` of them; none where there
    /// is no such variable.
    std::vector<double> doubles(std::string const& name, std::size_t expected) const {
        auto const variable_id = find(name, expected);
        if (variable_id < 0) {
            return {};
        }
        std::vector<double> values(expected);
        check(nc_get_var_double(id_, variable_id, values.data()), name);
        return values;
    }
    std::vector<std::string> strings(std::string const& name,
                                     std::size_t expected) const {
        auto const variable_id = find(name, expected);
        if (variable_id < 0 || expected == 0) {
            return {};
        }
        nc_type type = 0;
        nc_inq_vartype(id_, variable_id, &type);
        if (type != NC_STRING) {
            fail("\"" + name + "\" does not hold texts");
        }
        std::vector<char*> pointers(expected, nullptr);
        check(nc_get_var_string(id_, variable_id, pointers.data()), name);
        std::vector<std::string> values;
        for (auto const* pointer : pointers) {
            values.emplace_back(pointer == nullptr ? "" : pointer);
        }
        nc_free_string(expected, pointers.data());
        return values;
    }

  private:
    /// The variable's number, or -1; fails where its size is not the expected one.
    int find(std::string const& name, std::size_t expected) const {
        int variable_id = 0;
        if (nc_inq_varid(id_, name.c_str(), &variable_id) != NC_NOERR) {
            return -1;
        }
        int n = 0;
        std::array<int, NC_MAX_VAR_DIMS> dimensions{};
        check(nc_inq_varndims(id_, variable_id, &n), name);
        check(nc_inq_vardimid(id_, variable_id, dimensions.data()), name);
        std::size_t count = 1;
        for (int i = 0; i < n; ++i) {
            std::size_t length = 0;
            check(nc_inq_dimlen(id_, dimensions[static_cast<std::size_t>(i)], &length),
                  name);
            count *= length;
            if (count > most_values) {
                fail("\"" + name + "\" is too large");
            }
        }
        if (count != expected) {
            fail("\"" + name + "\" has " + std::to_string(count) + " values, not "
                 + std::to_string(expected));
        }
        return variable_id;
    }

    std::string path_;
    int id_ = 0;
    bool is_open_ = false;
};

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

/// One of the arrays of a block; all nan where the file has no such variable.
std::vector<double>
column(ResultFile const& file, std::string const& name, std::size_t size) {
    auto values = file.doubles(name, size);
    values.resize(size, std::nan(""));
    return values;
}

void read_block(ResultFile const& file, Block const& block, Result& result) {
    auto const n_metrics = file.size(block.name);
    if (n_metrics == 0) {
        return;
    }
    std::string const prefix = block.prefix;
    auto const names = file.strings(block.name, n_metrics);
    auto const units = file.strings(prefix + "unit", n_metrics);
    if (names.empty() || units.empty()) {
        file.fail(std::string("the names or units of \"") + block.name
                  + "\" are missing");
    }
    auto const n_months = static_cast<std::size_t>(result.steps);
    auto const n_paths = block.of_paths ? result.paths.size() : 1;
    auto const n_steps = block.is_series ? n_months : 1;
    auto const n_cells = n_paths * n_metrics * n_steps;
    constexpr auto n_levels = quantile_levels.size();
    auto const values = column(file, prefix + "value", n_cells * n_levels);
    auto const errors = column(file, prefix + "value_se", n_cells * n_levels);
    auto const mean = column(file, prefix + "mean", n_cells);
    auto const mean_se = column(file, prefix + "mean_se", n_cells);
    auto const sd = column(file, prefix + "sd", n_cells);
    auto const minimum = column(file, prefix + "min", n_cells);
    auto const maximum = column(file, prefix + "max", n_cells);
    auto const below = column(file, prefix + "share_below", n_cells);
    auto const above = column(file, prefix + "share_above", n_cells);
    // Files of before have none.
    auto const tail = file.doubles(prefix + "tail_index", n_cells);
    auto const reached =
        block.is_series ? std::vector<double>{}
                        : file.doubles(prefix + "share_by_month", n_cells * n_months);
    for (std::size_t path = 0; path < n_paths; ++path) {
        for (std::size_t metric = 0; metric < n_metrics; ++metric) {
            for (std::size_t step = 0; step < n_steps; ++step) {
                auto const cell = (path * n_metrics + metric) * n_steps + step;
                if (std::isnan(below[cell])) {
                    continue;  // the path does not have it
                }
                Row row;
                row.path = block.of_paths ? result.paths[path] : "";
                row.metric = names[metric];
                row.unit = units[metric];
                row.step = block.is_series ? static_cast<int>(step) : -1;
                row.samples = result.samples;
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
                for (std::size_t i = 0; i < n_levels; ++i) {
                    row.quantiles[i] = values[cell * n_levels + i];
                    row.quantile_standard_errors[i] = errors[cell * n_levels + i];
                }
                auto const first =
                    reached.begin() + static_cast<std::ptrdiff_t>(cell * n_months);
                if (!reached.empty() && n_months > 0 && !std::isnan(*first)) {
                    row.shares_by_step.assign(
                        first, first + static_cast<std::ptrdiff_t>(n_months));
                }
                result.rows.push_back(std::move(row));
            }
        }
    }
}

void read_origin(ResultFile const& file, Result& result) {
    auto& origin = result.origin;
    origin.program = file.text("source");
    origin.scenario_description = file.attribute("scenario_description").value_or("");
    origin.record_start_month = file.real("record_start_month");
    if (auto const text = file.strings("scenario_text", 1); !text.empty()) {
        origin.scenario_text = text.front();
    }
    origin.path_descriptions = file.strings("path_description", result.paths.size());
    auto const n = file.size("input");
    origin.inputs.resize(n);
    auto const read = [&](char const* name, std::string InputRecord::*member) {
        auto const values = file.strings(name, n);
        for (std::size_t i = 0; i < values.size(); ++i) {
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

}  // namespace

Result read_result(std::string const& path) {
    ResultFile const file(path);
    Result result;
    result.scenario_name = file.text("title");
    result.scenario_file = file.text("scenario_file");
    result.scenario_hash = file.text("scenario_hash");
    result.determinism = file.text("determinism");
    result.reference = file.text("reference_path");
    add_lines(result.notes, file.text("notes"));
    auto const seed = file.number("seed");
    auto const samples = file.number("samples");
    auto const start = file.number("start_month");
    auto const step = file.number("months_per_step");
    if (!seed || !samples || !start || !step) {
        file.fail(
            "it lacks the seed, the number of samples or the months, as results of "
            "the first versions do: run the scenario again");
    }
    result.seed = *seed;
    result.samples = *samples;
    result.start_month = static_cast<int>(*start);
    result.months_per_step = static_cast<int>(*step);
    result.steps = static_cast<int>(file.size("month"));
    result.paths = file.strings("path", file.size("path"));
    auto const levels = file.doubles("quantile", quantile_levels.size());
    for (std::size_t i = 0; i < quantile_levels.size(); ++i) {
        if (levels.empty() || levels[i] != quantile_levels[i]) {
            file.fail("its quantile levels are not ours");
        }
    }
    for (auto const& block : blocks) {
        read_block(file, block, result);
    }
    read_origin(file, result);
    return result;
}

}  // namespace leadtime::estimator
