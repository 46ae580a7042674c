// SPDX-License-Identifier: Apache-2.0
#include "estimator/scenario/scenario.hpp"

#include "text/config_error.hpp"
#include "text/number_format.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::size_t around_caret = 500;  // bytes, more than is printed

int count_code_points(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

std::optional<QuantityIndex>
Scenario::find_quantity(std::string const& quantity_name) const {
    auto const found = std::find_if(
        quantities.begin(), quantities.end(), [&](Quantity const& quantity) {
            return quantity.name == quantity_name;
        });
    if (found == quantities.end()) {
        return std::nullopt;
    }
    return static_cast<QuantityIndex>(found - quantities.begin());
}

std::vector<int> year_end_steps(int start_month, int steps, int months_per_step) {
    auto const year = [&](int step) {
        return (start_month + (step + 1) * months_per_step - 1) / 12;
    };
    std::vector<int> found;
    for (int step = 0; step < steps; ++step) {
        if (step + 1 == steps || year(step + 1) != year(step)) {
            found.push_back(step);
        }
    }
    return found;
}

std::vector<int> year_end_steps(Scenario const& scenario) {
    return year_end_steps(
        scenario.start_month, scenario.steps, scenario.months_per_step);
}

std::string calendar_name(Scenario const& scenario, int month) {
    return text::calendar_month(scenario.start_month, month);
}

std::string month_name(Scenario const& scenario, int step) {
    return calendar_name(scenario, scenario.last_month(step));
}

std::string format_warning(text::ConfigIssue const& warning) {
    std::string text = text::format(warning);
    std::string_view constexpr error = "error: ";
    // The place before the word holds no "error: " unless the file's name does.
    auto const from = text.starts_with(error) ? 0 : warning.place.file.size();
    auto const found = text.find(error, from);
    if (found != std::string::npos) {
        text.replace(found, error.size(), "warning: ");
    }
    return text;
}

text::ConfigIssue formula_issue(Quantity const& quantity, FormulaError const& error) {
    auto const& source = quantity.formula_source;
    text::ConfigIssue issue;
    issue.place = source.place;
    issue.key = quantity.name;
    issue.problem = error.problem;
    issue.reason = error.reason;
    issue.suggestion = error.suggestion;
    issue.source_line = source.source_line;
    issue.source_column = source.source_column;
    std::string_view const text = quantity.formula_text;
    if (!source.on_one_line || error.offset > text.size()) {
        return issue;
    }
    issue.place.column += count_code_points(text.substr(0, error.offset));
    issue.caret_width =
        std::max(1, count_code_points(text.substr(error.offset, error.length)));
    int const end = source.source_column + count_code_points(source.source_line);
    if (issue.place.column >= end && error.offset < text.size()) {
        // Past the piece of a long line that is kept: the formula has what is here.
        auto const begins = [&](std::size_t at) {
            return (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
        };
        std::size_t begin = error.offset - std::min(error.offset, around_caret);
        while (begin < error.offset && !begins(begin)) {
            ++begin;
        }
        auto const piece = text.substr(begin, error.offset - begin + around_caret);
        issue.source_line = piece;
        issue.source_column =
            issue.place.column
            - count_code_points(text.substr(begin, error.offset - begin));
    }
    return issue;
}

}  // namespace leadtime::estimator
