// SPDX-License-Identifier: Apache-2.0
#include "text/display_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>

namespace leadtime::hw {
namespace {

struct Decoded {
    std::uint32_t code_point;
    std::size_t bytes;
    bool valid;
};

Decoded decode(std::string_view text) {
    auto const lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) {
        return {lead, 1, true};
    }
    std::size_t const bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) {
        return {lead, 1, false};
    }
    std::uint32_t value = lead & (0x7fu >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        auto const next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0) != 0x80) {
            return {lead, 1, false};
        }
        value = (value << 6) | (next & 0x3fu);
    }
    // Longer than needed, half of a pair of UTF-16, or beyond Unicode: some terminals
    // would decode it all the same.
    constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[bytes] || (value >= 0xd800 && value <= 0xdfff)
        || value > 0x10ffff) {
        return {lead, 1, false};
    }
    return {value, bytes, true};
}

struct CodeRange {
    std::uint32_t first, last;
};

template <std::size_t N>
bool within(std::array<CodeRange, N> const& ranges, std::uint32_t c) {
    return std::any_of(ranges.begin(), ranges.end(), [c](CodeRange range) {
        return c >= range.first && c <= range.last;
    });
}

// Unicode 15: C0/C1 controls, line separators, bidirectional marks, byte order mark,
// tags.
constexpr std::array<CodeRange, 9> control_ranges{{{0x00, 0x1f},
                                                   {0x7f, 0x9f},
                                                   {0x61c, 0x61c},
                                                   {0x200b, 0x200f},
                                                   {0x2028, 0x202e},
                                                   {0x2060, 0x206f},
                                                   {0xfeff, 0xfeff},
                                                   {0xfff9, 0xfffb},
                                                   {0xe0000, 0xe007f}}};
// Unicode 15: the common combining blocks.
constexpr std::array<CodeRange, 6> zero_width_ranges{{{0x300, 0x36f},
                                                      {0x483, 0x489},
                                                      {0x1ab0, 0x1aff},
                                                      {0x1dc0, 0x1dff},
                                                      {0x20d0, 0x20ff},
                                                      {0xfe00, 0xfe0f}}};
// Unicode 15 East Asian Width W and F, in blocks.
constexpr std::array<CodeRange, 9> wide_ranges{{{0x1100, 0x115f},
                                                {0x2e80, 0x303e},
                                                {0x3041, 0xa4cf},
                                                {0xac00, 0xd7a3},
                                                {0xf900, 0xfaff},
                                                {0xfe30, 0xfe6f},
                                                {0xff00, 0xff60},
                                                {0x1f300, 0x1faff},
                                                {0x20000, 0x3fffd}}};

DisplayCell make_cell(std::string_view bytes, Decoded decoded) {
    std::uint32_t const code = decoded.code_point;
    if (!decoded.valid) {
        return {fmt::format("\\x{:02x}", code), 4};
    }
    if (code == '\t') {
        return {" ", 1};
    }
    if (within(control_ranges, code)) {
        std::string escape = code < 0x100     ? fmt::format("\\x{:02x}", code)
                             : code < 0x10000 ? fmt::format("\\u{:04x}", code)
                                              : fmt::format("\\U{:08x}", code);
        int const width = static_cast<int>(escape.size());
        return {std::move(escape), width};
    }
    int const width = within(zero_width_ranges, code) ? 0
                      : within(wide_ranges, code)     ? 2
                                                      : 1;
    return {std::string(bytes), width};
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
        if (!decoded.valid || is_layout || !within(control_ranges, code)) {
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

}  // namespace leadtime::hw
