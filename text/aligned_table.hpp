// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::text {

/// Terminal columns of a UTF-8 text.
std::size_t display_width(std::string_view text);

/// Columns of text under two lines of headings. Columns that stay empty are left out.
class TextTable {
  public:
    enum class Align { left, right };

    /// `group` is the heading above; neighbours with the same group share it, and two
    /// spaces part a group from the one before.
    void add_column(std::string group, std::string heading, Align align = Align::right);
    /// A line of its own above the rows that follow.
    void add_section(std::string title);
    void add_row(std::vector<std::string> cells);

    bool empty() const { return rows_.empty(); }

    /// Headings and section titles are bold where `colour` is set. No trailing spaces.
    std::string render(bool colour) const;

  private:
    struct Column {
        std::string group;
        std::string heading;
        Align align;
    };
    struct Line {
        std::string section;
        std::vector<std::string> cells;
    };
    std::vector<Column> columns_;
    std::vector<Line> rows_;
};

/// `text` between the escape codes for bold, or as it is.
std::string bold(std::string const& text, bool colour);

}  // namespace leadtime::text
