// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/config_error.hpp"

#include "hwprofiles/display_text.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <tuple>
#include <utility>

namespace leadtime::hw {
namespace {

constexpr int max_line_width = 120;  // terminal columns, as DuckDB prints

std::string headline(ConfigIssue const& issue) {
    SourcePlace const& place = issue.place;
    std::string text;
    if (!place.file.empty()) {
        text += escape_controls(place.file) + ":";
    }
    if (place.line > 0) {
        text += fmt::format("{}:{}:", place.line, place.column);
    }
    text += text.empty() ? "error: " : " error: ";
    text += escape_controls(issue.problem);
    if (!issue.reason.empty()) {
        text += fmt::format(" ({})", escape_controls(issue.reason));
    }
    return text;
}

std::string caret_block(ConfigIssue const& issue) {
    auto const window = window_around(
        issue.source_line, issue.place.column, issue.caret_width, max_line_width);
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
        block += " " + escape_controls(issue.suggestion);
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
    return headline(issue) + "; " + escape_controls(issue.suggestion);
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

void IssueList::add(ConfigError const& error) {
    issues_.insert(issues_.end(), error.issues().begin(), error.issues().end());
}

void IssueList::throw_if_any() const {
    if (issues_.empty()) {
        return;
    }
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
    throw ConfigError(std::move(sorted));
}

}  // namespace leadtime::hw
