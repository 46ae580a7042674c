// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/level_table.hpp"

#include "estimator/study/result_rows.hpp"
#include "text/aligned_table.hpp"
#include "text/display_text.hpp"
#include "text/number_format.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr std::array<std::string_view, 3> shown_of_paths{
    "run_flop", "effective_flop", "lag_months"};

std::string value_text(Result const& result, MetricGroup const& group, double value) {
    if (!std::isfinite(value)) {
        return std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    }
    return group.unit == "date"    ? text::calendar_month(result.start_month, value)
           : group.unit == "month" ? text::months_text(value)
           : group.unit == "FLOP"  ? text::power_text(value)
                                   : text::plain_text(value);
}

bool is_shown(MetricGroup const& group) {
    if (group.path.empty()) {
        return true;
    }
    for (auto const metric : shown_of_paths) {
        if (group.metric == metric) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string level_table(Result const& result, bool colour) {
    if (result.levels.are_standard()) {
        return "";
    }
    text::TextTable table;
    table.add_column("levels asked for", "", text::TextTable::Align::left);
    table.add_column("", "month", text::TextTable::Align::left);
    for (double const level : result.levels.reported_levels()) {
        table.add_column("", quantile_name(level));
    }
    table.add_column(" ", "unit", text::TextTable::Align::left);
    for (auto const& group : metric_groups(result)) {
        Row const* const row = group.rows.back();
        if (row == nullptr || !is_shown(group)) {
            continue;
        }
        std::vector<std::string> cells{
            text::escape_controls(group.path + (group.path.empty() ? "" : ".")
                                  + group.metric),
            group.is_series ? step_month(result, row->step) : ""};
        for (std::size_t const place : result.levels.reported()) {
            cells.push_back(value_text(result, group, row->quantiles[place]));
        }
        cells.push_back(text::escape_controls(group.unit));
        table.add_row(std::move(cells));
    }
    return table.empty() ? "" : table.render(colour);
}

}  // namespace leadtime::estimator
