// SPDX-License-Identifier: Apache-2.0
#include "hwprofiles/display_text.hpp"

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
