// SPDX-License-Identifier: Apache-2.0
#include "text/months.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace leadtime::text {
namespace {

/// The number that `count` digits spell, or nothing.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
    int value = 0;
    for (char const c : text.substr(from, count)) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

int days_of_month(int year, int month) {
    static constexpr std::array<int, 12> days{
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[static_cast<std::size_t>(month) - 1] + (month == 2 && leap ? 1 : 0);
}

std::optional<double> parse_date(std::string_view text) {
    bool const has_day = text.size() == 10;
    if ((text.size() != 7 && !has_day) || text[4] != '-'
        || (has_day && text[7] != '-')) {
        return std::nullopt;
    }
    auto const year = digits(text, 0, 4);
    auto const month = digits(text, 5, 2);
    if (!year || !month || *month < 1 || *month > 12) {
        return std::nullopt;
    }
    double const whole = *year * 12 + *month - 1;
    if (!has_day) {
        return whole;
    }
    auto const day = digits(text, 8, 2);
    int const days = days_of_month(*year, *month);
    if (!day || *day < 1 || *day > days) {
        return std::nullopt;
    }
    return whole + static_cast<double>(*day - 1) / days;
}

}  // namespace leadtime::text
