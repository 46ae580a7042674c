// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/csv.hpp"

#include "estimator/study/result_rows.hpp"
#include "text/csv_fields.hpp"
#include "text/number_format.hpp"

#include <cmath>
#include <cstdint>
#include <fmt/format.h>
#include <string_view>

namespace leadtime::estimator {
std::string summary_csv(Result const& result) {
    std::string text = "path,metric,unit,month,statistic,value\n";
    auto const quantiles = reported_columns(result.levels);
    for (auto const& group : metric_groups(result)) {
        auto const prefix = text::csv_field(group.path) + ','
                            + text::csv_field(group.metric) + ','
                            + text::csv_field(group.unit) + ',';
        for (auto const* row : group.rows) {
            if (row == nullptr) {
                continue;
            }
            auto const place =
                prefix + (group.is_series ? step_month(result, row->step) : "") + ',';
            for (auto const& [name, value] :
                 statistics(*row, quantiles, group.is_censored)) {
                if (name == std::string_view("tail_index") && std::isinf(value)) {
                    continue;  // no heavy tail
                }
                text += place;
                text += name;
                text += ',';
                text += text::exact_number(value);
                text += '\n';
            }
        }
    }
    return text;
}

std::string samples_csv(Result const& result) {
    std::string text = "sample";
    for (auto const& kept : result.kept) {
        text += ',' + text::csv_field(kept.name);
    }
    text += '\n';
    for (std::uint64_t sample = 0; sample < result.samples; ++sample) {
        text += std::to_string(sample);
        for (auto const& kept : result.kept) {
            float const value = kept.values[sample];
            text += ','
                    + (std::isfinite(value) ? fmt::format("{}", value)
                                            : text::exact_number(value));
        }
        text += '\n';
    }
    return text;
}

}  // namespace leadtime::estimator
