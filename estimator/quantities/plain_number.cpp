// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/plain_number.hpp"

#include "estimator/quantities/number.hpp"

#include <cmath>
#include <fmt/format.h>
#include <stdexcept>
#include <variant>

namespace leadtime::estimator {

double read_plain_number(std::string_view what,
                         std::string const& text,
                         double from,
                         double to,
                         bool is_whole) {
    auto const value = parse_value_text(text, false, 0);
    auto const* values = std::get_if<ValueText>(&value);
    if (values == nullptr || values->values.size() != 1) {
        throw std::invalid_argument(fmt::format(
            "{} \"{}\" is not a number (write 16384, 16k or 1e6)", what, text));
    }
    auto const number = values->values.front();
    if (!(number >= from && number <= to)
        || (is_whole && number != std::floor(number))) {
        throw std::invalid_argument(
            fmt::format("{} {} is out of range (a {}number from {} to {})",
                        what,
                        text,
                        is_whole ? "whole " : "",
                        from,
                        to));
    }
    return number;
}

}  // namespace leadtime::estimator
