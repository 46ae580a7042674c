// SPDX-License-Identifier: Apache-2.0
#include "estimator/formulas/tokens.hpp"

#include "estimator/formulas/formula.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace leadtime::estimator::detail {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_word_part(char c) {
    return is_letter(c) || is_digit(c) || c == '.';
}

std::size_t code_point_length(std::string_view text, std::size_t offset) {
    std::size_t length = 1;
    while (offset + length < text.size()
           && (static_cast<unsigned char>(text[offset + length]) & 0xC0U) == 0x80U) {
        ++length;
    }
    return length;
}

double suffix_factor(char c) {
    switch (c) {
    case 'k':
        return 1e3;
    case 'M':
        return 1e6;
    case 'G':
    case 'B':
        return 1e9;
    case 'T':
        return 1e12;
    default:
        return 0.0;
    }
}

// Of samples, which are in single precision.
constexpr double largest_number = std::numeric_limits<float>::max();
constexpr double smallest_number = std::numeric_limits<float>::min();

Token read_number(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    std::string digits;
    auto const take = [&] { digits += text[end++]; };
    auto const take_digits = [&] {
        while (end < text.size()
               && (is_digit(text[end])
                   || (text[end] == '_' && end + 1 < text.size()
                       && is_digit(text[end + 1])))) {
            if (text[end] == '_') {
                ++end;
            } else {
                take();
            }
        }
    };
    take_digits();
    if (end < text.size() && text[end] == '.') {
        take();
        take_digits();
    }
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
        std::size_t const sign =
            end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-');
        if (end + 1 + sign < text.size() && is_digit(text[end + 1 + sign])) {
            for (std::size_t i = 0; i < 1 + sign; ++i) {
                take();
            }
            take_digits();
        }
    }
    double factor = 1.0;
    if (end < text.size() && suffix_factor(text[end]) != 0.0) {
        factor = suffix_factor(text[end++]);
    }

    std::size_t junk = end;
    while (junk < text.size() && is_word_part(text[junk])) {
        ++junk;
    }
    if (junk > end) {
        throw FormulaError{begin,
                           junk - begin,
                           fmt::format("cannot read the number \"{}\"",
                                       text.substr(begin, junk - begin)),
                           {},
                           "suffixes are k M G B T; names start with a letter"};
    }
    double value = 0.0;
    char const* const first = digits.data();
    char const* const last = digits.data() + digits.size();
    auto const [stop, error] = std::from_chars(first, last, value);
    bool const too_small = error == std::errc::result_out_of_range
                           && digits.find("e-") != std::string::npos;
    double const size = value * factor;
    if (too_small || (size != 0.0 && size < smallest_number)) {
        throw FormulaError{begin,
                           end - begin,
                           fmt::format("the number \"{}\" is out of range",
                                       text.substr(begin, end - begin)),
                           "numbers below 1.2e-38 count as 0",
                           {}};
    }
    if (error != std::errc() || stop != last || size > largest_number) {
        throw FormulaError{begin,
                           end - begin,
                           fmt::format("the number \"{}\" is out of range",
                                       text.substr(begin, end - begin)),
                           {},
                           {}};
    }
    Token token;
    token.kind = TokenKind::number;
    token.text = std::string(text.substr(begin, end - begin));
    token.number = value * factor;
    token.offset = begin;
    token.length = end - begin;
    return token;
}

Token read_date(std::string_view text, std::size_t begin) {
    std::size_t const close = text.find(text[begin], begin + 1);
    if (close == std::string_view::npos) {
        throw FormulaError{begin, 1, "this quote is never closed", {}, {}};
    }
    auto const date = text.substr(begin + 1, close - begin - 1);
    auto const digits = [&](std::size_t from, std::size_t count) {
        int value = 0;
        for (std::size_t i = from; i < from + count; ++i) {
            if (!is_digit(date[i])) {
                return -1;
            }
            value = value * 10 + (date[i] - '0');
        }
        return value;
    };
    bool const shape = date.size() == 7 && date[4] == '-';
    int const year = shape ? digits(0, 4) : -1;
    int const month = shape ? digits(5, 2) : -1;
    if (year < 0 || month < 1 || month > 12) {
        throw FormulaError{begin,
                           close + 1 - begin,
                           fmt::format("cannot read \"{}\" as a month", date),
                           {},
                           "write '2025-06'"};
    }
    Token token;
    token.kind = TokenKind::date;
    token.text = std::string(date);
    token.number = year * 12.0 + month - 1;
    token.offset = begin;
    token.length = close + 1 - begin;
    return token;
}

/// Operators of other languages, and ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> foreign{{
    {"**", "write ^ for a power"},
    {"&&", "write \"and\""},
    {"||", "write \"or\""},
    {"!", "write \"not\""},
    {"=", "write == to compare"},
    {"%", "write 0.05 for 5 %"},
}};

constexpr std::array<std::string_view, 14> symbols{
    "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "^", "(", ")", ","};

Token read_symbol(std::string_view text, std::size_t begin) {
    auto const rest = text.substr(begin);
    if (!rest.starts_with("**")) {
        for (auto const symbol : symbols) {
            if (rest.starts_with(symbol)) {
                return {
                    TokenKind::symbol, std::string(symbol), 0, begin, symbol.size()};
            }
        }
    }
    for (auto const& [symbol, hint] : foreign) {
        if (rest.starts_with(symbol)) {
            throw FormulaError{begin,
                               symbol.size(),
                               fmt::format("\"{}\" is not an operator", symbol),
                               {},
                               std::string(hint)};
        }
    }
    auto const length = code_point_length(text, begin);
    throw FormulaError{
        begin,
        length,
        fmt::format("unexpected character \"{}\"", rest.substr(0, length)),
        {},
        {}};
}

}  // namespace

std::vector<Token> tokenise_formula(std::string_view text) {
    std::vector<Token> tokens;
    std::size_t i = 0;
    while (i < text.size()) {
        char const c = text[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            ++i;
            continue;
        }
        if (is_digit(c) || (c == '.' && i + 1 < text.size() && is_digit(text[i + 1]))) {
            tokens.push_back(read_number(text, i));
        } else if (is_letter(c)) {
            std::size_t end = i;
            while (end < text.size() && is_word_part(text[end])) {
                ++end;
            }
            auto const word = std::string(text.substr(i, end - i));
            tokens.push_back({TokenKind::word, word, 0, i, end - i});
        } else if (c == '"' || c == '\'') {
            tokens.push_back(read_date(text, i));
        } else {
            tokens.push_back(read_symbol(text, i));
        }
        i = tokens.back().offset + tokens.back().length;
    }
    tokens.push_back({TokenKind::end, {}, 0, text.size(), 0});
    return tokens;
}

}  // namespace leadtime::estimator::detail
