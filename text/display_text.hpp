// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadtime::text {

/// One code point of a line as a terminal shows it.
struct DisplayCell {
    std::string text;  ///< what is printed: the character, or its escape
    int width;         ///< terminal columns it takes: 0, 1, 2, or the escape's length
};

/// Splits UTF-8 text into printable cells. Control characters, bidirectional marks and
/// invalid bytes become escapes such as `\x1b` or `\u202e`; a tab becomes a space.
std::vector<DisplayCell> display_cells(std::string_view text);

/// The text with everything a terminal could act upon escaped. A line feed is escaped
/// too.
std::string escape_controls(std::string_view text);

enum class Styles { kept, escaped };

/// The same for the lines of a whole output: line feeds stay, and where they are `kept`
/// the sequences for bold and coloured text. The last thing before a terminal, whatever
/// was quoted.
std::string escape_terminal(std::string_view text, Styles styles = Styles::escaped);

/// The same JSON with what a terminal could act upon written as `\u....`, which inside
/// its strings, where alone it stands, means the same.
std::string escape_json(std::string_view json);

/// Terminal columns of a text with its escapes.
int display_width(std::string_view text);

/// A source line cut to a window, and where a marked range lies in it.
struct DisplayWindow {
    std::string text;
    int mark_offset;  ///< terminal columns before the mark
    int mark_width;   ///< terminal columns of the mark, at least 1
};

/// Cuts `line` to at most `max_width` terminal columns around `column` (1-based, in
/// code points); cut ends are shown as "...". `width` is the length of the mark in code
/// points.
DisplayWindow
window_around(std::string_view line, int column, int width, int max_width);

}  // namespace leadtime::text
