// SPDX-License-Identifier: Apache-2.0
#include "text/config_error.hpp"

#include "text/display_text.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace leadtime::text {
namespace {

constexpr int max_line_width = 120;         // terminal columns, as DuckDB prints
constexpr std::size_t longest_part = 2000;  // bytes of a problem that quotes a name

std::string part(std::string_view text) {
    if (text.size() <= longest_part) {
        return escape_controls(text);
    }
    auto end = longest_part;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
        --end;
    }
    return escape_controls(text.substr(0, end)) + "...";
}

std::string headline(ConfigIssue const& issue) {
    SourcePlace const& place = issue.place;
    std::string text;
    if (!place.file.empty()) {
        text += part(place.file) + ":";
    }
    if (place.line > 0) {
        text += fmt::format("{}:{}:", place.line, place.column);
    }
    text += text.empty() ? "error: " : " error: ";
    text += part(issue.problem);
    if (!issue.reason.empty()) {
        text += fmt::format(" ({})", part(issue.reason));
    }
    return text;
}

std::string caret_block(ConfigIssue const& issue) {
    auto window = window_around(issue.source_line,
                                issue.place.column - issue.source_column + 1,
                                issue.caret_width,
                                max_line_width);
    if (issue.source_column > 1 && !window.text.starts_with("...")) {
        window.text.insert(0, "...");
        window.mark_offset += 3;
    }
    std::string const number = fmt::format(" {} ", issue.place.line);
    std::string block = fmt::format("\n{}| {}\n{:{}}| {:{}}^{:~<{}}",
                                    number,
                                    window.text,
                                    "",
                                    number.size(),
                                    "",
                                    window.mark_offset,
                                    "",
                                    window.mark_width - 1);
    if (!issue.suggestion.empty()) {
        block += " " + part(issue.suggestion);
    }
    return block;
}

}  // namespace

std::string format(ConfigIssue const& issue) {
    if (issue.place.line > 0 && !issue.source_line.empty()) {
        return headline(issue) + caret_block(issue);
    }
    if (issue.suggestion.empty()) {
        return headline(issue);
    }
    return headline(issue) + "; " + part(issue.suggestion);
}

ConfigError::ConfigError(ConfigIssue issue)
    : ConfigError(std::vector<ConfigIssue>{std::move(issue)}) {}

ConfigError::ConfigError(std::vector<ConfigIssue> issues)
    : issues_(std::move(issues)) {
    for (auto const& issue : issues_) {
        if (!text_.empty()) {
            text_ += '\n';
        }
        text_ += format(issue);
    }
}

void IssueList::add(ConfigIssue issue) {
    issues_.push_back(std::move(issue));
    throw_if_full();
}

void IssueList::add(ConfigError const& error) {
    issues_.insert(issues_.end(), error.issues().begin(), error.issues().end());
    throw_if_full();
}

void IssueList::throw_if_full() {
    if (issues_.size() < most_issues) {
        return;
    }
    issues_.resize(most_issues);
    auto all = sorted();
    ConfigIssue last;
    last.place.file = all.back().place.file;
    last.problem = fmt::format("reading ends here, after {} errors", most_issues);
    all.push_back(std::move(last));
    throw ConfigError(std::move(all));
}

void IssueList::throw_if_any() const {
    if (!issues_.empty()) {
        throw ConfigError(sorted());
    }
}

std::vector<ConfigIssue> IssueList::sorted() const {
    std::map<std::string, std::size_t> file_order;
    for (auto const& issue : issues_) {
        file_order.emplace(issue.place.file, file_order.size());
    }
    auto sorted = issues_;
    std::stable_sort(sorted.begin(), sorted.end(), [&](auto const& a, auto const& b) {
        auto const rank = [&](ConfigIssue const& issue) {
            return std::tuple(
                file_order.at(issue.place.file), issue.place.line, issue.place.column);
        };
        return rank(a) < rank(b);
    });
    return sorted;
}

}  // namespace leadtime::text
