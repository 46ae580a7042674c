// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/sweep/reader.hpp"

#include "estimator/output/sweep/files.hpp"
#include "estimator/study/design.hpp"
#include "text/months.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uintmax_t most_description_bytes = std::uintmax_t{1} << 26;
constexpr std::size_t most_line_bytes = std::size_t{1} << 16;

[[noreturn]] void fail(fs::path const& directory, std::string const& why) {
    throw SweepFileError("cannot read the sweep in \"" + directory.string()
                         + "\": " + why);
}

/// Months of a text `YYYY-MM` since year 0.
int month_number(std::string const& text) {
    auto const date = text::parse_date(text);
    bool const has_day = text.size() > std::string_view("2024-01").size();
    return date && !has_day ? static_cast<int>(*date)
                            : throw std::invalid_argument(text);
}

bool is_geometric(std::vector<double> const& numbers) {
    if (numbers.size() < 3 || !(numbers[0] > 0.0) || numbers[0] == numbers[1]) {
        return false;
    }
    double const ratio = numbers[1] / numbers[0];
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        // values of a grid have twelve digits
        if (!(std::abs(numbers[i] / numbers[i - 1] / ratio - 1.0) < 1e-9)) {
            return false;
        }
    }
    return true;
}

SweptKey key_of(Json const& json, bool is_grid) {
    SweptKey key;
    key.key = json.at("key").get<std::string>();
    key.values = json.at("values").get<std::vector<std::string>>();
    bool all_positive = true;
    for (auto const& value : key.values) {
        auto const number = key_number(value);
        if (!number) {
            key.numbers.clear();
            return key;
        }
        all_positive = all_positive && *number > 0.0;
        key.numbers.push_back(*number);
    }
    bool const is_log = json.value("scale", "") == "log" && all_positive;
    key.scale = is_log || (is_grid && is_geometric(key.numbers)) ? KeyScale::log
                                                                 : KeyScale::linear;
    return key;
}

FinishedSweep description_of(Json const& json) {
    FinishedSweep sweep;
    auto const& program = json.at("leadtime");
    sweep.program = fmt::format("leadtime {} ({})",
                                program.at("version").get<std::string>(),
                                program.at("git_hash").get<std::string>());
    auto const& scenario = json.at("scenario");
    sweep.scenario_name = scenario.at("name").get<std::string>();
    sweep.scenario_description = scenario.at("description").get<std::string>();
    sweep.scenario_file = scenario.at("file").get<std::string>();
    if (!json.at("start").is_null()) {
        sweep.start_month = month_number(json.at("start").get<std::string>());
    }
    sweep.overrides = json.at("overrides").get<std::vector<std::string>>();
    sweep.seed = json.at("seed").get<std::uint64_t>();
    sweep.samples = json.at("samples").get<std::uint64_t>();
    sweep.is_grid = json.at("design").get<std::string>() == "grid";
    sweep.cells = json.at("cells").get<std::size_t>();
    if (json.contains("quantile_levels")) {
        auto const levels = json.at("quantile_levels").get<std::vector<double>>();
        if (problem_with_levels(levels)) {
            throw std::invalid_argument("quantile_levels");
        }
        sweep.levels = QuantileLevels(levels);
    }
    for (auto const& key : json.at("keys")) {
        sweep.keys.push_back(key_of(key, sweep.is_grid));
    }
    for (auto const& output : json.at("outputs")) {
        sweep.outputs.push_back({output.at("output").get<std::string>(),
                                 output.at("path").get<std::string>(),
                                 output.at("metric").get<std::string>(),
                                 output.at("unit").get<std::string>(),
                                 output.at("month").get<std::string>(),
                                 {}});
    }
    return sweep;
}

/// Whether the keys have as many values as there are cells.
bool is_consistent(FinishedSweep const& sweep) {
    std::size_t product = 1;  // of a grid
    for (auto const& key : sweep.keys) {
        auto const size = key.values.size();
        bool const fits = sweep.is_grid ? size > 0 && size <= sweep.cells / product
                                        : size == sweep.cells;
        if (!fits) {
            return false;
        }
        product *= sweep.is_grid ? size : 1;
    }
    return !sweep.keys.empty() && !sweep.outputs.empty() && sweep.cells > 0
           && (!sweep.is_grid || product == sweep.cells);
}

/// The value of a line `CELL,...,STATISTIC,VALUE`; nothing where it is of another cell
/// or statistic.
std::optional<double>
value_in(std::string const& line, std::size_t cell, std::string const& statistic) {
    auto const last = line.rfind(',');
    if (last == std::string::npos || last < statistic.size() + 1
        || !line.starts_with(std::to_string(cell) + ',')) {
        return std::nullopt;
    }
    auto const begin = last - statistic.size();
    char* end = nullptr;
    double const value = std::strtod(line.c_str() + last + 1, &end);
    return line.compare(begin, statistic.size(), statistic) == 0
                   && line[begin - 1] == ',' && last + 1 < line.size() && *end == '\0'
               ? std::optional(value)
               : std::nullopt;
}

/// A file of the folder, which must be one: a pipe would wait for ever.
std::ifstream open(fs::path const& directory, std::string const& name) {
    std::error_code error;
    std::ifstream file;
    if (fs::is_regular_file(directory / name, error)) {
        file.open(directory / name, std::ios::binary);
    }
    if (!file.is_open()) {
        fail(directory, "it has no " + name);
    }
    return file;
}

/// The next line, of bounded length. Returns: false where there is no whole one.
bool next_line(std::ifstream& file, std::vector<char>& buffer, std::string& line) {
    buffer.resize(most_line_bytes);
    file.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    line.assign(buffer.data());
    return file && !file.eof();
}

}  // namespace

FinishedSweep read_sweep_description(fs::path const& directory) {
    auto file = open(directory, "sweep.json");
    if (fs::file_size(directory / sweep_json_name) > most_description_bytes) {
        fail(directory, "sweep.json is too large");
    }
    Json const json = Json::parse(file, nullptr, false);
    if (!json.is_object() || json.value("format", Json()) != "leadtime-sweep") {
        fail(directory, "sweep.json is not one of leadtime sweep");
    }
    FinishedSweep sweep;
    try {
        sweep = description_of(json);
    } catch (std::exception const&) {  // a key is missing, or has another type
        fail(directory,
             "sweep.json lacks what this version writes; run the sweep again, into "
             "another folder");
    }
    if (!is_consistent(sweep)) {
        fail(directory, "sweep.json has other values than cells");
    }
    return sweep;
}

void read_sweep_numbers(fs::path const& directory, FinishedSweep& sweep) {
    auto file = open(directory, "sweep.csv");
    std::vector<std::string> names;
    for (auto const& key : sweep.keys) {
        names.push_back(key.key);
    }
    std::string line;
    std::vector<char> buffer;
    std::size_t lines = 1;
    auto const foreign = [&] {
        fail(directory, fmt::format("line {} of sweep.csv is of another sweep", lines));
    };
    if (!next_line(file, buffer, line) || line + '\n' != sweep_csv_header(names)) {
        foreign();
    }
    auto const statistics = sweep_statistics(sweep.levels);
    for (auto& output : sweep.outputs) {
        output.numbers.assign(statistics.size(), {});
    }
    for (std::size_t cell = 0; cell < sweep.cells; ++cell) {
        for (auto& output : sweep.outputs) {
            for (std::size_t i = 0; i < statistics.size(); ++i) {
                ++lines;
                if (!next_line(file, buffer, line)) {
                    if (!file.eof()) {
                        foreign();
                    }
                    fail(directory,
                         fmt::format("{} of its {} cells are done; the command that "
                                     "began it goes on from there",
                                     text::grouped_text(cell),
                                     text::grouped_text(sweep.cells)));
                }
                auto const value = value_in(line, cell, statistics[i]);
                if (!value) {
                    foreign();
                }
                output.numbers[i].push_back(*value);
            }
        }
    }
    ++lines;
    if (file.peek() != std::ifstream::traits_type::eof()) {
        foreign();
    }
}

}  // namespace leadtime::estimator
