// SPDX-License-Identifier: Apache-2.0
#include "text/number_format.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>

namespace leadtime::text {
namespace {

/// `1.2e+06` as `1.2e6`.
std::string short_exponent(std::string text) {
    auto const e = text.find('e');
    if (e == std::string::npos) {
        return text;
    }
    auto const negative = text[e + 1] == '-';
    auto digits = text.find_first_not_of("+-0", e + 1);
    if (digits == std::string::npos) {
        return text.substr(0, e);
    }
    return text.substr(0, e + 1) + (negative ? "-" : "") + text.substr(digits);
}

std::string not_finite(double value) {
    return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

/// One decimal below ten, none above.
std::string two_digits(double value) {
    return std::fabs(value) < 9.95 ? fmt::format("{:.1f}", value)
                                   : fmt::format("{:.0f}", value);
}

}  // namespace

std::string exact_number(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : not_finite(value);
}

std::string power_text(double value) {
    if (!std::isfinite(value)) {
        return not_finite(value);
    }
    return value == 0 ? "0" : short_exponent(fmt::format("{:.1e}", value));
}

std::string scaled_text(double value) {
    if (!std::isfinite(value)) {
        return not_finite(value);
    }
    static constexpr std::array<char const*, 5> suffixes{"", " k", " M", " B", " T"};
    auto const size = std::fabs(value);
    if (size == 0) {
        return "0";
    }
    if (size < 0.995 || size >= 999.5e12) {
        return size < 0.995 && size >= 0.01 ? fmt::format("{:.2g}", value)
                                            : power_text(value);
    }
    std::size_t i = 0;
    double scaled = value;
    while (std::fabs(scaled) >= 999.5 && i + 1 < suffixes.size()) {
        scaled /= 1000;
        ++i;
    }
    return two_digits(scaled) + suffixes[i];
}

std::string plain_text(double value) {
    if (!std::isfinite(value)) {
        return not_finite(value);
    }
    auto const size = std::fabs(value);
    if (size == 0) {
        return "0";
    }
    if (size < 1e-3 || size >= 999'999.5) {
        return short_exponent(fmt::format("{:.2e}", value));
    }
    if (size >= 999.5) {
        double const unit = size < 9'995 ? 10 : size < 99'950 ? 100 : 1000;
        return (value < 0 ? "-" : "")
               + grouped_text(static_cast<std::uint64_t>(std::llround(size / unit)
                                                         * std::llround(unit)));
    }
    return fmt::format("{:.3g}", value);
}

std::string grouped_text(std::uint64_t value) {
    auto text = std::to_string(value);
    for (auto i = text.size(); i > 3; i -= 3) {
        text.insert(i - 3, ",");
    }
    return text;
}

std::string months_text(double months) {
    if (!std::isfinite(months)) {
        return not_finite(months);
    }
    auto text = fmt::format("{:.1f}", months);
    return text == "-0.0" ? "0.0" : text;
}

std::string relative_error_text(double estimate, double standard_error) {
    if (!std::isfinite(estimate) || !std::isfinite(standard_error)) {
        return "";
    }
    if (standard_error == 0) {
        return "±0%";
    }
    if (estimate == 0) {
        return "";
    }
    auto const percent = 100 * std::fabs(standard_error / estimate);
    if (percent > 99) {
        return "±>99%";
    }
    return percent > 9.9 ? fmt::format("±{:.0f}%", std::ceil(percent))
                         : fmt::format("±{:.1f}%", std::ceil(percent * 10) / 10);
}

std::string absolute_error_text(double standard_error) {
    if (!std::isfinite(standard_error)) {
        return "";
    }
    if (standard_error == 0) {
        return "±0";
    }
    return standard_error > 99.9
               ? fmt::format("±{:.0f}", std::ceil(standard_error))
               : fmt::format("±{:.1f}", std::ceil(standard_error * 10) / 10);
}

std::string share_text(double share) {
    if (!(share > 0)) {
        return "";
    }
    if (share >= 1) {
        return "100%";
    }
    auto const percent = 100 * share;
    if (percent < 0.1) {
        return "<0.1%";
    }
    if (percent < 9.95) {
        return fmt::format("{:.1f}%", percent);
    }
    return percent > 99.5 ? ">99%" : fmt::format("{:.0f}%", percent);
}

std::string calendar_month(int start_month, double months) {
    auto const month = static_cast<int>(std::floor(start_month + months));
    auto const year = month >= 0 ? month / 12 : -((11 - month) / 12);
    return fmt::format("{:04d}-{:02d}", year, month - year * 12 + 1);
}

}  // namespace leadtime::text
