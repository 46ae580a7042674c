// SPDX-License-Identifier: Apache-2.0
#include "text/toml_document.hpp"

#include "text/toml_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace leadtime::text {
namespace {

[[noreturn]] void
refuse(std::string const& name, std::string problem, std::string reason = {}) {
    throw ConfigError(ConfigIssue{.place = {.file = name},
                                  .key = {},
                                  .problem = std::move(problem),
                                  .reason = std::move(reason),
                                  .suggestion = {},
                                  .source_line = {}});
}

void refuse_if_too_large(std::string const& name, std::uintmax_t bytes) {
    if (bytes > max_document_bytes) {
        refuse(name,
               "the file is too large",
               fmt::format("{} bytes; at most {} bytes, 16 MiB, are read",
                           bytes,
                           max_document_bytes));
    }
}

constexpr std::size_t long_line = 4096;     // bytes
constexpr std::size_t mark_distance = 256;  // characters
constexpr std::size_t around_caret = 200;   // more than the columns that are printed

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

/// Whether a name stands for what the program was started with.
bool is_open_file(std::string_view path) {
    return path == "/dev/stdin" || path.starts_with("/dev/fd/")
           || path.starts_with("/proc/self/fd/");
}

void refuse_unless_file(std::string const& path,
                        std::filesystem::file_status const& status,
                        FileKind kind) {
    using std::filesystem::file_type;
    auto const type = status.type();
    bool const is_open = kind == FileKind::regular_or_open && is_open_file(path);
    if (type == file_type::regular || (is_open && type != file_type::directory)) {
        return;
    }
    if (type == file_type::not_found) {
        refuse(path, "file not found");
    }
    if (type == file_type::none) {
        return;  // opening it says why
    }
    refuse(path,
           type == file_type::directory ? "this is a directory"
           : type == file_type::fifo    ? "this is a pipe"
           : type == file_type::socket  ? "this is a socket"
                                        : "this is a device",
           "expected a TOML file");
}

std::string read_file(std::string const& path, FileKind kind) {
    namespace fs = std::filesystem;
    std::error_code error;
    auto const status = fs::status(path, error);
    refuse_unless_file(path, status, kind);
    if (fs::is_regular_file(status)) {
        auto const bytes = fs::file_size(path, error);
        if (!error) {
            refuse_if_too_large(path, bytes);
        }
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        refuse(path, "the file cannot be opened", std::strerror(errno));
    }
    // A pipe has no size beforehand, so the limit is also kept while reading.
    std::string text;
    std::string chunk(std::size_t{1} << 16, '\0');
    while (text.size() <= max_document_bytes) {
        stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        text.append(chunk, 0, static_cast<std::size_t>(stream.gcount()));
        if (!stream) {
            break;
        }
    }
    if (stream.bad()) {
        refuse(path, "the file cannot be read", std::strerror(errno));
    }
    refuse_if_too_large(path, text.size());
    return text;
}

}  // namespace

namespace detail {

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

ConfigIssue syntax_issue(Document const& document, toml::parse_error const& error) {
    // "Error while parsing X: Y" reads better as "Y (while parsing X)".
    std::string_view text = error.description();
    std::string_view constexpr prefix = "Error while ";
    std::string reason;
    if (auto const colon = text.find(": ");
        text.starts_with(prefix) && colon != std::string_view::npos) {
        reason =
            "while " + std::string(text.substr(prefix.size(), colon - prefix.size()));
        text = text.substr(colon + 2);
    }
    std::string problem(text);
    if (problem.starts_with("Encountered invalid utf-8")) {
        problem = "this is not valid UTF-8";
    }
    return document.issue_at(error.source(), {}, std::move(problem), std::move(reason));
}

ConfigIssue syntax_issue(Document const& document, ScanError const& error) {
    return document.issue_at(
        error.region, {}, error.problem, error.reason, error.suggestion);
}

}  // namespace detail

SourceText::SourceText(std::string given_name, std::string_view text)
    : name(std::move(given_name))
    , lines(detail::split_lines(text)) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].size() <= long_line) {
            continue;
        }
        std::size_t characters = 0;
        for (std::size_t byte = 0; byte < lines[i].size(); ++byte) {
            if (begins_character(lines[i][byte]) && characters++ % mark_distance == 0) {
                marks[i].push_back(byte);
            }
        }
    }
}

std::size_t SourceText::byte_at(std::size_t line, std::size_t column) const {
    std::string_view const text = lines.at(line);
    std::size_t left = std::max<std::size_t>(column, 1) - 1;  // characters to skip
    std::size_t byte = 0;
    if (auto const found = marks.find(line);
        found != marks.end() && !found->second.empty()) {
        auto const mark = std::min(left / mark_distance, found->second.size() - 1);
        byte = found->second[mark];
        left -= mark * mark_distance;
    }
    while (left > 0 && byte < text.size()) {
        do {
            ++byte;
        } while (byte < text.size() && !begins_character(text[byte]));
        --left;
    }
    return byte;
}

void Document::add_source(SourceText source) {
    newest_[source.name] = sources.size();
    sources.push_back(std::move(source));
}

std::size_t Document::source_index(toml::source_region const& region) const {
    auto const found = region.path ? newest_.find(*region.path) : newest_.end();
    return found == newest_.end() ? 0 : found->second;
}

SourcePlace Document::place_at(toml::source_region const& region) const {
    if (sources.empty() || !region.begin) {
        return {.file = name};
    }
    return {sources[source_index(region)].name,
            static_cast<int>(region.begin.line),
            static_cast<int>(region.begin.column)};
}

std::string_view Document::line_from(toml::source_region const& region) const {
    if (sources.empty() || !region.begin) {
        return {};
    }
    SourceText const& text = sources[source_index(region)];
    std::size_t const line = region.begin.line - 1;
    if (line >= text.lines.size()) {
        return {};
    }
    return std::string_view(text.lines[line])
        .substr(text.byte_at(line, region.begin.column));
}

ConfigIssue Document::issue_at(toml::source_region const& region,
                               std::string key,
                               std::string problem,
                               std::string reason,
                               std::string suggestion) const {
    ConfigIssue issue{.place = place_at(region),
                      .key = std::move(key),
                      .problem = std::move(problem),
                      .reason = std::move(reason),
                      .suggestion = std::move(suggestion),
                      .source_line = {}};
    if (issue.place.line == 0) {
        return issue;
    }
    SourceText const& text = sources[source_index(region)];
    std::size_t const line = region.begin.line - 1;
    if (line < text.lines.size() && !text.marks.contains(line)) {
        issue.source_line = text.lines[line];
    } else if (line < text.lines.size()) {  // what can be seen around the caret
        std::size_t const column = region.begin.column;
        std::size_t const first = column > around_caret ? column - around_caret : 1;
        auto const begin = text.byte_at(line, first);
        auto const end = text.byte_at(line, column + around_caret);
        issue.source_line = text.lines[line].substr(begin, end - begin);
        issue.source_column = static_cast<int>(first);
    }
    bool const one_line = region.end.line == region.begin.line;
    if (one_line && region.end.column > region.begin.column) {
        issue.caret_width = static_cast<int>(region.end.column - region.begin.column);
    } else if (region.end.line > region.begin.line) {
        issue.caret_width = std::max(1,
                                     issue.source_column - 1
                                         + detail::count_code_points(issue.source_line)
                                         - issue.place.column + 1);
    }
    return issue;
}

Document parse_document(std::string_view text, std::string const& name) {
    Document document;
    document.name = name;
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        refuse(name, "the file is empty");
    }
    refuse_if_too_large(name, text.size());
    document.add_source({name, text});
    try {
        document.root = detail::parse_toml(text, name);
    } catch (toml::parse_error const& error) {
        throw ConfigError(detail::syntax_issue(document, error));
    } catch (detail::ScanError const& error) {
        throw ConfigError(detail::syntax_issue(document, error));
    }
    return document;
}

Document load_document(std::string const& path, FileKind kind) {
    return parse_document(read_file(path, kind), path);
}

}  // namespace leadtime::text
