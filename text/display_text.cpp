// SPDX-License-Identifier: Apache-2.0
#include "text/display_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <utf8proc.h>

namespace leadtime::text {
namespace {

struct Decoded {
    std::uint32_t code_point;
    std::size_t bytes;
    bool valid;
};

/// The first code point, or the first byte where it is not UTF-8: too long a form, half
/// of a pair of UTF-16, beyond Unicode. Some terminals would decode those all the same.
Decoded decode(std::string_view text) {
    utf8proc_int32_t code = 0;
    auto const bytes =
        utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()),
                         &code);
    if (bytes <= 0) {
        return {static_cast<unsigned char>(text[0]), 1, false};
    }
    return {static_cast<std::uint32_t>(code), static_cast<std::size_t>(bytes), true};
}

/// What a terminal acts upon, or shows nothing of: controls, formats (bidirectional
/// marks, joiners, tags), line separators, what Unicode lets programs ignore (but for
/// marks that change the character before them), and what utf8proc's Unicode does not
/// know: of unknown width, and perhaps one of those.
bool is_control(std::uint32_t code) {
    auto const point = static_cast<utf8proc_int32_t>(code);
    auto const category = utf8proc_category(point);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF
           || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP
           || category == UTF8PROC_CATEGORY_CN
           || (utf8proc_get_property(point)->ignorable
               && category != UTF8PROC_CATEGORY_MN);
}

DisplayCell make_cell(std::string_view bytes, Decoded decoded) {
    std::uint32_t const code = decoded.code_point;
    if (!decoded.valid) {
        return {fmt::format("\\x{:02x}", code), 4};
    }
    if (code == '\t') {
        return {" ", 1};
    }
    if (is_control(code)) {
        std::string escape = code < 0x100     ? fmt::format("\\x{:02x}", code)
                             : code < 0x10000 ? fmt::format("\\u{:04x}", code)
                                              : fmt::format("\\U{:08x}", code);
        int const width = static_cast<int>(escape.size());
        return {std::move(escape), width};
    }
    return {std::string(bytes),
            utf8proc_charwidth(static_cast<utf8proc_int32_t>(code))};
}

/// Length of a sequence at the start of `text` that sets colour or weight, as our
/// tables use them; 0 where there is none.
std::size_t style_length(std::string_view text) {
    if (!text.starts_with("\033[")) {
        return 0;
    }
    auto const end = text.find_first_not_of("0123456789;", 2);
    return end != text.npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

std::vector<DisplayCell> display_cells(std::string_view text) {
    std::vector<DisplayCell> cells;
    cells.reserve(text.size());
    while (!text.empty()) {
        Decoded const decoded = decode(text);
        cells.push_back(make_cell(text.substr(0, decoded.bytes), decoded));
        text.remove_prefix(decoded.bytes);
    }
    return cells;
}

std::string escape_controls(std::string_view text) {
    std::string result;
    for (auto const& cell : display_cells(text)) {
        result += cell.text;
    }
    return result;
}

std::string escape_terminal(std::string_view text, Styles styles) {
    std::string result;
    while (!text.empty()) {
        auto const end = std::min(text.find_first_of("\n\033"), text.size());
        result += escape_controls(text.substr(0, end));
        text.remove_prefix(end);
        if (text.empty()) {
            break;
        }
        auto const length = text.front() == '\n'     ? 1
                            : styles == Styles::kept ? style_length(text)
                                                     : 0;
        result += length > 0 ? std::string(text.substr(0, length)) : "\\x1b";
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

std::string escape_json(std::string_view json) {
    std::string result;
    while (!json.empty()) {
        Decoded const decoded = decode(json);
        auto const code = decoded.code_point;
        bool const is_layout = code == '\n' || code == '\t' || code == '\r';
        if (!decoded.valid || is_layout || !is_control(code)) {
            result += json.substr(0, decoded.bytes);
        } else if (code < 0x10000) {
            result += fmt::format("\\u{:04x}", code);
        } else {  // a pair of UTF-16
            result += fmt::format("\\u{:04x}\\u{:04x}",
                                  0xd800 + ((code - 0x10000) >> 10),
                                  0xdc00 + ((code - 0x10000) & 0x3ff));
        }
        json.remove_prefix(decoded.bytes);
    }
    return result;
}

int display_width(std::string_view text) {
    int width = 0;
    for (auto const& cell : display_cells(text)) {
        width += cell.width;
    }
    return width;
}

DisplayWindow
window_around(std::string_view line, int column, int width, int max_width) {
    auto const cells = display_cells(line);
    auto const count = cells.size();
    auto const mark =
        std::min(static_cast<std::size_t>(std::max(column, 1) - 1), count);
    auto const mark_end =
        std::min(mark + static_cast<std::size_t>(std::max(width, 1)), count);

    int total = 0;
    for (auto const& cell : cells) {
        total += cell.width;
    }
    std::size_t first = 0;
    std::size_t last = count;
    if (total > max_width) {
        // Grow a window from the mark, rightwards over the mark first, then both ways.
        int room = max_width - 6;  // two "..."
        first = last = mark;
        auto const take_right = [&](std::size_t limit) {
            if (last >= limit || cells[last].width > room) {
                return false;
            }
            room -= cells[last++].width;
            return true;
        };
        auto const take_left = [&] {
            if (first == 0 || cells[first - 1].width > room) {
                return false;
            }
            room -= cells[--first].width;
            return true;
        };
        while (take_right(mark_end)) {
        }
        for (bool grew = true; grew;) {
            bool const left = take_left();
            bool const right = take_right(count);
            grew = left || right;
        }
    }
    DisplayWindow window{first > 0 ? "..." : "", first > 0 ? 3 : 0, 0};
    for (std::size_t i = first; i < last; ++i) {
        window.text += cells[i].text;
        if (i < mark) {
            window.mark_offset += cells[i].width;
        } else if (i < mark_end) {
            window.mark_width += cells[i].width;
        }
    }
    if (last < count) {
        window.text += "...";
    }
    window.mark_width = std::max(window.mark_width, 1);
    return window;
}

}  // namespace leadtime::text
