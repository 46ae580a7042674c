// SPDX-License-Identifier: Apache-2.0
#include "text/aligned_table.hpp"

#include "text/display_text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace leadtime::text {
namespace {

std::string padded(std::string const& text, std::size_t width, TextTable::Align align) {
    auto const space = std::string(width - std::min(width, display_width(text)), ' ');
    return align == TextTable::Align::left ? text + space : space + text;
}

void end_line(std::string& line) {
    line.erase(line.find_last_not_of(' ') + 1);
}

}  // namespace

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(display_width(text));
}

std::string bold(std::string const& text, bool colour) {
    return colour && !text.empty() ? "\033[1m" + text + "\033[0m" : text;
}

void TextTable::add_column(std::string group, std::string heading, Align align) {
    columns_.push_back({std::move(group), std::move(heading), align});
}

void TextTable::add_section(std::string title) {
    rows_.push_back({std::move(title), {}});
}

void TextTable::add_row(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    rows_.push_back({"", std::move(cells)});
}

std::string TextTable::render(bool colour) const {
    struct Shown {
        std::size_t column;
        std::size_t width;
        std::size_t gap;
    };
    std::vector<Shown> shown;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = 0;
        for (auto const& row : rows_) {
            width =
                std::max(width, row.cells.empty() ? 0 : display_width(row.cells[i]));
        }
        if (width == 0) {
            continue;
        }
        width = std::max(width, display_width(columns_[i].heading));
        auto const same_group =
            !shown.empty() && columns_[shown.back().column].group == columns_[i].group;
        shown.push_back({i, width, shown.empty() ? 0U : same_group ? 1U : 2U});
    }

    std::string groups;
    for (std::size_t i = 0; i < shown.size();) {
        auto const& group = columns_[shown[i].column].group;
        auto const first = i;
        std::size_t width = 0;
        auto end = i;
        for (; end < shown.size() && columns_[shown[end].column].group == group;
             ++end) {
            width += shown[end].width + (end > first ? shown[end].gap : 0);
        }
        if (display_width(group) > width) {  // widen the first column of the group
            shown[first].width += display_width(group) - width;
            width = display_width(group);
        }
        auto const left = (width - display_width(group)) / 2;
        groups += std::string(shown[first].gap + left, ' ') + group
                  + std::string(width - display_width(group) - left, ' ');
        i = end;
    }
    end_line(groups);

    auto const line = [&](auto const& cell_of) {
        std::string text;
        for (auto const& [column, width, gap] : shown) {
            text += std::string(gap, ' ')
                    + padded(cell_of(column), width, columns_[column].align);
        }
        end_line(text);
        return text;
    };
    auto const headings = line([&](std::size_t i) { return columns_[i].heading; });
    std::string text;
    if (!groups.empty()) {
        text += bold(groups, colour) + '\n';
    }
    text += bold(headings, colour) + '\n';
    for (auto const& row : rows_) {
        text += row.cells.empty() ? bold(row.section, colour)
                                  : line([&](std::size_t i) { return row.cells[i]; });
        text += '\n';
    }
    return text;
}

}  // namespace leadtime::text
