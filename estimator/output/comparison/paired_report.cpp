// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/comparison/paired_report.hpp"

#include "text/number_format.hpp"

#include <algorithm>

namespace leadtime::estimator {

void ComparisonReport::describe(Scenario const& base) {
    start_month = base.start_month;
    months_per_step = base.months_per_step;
    levels = base.levels;
    if (!base.paths.empty()) {
        reference = base.paths[base.reference].name;
    }
}

std::string ComparisonReport::month_of(int step) const {
    return text::calendar_month(start_month, (step + 1.0) * months_per_step - 1.0);
}

std::string ComparisonReport::month_of(PairedRow const& row) const {
    return row.base.step < 0 ? "" : month_of(row.base.step);
}

PairedRow const* find_row(PairedResult const& result,
                          std::string const& path,
                          std::string const& metric,
                          int step) {
    for (PairedRow const& row : result.rows) {
        if (row.base.step == step && row.base.path == path
            && row.base.metric == metric) {
            return &row;
        }
    }
    return nullptr;
}

std::vector<std::string> paths_of(PairedResult const& result) {
    std::vector<std::string> paths;
    for (PairedRow const& row : result.rows) {
        if (!row.base.path.empty()
            && std::find(paths.begin(), paths.end(), row.base.path) == paths.end()) {
            paths.push_back(row.base.path);
        }
    }
    return paths;
}

}  // namespace leadtime::estimator
