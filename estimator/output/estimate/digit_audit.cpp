// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/digit_audit.hpp"

#include "estimator/study/result_rows.hpp"
#include "text/number_format.hpp"

#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <regex>

namespace leadtime::estimator {

std::optional<double> last_digit(std::string const& printed) {
    static std::regex const date(R"(\d{4}-\d{2})");
    static std::regex const number(
        R"(-?([0-9,]+)(?:\.([0-9]+))?(?:e(-?[0-9]+))?( [kMBT])?)");
    if (std::regex_match(printed, date)) {
        return 1.0;
    }
    std::smatch parts;
    if (!std::regex_match(printed, parts, number)) {
        return std::nullopt;
    }
    double unit = std::pow(10.0, -static_cast<double>(parts[2].length()));
    std::string digits = parts[1].str();
    std::erase(digits, ',');
    if (digits.size() > 3) {  // printed to three digits
        unit = std::pow(10.0, static_cast<double>(digits.size()) - 3.0);
    }
    if (parts[3].matched) {
        unit *= std::pow(10.0, std::atof(parts[3].str().c_str()));
    }
    if (parts[4].matched) {
        static std::string const suffixes = "kMBT";
        unit *= std::pow(1000.0,
                         1.0 + static_cast<double>(suffixes.find(parts[4].str()[1])));
    }
    return unit;
}

void DigitAudit::see(Row const& row, int level, std::string const& printed) {
    auto const unit = last_digit(printed);
    double const value =
        level < 0 ? row.mean : row.quantiles[static_cast<std::size_t>(level)];
    if (!unit || value == 0.0) {
        return;
    }
    ++printed_;
    double const error = level < 0
                             ? mean_error(row)
                             : quantile_error(row, static_cast<std::size_t>(level));
    double const ratio = error / *unit;
    if (ratio <= 1.0) {
        return;
    }
    ++unsupported_;
    // One whose error is known says more, for it tells how many samples it takes.
    if (worst_.empty() || (std::isfinite(ratio) && !std::isfinite(worst_ratio_))
        || (std::isfinite(ratio) && ratio > worst_ratio_)) {
        worst_ratio_ = ratio;
        worst_step_ = row.step;
        worst_error_ = error;
        worst_ = fmt::format(
            "{}{}{} {} ({})",
            row.path,
            row.path.empty() ? "" : ".",
            row.metric,
            level < 0 ? "mean"
                      : quantile_name(quantile_levels[static_cast<std::size_t>(level)]),
            printed);
    }
}

std::string DigitAudit::warning(Result const& result) const {
    if (unsupported_ == 0) {
        return "";
    }
    std::string const month =
        worst_step_ < 0 ? "" : " in " + step_month(result, worst_step_);
    std::string text = fmt::format(
        "the last digit of {} of the {} numbers in the tables is not supported by {} "
        "samples; the least of all that of {}{}",
        unsupported_,
        printed_,
        text::grouped_text(result.samples),
        worst_,
        month);
    if (!std::isfinite(worst_error_)) {
        return text + ", whose error is not known";
    }
    double const needed =
        static_cast<double>(result.samples) * worst_ratio_ * worst_ratio_;
    return text
           + fmt::format(", with a standard error of {}: some {} samples would do",
                         text::plain_text(worst_error_),
                         text::scaled_text(needed));
}

}  // namespace leadtime::estimator
