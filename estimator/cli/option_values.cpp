// SPDX-License-Identifier: Apache-2.0
#include "estimator/cli/option_values.hpp"

#include "estimator/cli/app.hpp"
#include "estimator/quantities/number.hpp"
#include "estimator/quantities/plain_number.hpp"
#include "text/suggestion.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <variant>

namespace leadtime::estimator {
namespace {

constexpr double least_price = 1e-6;
constexpr double most_price = 1e9;

}  // namespace

double read_option(std::string_view option,
                   std::string const& text,
                   double from,
                   double to,
                   bool is_whole) {
    try {
        return read_plain_number(option, text, from, to, is_whole);
    } catch (std::invalid_argument const& error) {
        throw UsageError(error.what());
    }
}

std::optional<double> read_option(std::string_view option,
                                  std::optional<std::string> const& text,
                                  double from,
                                  double to,
                                  bool is_whole) {
    return text ? std::optional(read_option(option, *text, from, to, is_whole))
                : std::nullopt;
}

Spread read_price(std::string_view option, std::string const& text) {
    auto const value = parse_value_text(text, false, 0);
    if (text.find(" to ") == std::string::npos) {
        return certain(read_option(option, text, least_price, most_price));
    }
    auto const* range = std::get_if<ValueText>(&value);
    if (range == nullptr || range->values.size() != 2
        || !(range->values[0] >= least_price && range->values[0] < range->values[1]
             && range->values[1] <= most_price)) {
        throw UsageError(fmt::format(
            "{} \"{}\" is not a range of prices (write 20k to 30k)", option, text));
    }
    auto const low = range->values[0];
    auto const high = range->values[1];
    return {low, std::sqrt(low * high), high};
}

double read_power(std::string_view option, std::string const& text) {
    auto number = text;
    if (number.ends_with('W')) {
        number.pop_back();
        if (number.ends_with('k') || number.ends_with('M') || number.ends_with('G')) {
            auto const prefix = number.back();
            number.pop_back();
            while (number.ends_with(' ')) {
                number.pop_back();
            }
            number += prefix;
        }
    }
    return read_option(option, number, 1, 1e13);
}

std::size_t read_choice(std::string_view option,
                        std::string const& word,
                        std::span<std::string_view const> known) {
    auto const found = std::find(known.begin(), known.end(), word);
    if (found == known.end()) {
        throw UsageError(
            text::with_hint(fmt::format("{} \"{}\" is not {} or {}",
                                        option,
                                        word,
                                        fmt::join(known.first(known.size() - 1), ", "),
                                        known.back()),
                            word,
                            std::vector<std::string>(known.begin(), known.end())));
    }
    return static_cast<std::size_t>(found - known.begin());
}

std::vector<std::string> parts_of(std::string const& text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(',', begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

}  // namespace leadtime::estimator
