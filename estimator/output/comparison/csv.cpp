// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/comparison/csv.hpp"

#include "estimator/study/result_rows.hpp"
#include "text/csv_fields.hpp"
#include "text/number_format.hpp"

#include <fmt/format.h>
#include <string_view>

namespace leadtime::estimator {

std::string comparison_csv(ComparisonReport const& report) {
    std::string text = "scenario,path,metric,unit,month,side,statistic,value\n";
    auto const quantiles = reported_columns(report.levels);
    for (std::size_t i = 0; i < report.results.size(); ++i) {
        std::string const label = text::csv_field(report.scenarios[i + 1].label);
        for (PairedRow const& row : report.results[i].rows) {
            std::string const place = label + ',' + text::csv_field(row.base.path) + ','
                                      + text::csv_field(row.base.metric) + ',';
            auto const line = [&](std::string const& unit,
                                  char const* side,
                                  std::string_view statistic,
                                  double value) {
                text += fmt::format("{}{},{},{},{},{}\n",
                                    place,
                                    text::csv_field(unit),
                                    report.month_of(row),
                                    side,
                                    statistic,
                                    text::exact_number(value));
            };
            auto const side = [&](Row const& values, char const* name) {
                for (auto const& [statistic, value] :
                     statistics(values, quantiles, true)) {
                    line(values.unit, name, statistic, value);
                }
            };
            side(row.base, "base");
            side(row.other, "this");
            side(row.difference, "difference");
            line(row.base.unit, "difference", "share_undefined", row.share_undefined);
            if (row.ratio) {
                side(*row.ratio, "ratio");
                line("1", "ratio", "share_undefined", row.ratio_share_undefined);
            }
            line("1", "means", "ratio", row.ratio_of_means);
            line("1", "means", "ratio_se", row.ratio_of_means_standard_error);
        }
    }
    return text;
}

}  // namespace leadtime::estimator
