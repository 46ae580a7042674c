// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace leadtime::text {

/// Days of a month, 1 to 12, of the Gregorian calendar.
int days_of_month(int year, int month);

/// `2026-03` or `2026-03-15` as months since the year 0: year * 12 + month - 1, plus
/// the share of the month before that day. Nothing for any other text.
std::optional<double> parse_date(std::string_view text);

}  // namespace leadtime::text
