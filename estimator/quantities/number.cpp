// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/number.hpp"

#include "text/months.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <optional>

namespace leadtime::estimator {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// A piece of the text with its place in it.
struct Piece {
    std::string_view text;
    std::size_t offset;
};

Piece trim(Piece piece) {
    while (!piece.text.empty() && is_space(piece.text.front())) {
        piece.text.remove_prefix(1);
        ++piece.offset;
    }
    while (!piece.text.empty() && is_space(piece.text.back())) {
        piece.text.remove_suffix(1);
    }
    return piece;
}

ValueTextError error_at(Piece piece,
                        std::string problem,
                        std::string reason = {},
                        std::string suggestion = {}) {
    return {piece.offset,
            std::max<std::size_t>(piece.text.size(), 1),
            std::move(problem),
            std::move(reason),
            std::move(suggestion)};
}

/// The pieces between the words `to`.
std::vector<Piece> split_at_to(std::string_view text) {
    std::vector<Piece> pieces;
    std::size_t begin = 0;
    for (std::size_t i = 0; i + 2 <= text.size(); ++i) {
        bool const starts = i == 0 || is_space(text[i - 1]);
        bool const ends = i + 2 == text.size() || is_space(text[i + 2]);
        if (!starts || !ends || text.substr(i, 2) != "to") {
            continue;
        }
        pieces.push_back(trim({text.substr(begin, i - begin), begin}));
        begin = i + 2;
    }
    pieces.push_back(trim({text.substr(begin), begin}));
    return pieces;
}

struct ParsedNumber {
    std::optional<double> value;
    ValueTextError error;
    bool looks_like_number = false;
};

ParsedNumber bad_number(Piece piece,
                        std::string problem,
                        std::string reason = {},
                        std::string suggestion = {}) {
    return {
        std::nullopt,
        error_at(piece, std::move(problem), std::move(reason), std::move(suggestion)),
        true};
}

std::optional<double> suffix_factor(std::string_view suffix) {
    if (suffix.empty()) {
        return 1.0;
    }
    if (suffix == "k" || suffix == "K") {
        return 1e3;
    }
    if (suffix == "M") {
        return 1e6;
    }
    if (suffix == "G" || suffix == "B") {
        return 1e9;
    }
    if (suffix == "T") {
        return 1e12;
    }
    return std::nullopt;
}

/// What is wrong with a suffix beside the unit; empty problem: nothing.
ValueTextError suffix_problem(Piece piece,
                              std::string_view digits,
                              double number,
                              double factor,
                              bool percent,
                              Suffixes const& suffixes) {
    if (percent && suffixes.percent == Suffixes::Percent::refused) {
        return error_at(
            piece,
            fmt::format("\"{}\" is a share", piece.text),
            fmt::format("the unit is {}", suffixes.unit),
            fmt::format("write {:.15g}, or multiply in a formula", number / 100));
    }
    if (!percent && factor != 1 && !suffixes.are_clear) {
        return error_at(
            piece,
            fmt::format("\"{}\" has a suffix, and its unit has a factor too: {}",
                        piece.text,
                        suffixes.unit),
            fmt::format("it may be meant as {} or as {} of these",
                        digits,
                        format_number(number * factor)),
            fmt::format("write \"{}\" or {:.15g}", digits, number * factor));
    }
    ValueTextError none;
    return none;
}

std::string suffix_help(std::string_view digits, std::string_view suffix) {
    std::string lower;
    for (char const c : suffix) {
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    char const* right = lower == "m" || lower == "mn" || lower == "mio" ? "M"
                        : lower == "b" || lower == "bn" || lower == "g" ? "B"
                        : lower == "t" || lower == "tn"                 ? "T"
                                                                        : nullptr;
    return right != nullptr ? fmt::format("did you mean \"{}{}\"?", digits, right)
                            : std::string();
}

/// Length of the digits with separators, point and exponent at the start of `text`.
std::size_t number_length(std::string_view text) {
    std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    while (
        i < text.size()
        && (is_digit(text[i]) || text[i] == '_' || text[i] == ',' || text[i] == '.')) {
        ++i;
    }
    if (i + 1 < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        std::size_t j = i + 1;
        if (text[j] == '-' || text[j] == '+') {
            ++j;
        }
        if (j < text.size() && is_digit(text[j])) {
            while (j < text.size() && is_digit(text[j])) {
                ++j;
            }
            return j;
        }
    }
    return i;
}

/// Commas only between groups of three digits before the point.
bool commas_are_thousands(std::string_view digits) {
    auto const end = std::min(digits.find_first_of(".eE"), digits.size());
    if (digits.substr(end).find(',') != std::string_view::npos) {
        return false;
    }
    auto const first = digits.find(',');
    if (first == std::string_view::npos) {
        return true;
    }
    auto const start = digits.find_first_of("0123456789");
    if (first == start || first - start > 3) {
        return false;
    }
    for (auto comma = first; comma != std::string_view::npos;
         comma = digits.find(',', comma + 1)) {
        auto const next = std::min(digits.find(',', comma + 1), end);
        if (next - comma != 4) {
            return false;
        }
    }
    return true;
}

/// A number with its suffix; `value` is empty when it is none.
ParsedNumber parse_number(Piece piece, Suffixes const& suffixes = {}) {
    auto const text = piece.text;
    std::string word;
    for (char const c : text) {
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    auto const unsigned_word =
        word.starts_with('-') || word.starts_with('+') ? word.substr(1) : word;
    if (unsigned_word == "nan" || unsigned_word == "inf"
        || unsigned_word == "infinity") {
        return bad_number(piece, fmt::format("\"{}\" is not a finite number", text));
    }

    auto const length = number_length(text);
    auto const digits = text.substr(0, length);
    auto suffix = text.substr(length);
    if (std::none_of(digits.begin(), digits.end(), is_digit)) {
        return {};
    }
    bool const one_word =
        std::all_of(suffix.begin(), suffix.end(), [](char c) { return is_letter(c); });
    bool const percent = suffix == "%" || suffix == " %";
    if (!one_word && !percent) {
        return {};
    }
    auto const factor = percent ? std::optional(0.01) : suffix_factor(suffix);
    if (!factor) {
        return bad_number(
            piece,
            fmt::format("\"{}\" is not a number", text),
            fmt::format("unknown suffix \"{}\"; known are k M G B T %", suffix),
            suffix_help(digits, suffix));
    }
    if (!commas_are_thousands(digits)) {
        return bad_number(
            piece,
            fmt::format("\"{}\" is not a number", text),
            "a comma stands before three digits; the decimal mark is a point");
    }
    std::string plain;
    std::copy_if(digits.begin(), digits.end(), std::back_inserter(plain), [](char c) {
        return c != '_' && c != ',';
    });
    auto const start = plain.starts_with('+') ? 1 : 0;
    double value = 0;
    auto const [end, error] =
        std::from_chars(plain.data() + start, plain.data() + plain.size(), value);
    if (error == std::errc::result_out_of_range || !std::isfinite(value * *factor)) {
        return bad_number(piece, fmt::format("\"{}\" is out of range", text));
    }
    if (error != std::errc{} || end != plain.data() + plain.size()) {
        return bad_number(piece, fmt::format("\"{}\" is not a number", text));
    }
    if (auto problem = suffix_problem(piece, digits, value, *factor, percent, suffixes);
        !problem.problem.empty()) {
        return {std::nullopt, std::move(problem), true};
    }
    bool const is_share = percent && suffixes.percent == Suffixes::Percent::share;
    return {is_share ? value / 100 : percent ? value : value * *factor, {}, true};
}

bool consists_of_date_characters(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || c == '-' || c == '.' || c == '/';
    });
}

ParsedNumber parse_date(Piece piece, int start_month) {
    auto const text = piece.text;
    auto const digits = [&](std::size_t from, std::size_t count) {
        auto const part = text.substr(from, count);
        return std::all_of(part.begin(), part.end(), is_digit);
    };
    bool const has_day = text.size() == 10 && text[7] == '-' && digits(8, 2);
    bool const shaped =
        (text.size() == 7 || has_day) && text[4] == '-' && digits(0, 4) && digits(5, 2);
    if (!shaped) {
        if (!consists_of_date_characters(text)
            && !parse_number(piece).looks_like_number) {
            return {};
        }
        return bad_number(piece,
                          fmt::format("\"{}\" is not a date", text),
                          {},
                          "write dates as \"2026-03\"");
    }
    int const year = std::stoi(std::string(text.substr(0, 4)));
    int const month = std::stoi(std::string(text.substr(5, 2)));
    if (month < 1 || month > 12) {
        return bad_number(piece,
                          fmt::format("\"{}\" is not a date", text),
                          fmt::format("there is no month {}", text.substr(5, 2)),
                          "write dates as \"2026-03\"");
    }
    double const whole = year * 12 + month - 1 - start_month;
    if (!has_day) {
        return {whole, {}, true};
    }
    int const day = std::stoi(std::string(text.substr(8)));
    int const days = text::days_of_month(year, month);
    if (day < 1 || day > days) {
        return bad_number(piece,
                          fmt::format("\"{}\" is not a date", text),
                          fmt::format("{} has {} days", text.substr(0, 7), days),
                          {});
    }
    return {whole + static_cast<double>(day - 1) / days, {}, true};
}

/// `30k-40k`, `30k..40k`: meant as a range, but a formula would subtract.
std::optional<ValueTextError> disguised_range(Piece piece) {
    for (std::string_view const mark : {"–", "..", "-"}) {
        auto const at = piece.text.find(mark, 1);
        if (at == std::string_view::npos) {
            continue;
        }
        auto const left = trim({piece.text.substr(0, at), 0});
        auto const right = trim({piece.text.substr(at + mark.size()), 0});
        if (!parse_number(left).value || !parse_number(right).value) {
            continue;
        }
        return error_at(piece,
                        fmt::format("\"{}\" is not a range", piece.text),
                        {},
                        fmt::format("write \"{} to {}\"", left.text, right.text));
    }
    return std::nullopt;
}

ValueTextResult
check_order(Piece whole, std::vector<Piece> const& pieces, std::vector<double> values) {
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
        if (values[i] < values[i + 1]) {
            continue;
        }
        bool const pair = values.size() == 2;
        if (values[i] == values[i + 1]) {
            return error_at(
                whole,
                fmt::format("the ends of \"{}\" are equal", whole.text),
                {},
                pair ? fmt::format("write \"{}\" for a fixed value", pieces[0].text)
                     : "the three values must ascend");
        }
        return error_at(
            whole,
            fmt::format("\"{}\" is inverted", whole.text),
            pair ? "the lower value comes first" : "the three values must ascend",
            pair ? fmt::format("write \"{} to {}\"", pieces[1].text, pieces[0].text)
                 : std::string());
    }
    return ValueText{std::move(values)};
}

}  // namespace

Suffixes suffixes_in(Unit const& unit) {
    Suffixes suffixes;
    suffixes.unit = unit.text;
    suffixes.are_clear = !unit.has_prefix;
    // A rate may be a share too: 5 % a year.
    auto const& exponents = unit.dimension.exponents;
    bool const is_pure = exponents.empty()
                         || (exponents.size() == 1 && exponents.contains("month")
                             && exponents.at("month") == -1);
    if (unit.is_percent) {
        suffixes.percent = Suffixes::Percent::of_unit;
    } else if (!is_pure || unit.text.find('%') != std::string::npos) {
        suffixes.percent = Suffixes::Percent::refused;
    }
    return suffixes;
}

ValueTextResult parse_value_text(std::string_view text,
                                 bool is_date,
                                 int start_month,
                                 Suffixes const& suffixes) {
    auto const whole = trim({text, 0});
    auto const parse = [&](Piece piece) {
        return is_date ? parse_date(piece, start_month) : parse_number(piece, suffixes);
    };
    auto const pieces = split_at_to(text);
    if (pieces.size() == 1) {
        auto const number = parse(whole);
        if (number.value) {
            return ValueText{{*number.value}};
        }
        if (number.looks_like_number) {
            return number.error;
        }
        if (auto const range = disguised_range(whole)) {
            return *range;
        }
        return NotAValue{};
    }
    std::string_view const what = is_date ? "date" : "number";
    if (pieces.size() > 3) {
        return error_at(whole,
                        fmt::format("\"{}\" has more than three values", whole.text),
                        {},
                        "write \"p5 to p95\" or \"p5 to p50 to p95\"");
    }
    std::vector<double> values;
    for (auto const& piece : pieces) {
        if (piece.text.empty()) {
            return error_at(whole,
                            fmt::format("a {} is missing in \"{}\"", what, whole.text),
                            "\"to\" stands between two values");
        }
        auto const number = parse(piece);
        if (number.value) {
            values.push_back(*number.value);
        } else if (number.looks_like_number) {
            return number.error;
        } else {
            return error_at(
                piece,
                fmt::format("\"{}\" is not a {}", piece.text, what),
                fmt::format("the ends of a range are {}s, not formulas", what));
        }
    }
    return check_order(whole, pieces, std::move(values));
}

std::string format_number(double value) {
    if (!std::isfinite(value)) {
        return std::isnan(value) ? "nan" : value > 0 ? "infinity" : "-infinity";
    }
    auto text = fmt::format("{:.6g}", value == 0 ? 0.0 : value);
    double const size = std::abs(value);
    if (auto const e = text.find('e'); e != std::string::npos) {
        int const exponent = std::stoi(text.substr(e + 1));
        if (size >= 1e9 || size < 1) {
            return fmt::format("{}e{}", text.substr(0, e), exponent);
        }
        text = fmt::format("{:.0f}", value);
    }
    if (size < 1000) {
        return text;
    }
    auto end = std::min(text.find('.'), text.size());
    std::size_t const start = text.front() == '-' ? 1 : 0;
    while (end > start + 3) {
        end -= 3;
        text.insert(end, ",");
    }
    return text;
}

}  // namespace leadtime::estimator
