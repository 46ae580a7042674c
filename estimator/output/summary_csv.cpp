// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/summary_csv.hpp"

#include "estimator/output/number_format.hpp"
#include "estimator/output/result_rows.hpp"

namespace leadtime::estimator {
std::string csv_field(std::string const& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (char const c : text) {
        quoted += c;
        if (c == '"') {
            quoted += c;
        }
    }
    return quoted + '"';
}

std::string summary_csv(Result const& result) {
    std::string text = "path,metric,unit,month,statistic,value\n";
    for (auto const& group : metric_groups(result)) {
        auto const prefix = csv_field(group.path) + ',' + csv_field(group.metric) + ','
                            + csv_field(group.unit) + ',';
        for (auto const* row : group.rows) {
            if (row == nullptr) {
                continue;
            }
            auto const place =
                prefix + (group.is_series ? step_month(result, row->step) : "") + ',';
            for (auto const& [name, value] : statistics(*row, group.is_censored)) {
                text += place;
                text += name;
                text += ',';
                text += exact_number(value);
                text += '\n';
            }
        }
    }
    return text;
}

}  // namespace leadtime::estimator
