// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/resilience/json.hpp"

#include "estimator/output/comparison/json_header.hpp"
#include "estimator/study/result_rows.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace leadtime::estimator {

std::string resilience_json(ResilienceReport const& report) {
    nlohmann::ordered_json json = header_json(report.comparison, "leadtime-resilience");
    json["scenario"] = json["base"];
    json.erase("base");
    json["metric"] = report.metric;
    json["events"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < report.events.size(); ++i) {
        nlohmann::ordered_json event{{"event", report.events[i]},
                                     {"rows", nlohmann::ordered_json::array()}};
        for (PairedRow const& row : report.comparison.results[i].rows) {
            event["rows"].push_back(
                {{"path", row.base.path},
                 {"month", report.comparison.month_of(row)},
                 {"mean_without", row.base.mean},
                 {"mean_without_se", mean_error(row.base)},
                 {"mean_with", row.other.mean},
                 {"mean_with_se", mean_error(row.other)},
                 {"resilience", row.ratio_of_means},
                 {"resilience_se", row.ratio_of_means_standard_error},
                 {"tail_index", row.ratio_of_means_tail_index()}});
        }
        json["events"].push_back(std::move(event));
    }
    return json.dump(2) + "\n";
}

}  // namespace leadtime::estimator
