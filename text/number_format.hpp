// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace leadtime::text {

/// Shortest text that reads back as the same double; `inf`, `-inf`, `nan`.
std::string exact_number(double value);

/// Two significant digits in powers of ten: `1.2e26`; `0` for zero.
std::string power_text(double value);

/// About two significant digits with k, M, B (1e9) or T: `820 M`, `1.2 B`, `0.34`.
std::string scaled_text(double value);

/// About three significant digits, whatever the size: `0.0123`, `12.3`, `123,000` (of
/// 123,456), `1.2e26`.
std::string plain_text(double value);

/// An integer in groups of three digits: `100,000`.
std::string grouped_text(std::uint64_t value);

/// Months with one decimal: `12.3`.
std::string months_text(double months);

/// Monte Carlo standard error of an estimate in percent, rounded up: `±0.4%`. Empty
/// when either is not finite or the estimate is zero and its error is not.
std::string relative_error_text(double estimate, double standard_error);

/// The same in the unit of the estimate with one decimal, rounded up: `±0.1`.
std::string absolute_error_text(double standard_error);

/// A share in percent: `12%`, `0.4%`; never `0%` or `100%` unless it is. Empty for
/// zero.
std::string share_text(double share);

/// The calendar month `YYYY-MM` that lies `months` after `start_month` (year * 12 +
/// month - 1).
std::string calendar_month(int start_month, double months);

}  // namespace leadtime::text
