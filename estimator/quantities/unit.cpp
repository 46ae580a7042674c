// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/unit.hpp"

#include "estimator/quantities/unit_words.hpp"
#include "text/suggestion.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace leadtime::estimator {
namespace {

using namespace detail;

struct Parsed {
    Dimension dimension;
    double numerator = 1;
    double denominator = 1;
    int percents = 0;           ///< percent signs, those below the line negative
    bool prefix_above = false;  ///< a prefix or a number stands above the line
    bool prefix_below = false;
};

Parsed operator*(Parsed const& a, Parsed const& b) {
    return {a.dimension * b.dimension,
            a.numerator * b.numerator,
            a.denominator * b.denominator,
            a.percents + b.percents,
            a.prefix_above || b.prefix_above,
            a.prefix_below || b.prefix_below};
}

Parsed raised(Parsed const& base, int exponent) {
    Parsed result;
    Parsed factor = base;
    if (exponent < 0) {
        factor = {power(base.dimension, -1),
                  base.denominator,
                  base.numerator,
                  -base.percents,
                  base.prefix_below,
                  base.prefix_above};
    }
    for (int i = 0; i < std::abs(exponent); ++i) {
        result = result * factor;
    }
    return result;
}

Parsed from_word(Word const& word) {
    Parsed result{{}, word.numerator, word.denominator};
    result.percents = word.denominator == 100 ? 1 : 0;
    std::string_view rest = word.base;
    while (!rest.empty()) {
        auto const end = std::min(rest.find(' '), rest.size());
        result.dimension.exponents[std::string(rest.substr(0, end))] += 1;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return result;
}

/// Recursive descent over the text of one unit. Loosest first: products and quotients,
/// hyphenated products (`chip-h`), powers.
class UnitParser {
  public:
    UnitParser(std::string_view text, std::vector<std::string> const& extra)
        : text_(text)
        , extra_(extra) {}

    Parsed parse() {
        skip_spaces();
        if (at_end()) {
            throw UnitProblem{"the unit is empty", "write \"1\" for a pure number"};
        }
        auto result = parse_product();
        if (!at_end()) {
            fail_here();
        }
        return result;
    }

  private:
    bool at_end() const { return position_ == text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[position_]; }

    void skip_spaces() {
        while (peek() == ' ' || peek() == '\t') {
            ++position_;
        }
    }

    bool accept(std::string_view token) {
        if (!text_.substr(position_).starts_with(token)) {
            return false;
        }
        position_ += token.size();
        return true;
    }

    bool accept_per() {
        auto const rest = text_.substr(position_);
        return (rest.starts_with("per ") || rest.starts_with("per(")) && accept("per");
    }

    [[noreturn]] void fail_here() const {
        throw UnitProblem{fmt::format("the unit \"{}\" cannot be read at \"{}\"",
                                      text_,
                                      text_.substr(position_)),
                          "write units as in \"USD/(chip h)\""};
    }

    Parsed parse_product() {
        auto result = parse_hyphenated();
        bool divided = false;
        for (;;) {
            skip_spaces();
            if (at_end() || peek() == ')') {
                return result;
            }
            bool const quotient = accept("/") || accept_per();
            if (!quotient && !accept("*")) {
                accept("·");
            }
            if (divided && !quotient) {
                throw UnitProblem{
                    fmt::format("the unit \"{}\" has a product after a \"/\"", text_),
                    "put parentheses, as in \"USD/(chip h)\""};
            }
            divided = divided || quotient;
            skip_spaces();
            auto const factor = parse_hyphenated();
            result = result * (quotient ? raised(factor, -1) : factor);
        }
    }

    Parsed parse_hyphenated() {
        auto result = parse_power();
        while (peek() == '-' && position_ + 1 < text_.size()
               && std::isalpha(static_cast<unsigned char>(text_[position_ + 1])) != 0) {
            ++position_;
            result = result * parse_power();
        }
        return result;
    }

    Parsed parse_power() {
        auto base = parse_atom();
        bool const signed_exponent =
            peek() == '-' && position_ + 1 < text_.size()
            && std::isdigit(static_cast<unsigned char>(text_[position_ + 1])) != 0;
        if (!signed_exponent && !accept("^")) {
            return base;
        }
        int exponent = 0;
        char const* const begin = text_.data() + position_;
        auto const [end, error] =
            std::from_chars(begin, text_.data() + text_.size(), exponent);
        if (error != std::errc{} || exponent < -9 || exponent > 9 || exponent == 0) {
            throw UnitProblem{
                fmt::format("the unit \"{}\" has an exponent that cannot be read",
                            text_),
                "exponents are whole numbers from -9 to 9, as in \"chip^2\""};
        }
        position_ += static_cast<std::size_t>(end - begin);
        return raised(base, exponent);
    }

    Parsed parse_atom() {
        if (accept("(")) {
            skip_spaces();
            auto result = parse_product();
            if (!accept(")")) {
                throw UnitProblem{fmt::format("the unit \"{}\" lacks a \")\"", text_),
                                  {}};
            }
            return result;
        }
        if (std::isdigit(static_cast<unsigned char>(peek())) != 0) {
            return parse_number();
        }
        auto const begin = position_;
        if (peek() == '%' || peek() == '$') {
            ++position_;
        }
        while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '_') {
            ++position_;
        }
        if (begin == position_) {
            fail_here();
        }
        return look_up(text_.substr(begin, position_ - begin));
    }

    Parsed parse_number() {
        double value = 0;
        char const* const begin = text_.data() + position_;
        auto const [end, error] =
            std::from_chars(begin, text_.data() + text_.size(), value);
        if (error != std::errc{} || !std::isfinite(value) || value <= 0) {
            fail_here();
        }
        position_ += static_cast<std::size_t>(end - begin);
        return {{}, value, 1, 0, value != 1, false};
    }

    Parsed look_up(std::string_view name) const {
        if (auto found = find(name)) {
            return *found;
        }
        // Plurals: "chips", "FLOPs"; never of symbols such as "W" or "h".
        if (name.size() > 3 && name.ends_with('s')) {
            auto const singular = name.substr(0, name.size() - 1);
            if (auto found = find(singular); found && !singular.ends_with("Wh")) {
                return *found;
            }
        }
        for (auto const& word :
             extra_) {  // declared in the plural, used in the singular
            if (is_plural(word) && word.substr(0, word.size() - 1) == name) {
                return counting(name);
            }
        }
        throw unknown_unit(name, text_, extra_);
    }

    Parsed counting(std::string_view name) const {
        Parsed result;
        result.dimension.exponents[std::string(name)] = 1.0;
        return result;
    }

    std::optional<Parsed> find(std::string_view name) const {
        for (auto const& word : words) {
            if (word.name == name) {
                return from_word(word);
            }
            if (!word.takes_prefix || name.size() < 2 || name.substr(1) != word.name) {
                continue;
            }
            for (auto const& [letter, factor] : prefixes) {
                if (name.front() == letter) {
                    return from_word(word) * Parsed{{}, factor, 1, 0, true, false};
                }
            }
        }
        for (auto const word : counting_words) {
            if (word == name) {
                return counting(name);
            }
        }
        for (std::string_view word : extra_) {
            if (word == name && !is_plural(word)) {
                return counting(name);
            }
            if (word == name) {
                return counting(word.substr(0, word.size() - 1));
            }
        }
        return std::nullopt;
    }

    /// Declared as "shells", counted as "shell"; "class" stays.
    static bool is_plural(std::string_view word) {
        return word.size() > 1 && word.ends_with('s') && !word.ends_with("ss");
    }

    std::string_view text_;
    std::vector<std::string> const& extra_;
    std::size_t position_ = 0;
};

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

}  // namespace

bool Dimension::is_time() const {
    return exponents.size() == 1 && exponents.begin()->first == "month"
           && exponents.begin()->second == 1.0;
}

Dimension operator*(Dimension const& a, Dimension const& b) {
    Dimension result = a;
    for (auto const& [base, exponent] : b.exponents) {
        if ((result.exponents[base] += exponent) == 0) {
            result.exponents.erase(base);
        }
    }
    return result;
}

Dimension operator/(Dimension const& a, Dimension const& b) {
    return a * power(b, -1);
}

Dimension power(Dimension const& a, double exponent) {
    Dimension result;
    for (auto const& [base, value] : a.exponents) {
        if (value * exponent != 0) {
            result.exponents[base] = value * exponent;
        }
    }
    return result;
}

std::optional<Unit> parse_unit(std::string_view text,
                               std::vector<std::string> const& extra,
                               std::string& problem,
                               std::string& suggestion) {
    Unit unit;
    unit.text = trim(text);
    if (unit.text == "date") {
        unit.dimension.exponents["month"] = 1;
        unit.is_date = true;
        return unit;
    }
    try {
        auto const parsed = UnitParser(unit.text, extra).parse();
        unit.dimension = parsed.dimension;
        unit.scale = parsed.numerator / parsed.denominator;
        unit.is_percent = parsed.percents == 1;
        unit.has_prefix = parsed.prefix_above;
        return unit;
    } catch (UnitProblem const& found) {
        problem = found.problem;
        suggestion = found.suggestion;
        return std::nullopt;
    }
}

std::string describe(Dimension const& dimension) {
    std::string above;
    std::string below;
    int count_below = 0;
    for (auto const& [base, exponent] : dimension.exponents) {
        auto& side = exponent > 0 ? above : below;
        double const size = std::abs(exponent);
        side += side.empty() ? "" : " ";
        side += size == 1 ? base : fmt::format("{}^{}", base, size);
        count_below += exponent < 0 ? 1 : 0;
    }
    if (above.empty()) {
        above = "1";
    }
    if (count_below == 0) {
        return above;
    }
    return fmt::format(
        fmt::runtime(count_below > 1 ? "{}/({})" : "{}/{}"), above, below);
}

}  // namespace leadtime::estimator
