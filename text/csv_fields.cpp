// SPDX-License-Identifier: Apache-2.0
#include "text/csv_fields.hpp"

#include "text/suggestion.hpp"
#include "text/trim.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace leadtime::text {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::uintmax_t max_bytes = std::uintmax_t{64} << 20;

/// The fields of one record. Line feeds inside quotes are not supported.
std::vector<std::string> split_fields(std::string const& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        char const c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    for (auto& field : fields) {
        field = std::string(trimmed(field, blanks));
    }
    return fields;
}

std::ifstream open(std::string const& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        throw CsvError{fmt::format("the file \"{}\" is not found", path), {}, {}};
    }
    if (std::filesystem::file_size(path, error) > max_bytes) {
        throw CsvError{
            fmt::format("the file \"{}\" is larger than 64 MiB", path), {}, {}};
    }
    std::ifstream stream(path);
    if (!stream) {
        throw CsvError{fmt::format("the file \"{}\" cannot be opened", path), {}, {}};
    }
    return stream;
}

std::size_t find_column(std::vector<std::string> const& names,
                        std::string const& path,
                        std::string const& column) {
    auto const found = std::find(names.begin(), names.end(), column);
    if (found == names.end()) {
        throw CsvError{fmt::format("\"{}\" has no column \"{}\"", path, column),
                       // it may be any file, so it is not quoted
                       fmt::format("it has {} column{}",
                                   names.size(),
                                   names.size() == 1 ? "" : "s"),
                       did_you_mean(column, names)};
    }
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::vector<double> read_csv_column(std::string const& path,
                                    std::string const& column) {
    auto stream = open(path);
    std::vector<double> values;
    std::size_t index = 0;
    bool has_names = false;
    std::string line;
    for (int number = 1; std::getline(stream, line); ++number) {
        if (number == 1 && line.starts_with("\xef\xbb\xbf")) {
            line.erase(0, 3);
        }
        if (line.starts_with('#') || trimmed(line, blanks).empty()) {
            continue;
        }
        auto const fields = split_fields(line);
        if (!has_names) {
            index = find_column(fields, path, column);
            has_names = true;
            continue;
        }
        auto const text = index < fields.size() ? fields[index] : std::string();
        double value = 0;
        auto const [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), value);
        bool const is_number = error == std::errc{} && end == text.data() + text.size();
        if (!is_number || !std::isfinite(value)) {
            throw CsvError{fmt::format("{}:{}: column \"{}\" must hold finite numbers",
                                       path,
                                       number,
                                       column),
                           {},
                           {}};
        }
        values.push_back(value);
    }
    if (values.empty()) {
        throw CsvError{fmt::format("\"{}\" holds no numbers", path), {}, {}};
    }
    return values;
}

std::vector<std::vector<std::string>> parse_csv(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row{""};
    bool is_quoted = false;
    auto const finish_row = [&] {
        if (row.size() == 1 && row.front().empty()) {
            return;  // an empty line
        }
        if (!rows.empty() && row.size() != rows.front().size()) {
            throw std::runtime_error(fmt::format("CSV row {} has {} cells, not {}",
                                                 rows.size() + 1,
                                                 row.size(),
                                                 rows.front().size()));
        }
        rows.push_back(row);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (is_quoted) {
            if (c != '"') {
                row.back() += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                row.back() += '"';
                ++i;
            } else {
                is_quoted = false;
            }
        } else if (c == '"') {
            is_quoted = true;
        } else if (c == ',') {
            row.emplace_back();
        } else if (c == '\n') {
            finish_row();
            row.assign(1, "");
        } else if (c != '\r') {
            row.back() += c;
        }
    }
    finish_row();
    return rows;
}

std::string csv_field(std::string const& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (char const c : text) {
        quoted += c;
        if (c == '"') {
            quoted += c;
        }
    }
    return quoted + '"';
}

}  // namespace leadtime::text
