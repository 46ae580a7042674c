// SPDX-License-Identifier: Apache-2.0
#include "text/toml_scan.hpp"

#include "text/toml_text.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace leadtime::text::detail {
namespace {

bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || c == '_' || c == '-';
}

bool is_outside_ascii(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

/// Reads the shape of a text: where keys, tables and arrays are. It follows TOML's
/// grammar as long as the text does; at the first thing that does not fit it stops, and
/// toml++, which must find the same, is given the text up to the end of that line.
class Scanner {
  public:
    Scanner(std::string_view text, std::string const& name)
        : text_(text)
        , name_(name) {}

    /// How many bytes fit.
    std::size_t run() {
        if (text_.starts_with("\xef\xbb\xbf")) {
            at_ = 3;
        }
        while (is_good_ && !at_end()) {
            skip_blank_lines();
            if (at_end()) {
                break;
            }
            if (peek() == '[') {
                header();
            } else {
                pair(header_levels_);
            }
            end_of_line();
        }
        return at_;
    }

    toml::source_region region(std::size_t begin, std::size_t end) const {
        auto const before = text_.substr(0, begin);
        auto const line = std::count(before.begin(), before.end(), '\n') + 1;
        auto const line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
        auto const column =
            count_code_points(text_.substr(line_begin, begin - line_begin));
        auto const width = count_code_points(text_.substr(begin, end - begin));
        auto const index = [](auto n) { return static_cast<toml::source_index>(n); };
        return {{index(line), index(column + 1)},
                {index(line), index(column + 1 + std::max(width, 1))},
                std::make_shared<std::string const>(name_)};
    }

  private:
    std::string_view text_;
    std::string const& name_;
    std::size_t at_ = 0;
    bool is_good_ = true;
    int header_levels_ = 0;
    std::size_t dotted_keys_ = 0;

    /// An open table or array of a value, and how deep it lies.
    struct Open {
        bool is_table;
        int levels;
    };

    bool at_end() const { return at_ >= text_.size(); }
    char peek() const { return text_[at_]; }
    bool is(char c) const { return !at_end() && peek() == c; }
    bool takes(char c) {
        bool const found = is(c);
        at_ += found ? 1 : 0;
        return found;
    }
    void stop() { is_good_ = false; }

    [[noreturn]] void refuse(std::size_t begin,
                             std::size_t end,
                             std::string problem,
                             std::string reason,
                             std::string suggestion = {}) const {
        throw ScanError{region(begin, end),
                        std::move(problem),
                        std::move(reason),
                        std::move(suggestion)};
    }

    void skip_spaces() {
        while (is(' ') || is('\t')) {
            ++at_;
        }
    }

    void skip_comment() {
        if (is('#')) {
            at_ = std::min(text_.find('\n', at_), text_.size());
        }
    }

    bool takes_line_end() {
        if (at_ + 1 < text_.size() && peek() == '\r' && text_[at_ + 1] == '\n') {
            ++at_;
        }
        return takes('\n');
    }

    void skip_blank_lines() {
        do {
            skip_spaces();
            skip_comment();
        } while (takes_line_end());
    }

    void end_of_line() {
        if (!is_good_) {
            return;
        }
        skip_spaces();
        skip_comment();
        if (!at_end() && !takes_line_end()) {
            stop();
        }
    }

    void check_levels(int levels, std::size_t begin) const {
        if (levels > most_levels) {
            refuse(
                begin,
                begin + 1,
                "this is nested too deeply",
                fmt::format("at most {} tables, arrays and parts of keys inside each "
                            "other",
                            most_levels));
        }
    }

    void count_dotted(std::size_t begin) {
        if (++dotted_keys_ > most_dotted_keys) {
            refuse(begin,
                   begin + 1,
                   "the file has too many tables",
                   fmt::format("at most {} headers and dotted keys", most_dotted_keys));
        }
    }

    void header() {
        auto const begin = at_;
        ++at_;
        bool const is_array = takes('[');
        skip_spaces();
        int const parts = key(0);
        if (!is_good_ || !takes(']') || (is_array && !takes(']'))) {
            return stop();
        }
        header_levels_ = parts * 2;  // each may be an array of tables
        check_levels(header_levels_, begin);
        count_dotted(begin);
    }

    /// A key, and spaces after it: the number of its parts. `levels` lie above it.
    int key(int levels) {
        int parts = 0;
        do {
            skip_spaces();
            auto const begin = at_;
            if (is('"') || is('\'')) {
                quoted(peek());
            } else {
                bare();
            }
            if (!is_good_) {
                return parts;
            }
            check_levels(levels + ++parts, begin);
            skip_spaces();
        } while (takes('.'));
        return parts;
    }

    void bare() {
        auto const begin = at_;
        while (!at_end() && is_bare(peek())) {
            ++at_;
        }
        if (!at_end() && is_outside_ascii(peek())) {
            refuse_letters(begin);
        }
        if (at_ == begin) {
            stop();
        }
    }

    void refuse_letters(std::size_t begin) {
        if (!is_valid_letter()) {
            return stop();  // toml++ says what is wrong with the byte
        }
        while (!at_end() && (is_bare(peek()) || is_outside_ascii(peek()))) {
            ++at_;
        }
        auto const key = text_.substr(begin, at_ - begin);
        bool const is_long = key.size() > 80;
        refuse(begin,
               at_,
               is_long ? "this key needs quotes"
                       : fmt::format("the key {} needs quotes", key),
               "without them a key has letters from a to z, digits, _ and - only",
               is_long ? "" : fmt::format("write \"{}\"", key));
    }

    /// Whether UTF-8 says so of the bytes here.
    bool is_valid_letter() const {
        auto const lead = static_cast<unsigned char>(peek());
        std::size_t const bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || at_ + bytes > text_.size()) {
            return false;
        }
        std::uint32_t value = lead & (0x7fu >> bytes);
        for (std::size_t i = 1; i < bytes; ++i) {
            auto const next = static_cast<unsigned char>(text_[at_ + i]);
            if ((next & 0xc0) != 0x80) {
                return false;
            }
            value = (value << 6) | (next & 0x3fu);
        }
        bool const is_overlong = value < (bytes == 4   ? 0x10000u
                                          : bytes == 3 ? 0x800u
                                                       : 0x80u);
        return !is_overlong && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    }

    /// A string in one line.
    void quoted(char quote) {
        for (++at_; !at_end() && peek() != '\n'; ++at_) {
            if (takes(quote)) {
                return;
            }
            if (quote == '"' && peek() == '\\') {
                ++at_;
                if (at_end() || peek() == '\n') {
                    break;
                }
            }
        }
        stop();
    }

    /// A string in three quotes; two more may stand right before its end.
    void long_string(char quote) {
        std::string const end(3, quote);
        for (at_ += 3; !at_end(); ++at_) {
            if (text_.substr(at_).starts_with(end)) {
                at_ += 3;
                static_cast<void>(takes(quote) && takes(quote));
                return;
            }
            if (quote == '"' && peek() == '\\') {
                ++at_;
            }
        }
        stop();
    }

    /// A number, date or word.
    void word() {
        auto const begin = at_;
        auto const is_one_of = [&](std::string_view list) {
            return list.find(peek()) != std::string_view::npos;
        };
        while (!at_end() && !is_one_of(",]}#\n\r")) {
            if (is_one_of("\"'={[")) {
                return stop();
            }
            if (is_outside_ascii(peek())) {
                if (!is_valid_letter()) {
                    return stop();
                }
                while (!at_end() && !is_one_of(",]}#\n\r")) {
                    ++at_;
                }
                refuse(begin,
                       at_,
                       "this value needs quotes",
                       "it is neither a number nor a date");
            }
            ++at_;
        }
        if (at_ == begin) {
            stop();
        }
    }

    /// `key = value`, the value with all that lies in it.
    void pair(int levels) {
        std::vector<Open> open;
        begin_pair(levels, open);
        while (is_good_ && !open.empty()) {
            auto const& inner = open.back();
            inner.is_table ? skip_spaces() : skip_blank_lines();
            if (takes(inner.is_table ? '}' : ']')) {
                open.pop_back();
                after_value(open);
            } else if (at_end()) {
                stop();
            } else if (inner.is_table) {
                begin_pair(inner.levels, open);
            } else {
                begin_value(inner.levels, open);
            }
        }
    }

    /// A comma, or the end of what it stands in (taken by pair()).
    void after_value(std::vector<Open> const& open) {
        if (open.empty() || !is_good_) {
            return;
        }
        open.back().is_table ? skip_spaces() : skip_blank_lines();
        if (!takes(',') && !is(open.back().is_table ? '}' : ']')) {
            stop();
        }
    }

    void begin_pair(int levels, std::vector<Open>& open) {
        auto const begin = at_;
        int const parts = key(levels);
        if (!is_good_ || !takes('=')) {
            return stop();
        }
        if (parts > 1) {
            count_dotted(begin);
        }
        skip_spaces();
        begin_value(levels + parts, open);
    }

    void begin_value(int levels, std::vector<Open>& open) {
        auto const begin = at_;
        if (is('{') || is('[')) {
            check_levels(levels + 1, begin);
            open.push_back({peek() == '{', levels + 1});
            ++at_;
            return;
        }
        if (is('"') || is('\'')) {
            bool const is_long = text_.substr(at_).starts_with(std::string(3, peek()));
            is_long ? long_string(peek()) : quoted(peek());
        } else {
            word();
        }
        after_value(open);
    }
};

}  // namespace

toml::table parse_toml(std::string_view text, std::string const& name) {
    Scanner scanner(text, name);
    auto const end = scanner.run();
    if (end >= text.size()) {
        return toml::parse(text, name);
    }
    auto const line_end = std::min(text.find('\n', end), text.size() - 1) + 1;
    static_cast<void>(toml::parse(text.substr(0, line_end), name));
    throw ScanError{scanner.region(end, end + 1), "this is not TOML", {}, {}};
}

}  // namespace leadtime::text::detail
