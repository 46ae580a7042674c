// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/toml_document.hpp"

#include "hwprofiles/detail/toml_text.hpp"

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

namespace leadtime::hw {
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

std::string read_file(std::string const& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    auto const status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        refuse(path, "file not found");
    }
    if (fs::is_directory(status)) {
        refuse(path, "this is a directory", "expected a TOML file");
    }
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

// toml++ 3.3 nests one table a dot without a limit and would exhaust the stack on the
// way back. One key of a thousand parts is never meant.
constexpr int max_key_parts = 1000;

void refuse_endless_keys(std::string_view text, Document const& document) {
    int dots = 0;
    toml::source_index line = 1;
    for (char const c : text) {
        if (c == '.' && ++dots > max_key_parts) {
            throw ConfigError(document.issue_at(
                {{line, 1}, {line, 2}, nullptr},
                {},
                fmt::format("more than {} dots in a row of key parts", max_key_parts)));
        }
        if (std::string_view(",=[]{}\n").find(c) != std::string_view::npos) {
            dots = 0;
        }
        if (c == '\n') {
            ++line;
        }
    }
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

}  // namespace detail

std::size_t Document::source_index(toml::source_region const& region) const {
    if (region.path) {
        // The latest first: the same override may be given twice.
        for (std::size_t i = sources.size(); i-- > 0;) {
            if (sources[i].name == *region.path) {
                return i;
            }
        }
    }
    return 0;
}

ConfigIssue Document::issue_at(toml::source_region const& region,
                               std::string key,
                               std::string problem,
                               std::string reason,
                               std::string suggestion) const {
    ConfigIssue issue{.place = {.file = name},
                      .key = std::move(key),
                      .problem = std::move(problem),
                      .reason = std::move(reason),
                      .suggestion = std::move(suggestion),
                      .source_line = {}};
    if (sources.empty() || !region.begin) {
        return issue;
    }
    SourceText const& text = sources[source_index(region)];
    issue.place = {text.name,
                   static_cast<int>(region.begin.line),
                   static_cast<int>(region.begin.column)};
    if (region.begin.line <= text.lines.size()) {
        issue.source_line = text.lines[region.begin.line - 1];
    }
    bool const one_line = region.end.line == region.begin.line;
    if (one_line && region.end.column > region.begin.column) {
        issue.caret_width = static_cast<int>(region.end.column - region.begin.column);
    } else if (region.end.line > region.begin.line) {
        issue.caret_width = std::max(
            1, detail::count_code_points(issue.source_line) - issue.place.column + 1);
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
    document.sources.push_back({name, detail::split_lines(text)});
    refuse_endless_keys(text, document);
    try {
        document.root = toml::parse(text, std::string(name));
    } catch (toml::parse_error const& error) {
        throw ConfigError(detail::syntax_issue(document, error));
    }
    return document;
}

Document load_document(std::string const& path) {
    return parse_document(read_file(path), path);
}

}  // namespace leadtime::hw
