// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/comparison/json.hpp"

#include "estimator/output/comparison/json_header.hpp"
#include "estimator/study/result_rows.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

Json statistics_json(Row const& row, QuantileColumns const& quantiles) {
    Json json;
    for (auto const& [name, value] : statistics(row, quantiles, true)) {
        json[name] = value;
    }
    return json;
}

Json row_json(ComparisonReport const& report,
              PairedRow const& row,
              QuantileColumns const& quantiles) {
    Json json{{"path", row.base.path.empty() ? Json(nullptr) : Json(row.base.path)},
              {"metric", row.base.metric},
              {"unit", row.base.unit},
              {"month", row.base.step < 0 ? Json(nullptr) : Json(report.month_of(row))},
              {"base", statistics_json(row.base, quantiles)},
              {"this", statistics_json(row.other, quantiles)},
              {"difference", statistics_json(row.difference, quantiles)}};
    json["difference"]["share_undefined"] = row.share_undefined;
    json["ratio"] = nullptr;
    if (row.ratio) {
        json["ratio"] = statistics_json(*row.ratio, quantiles);
        json["ratio"]["share_undefined"] = row.ratio_share_undefined;
    }
    json["pairs"] = row.pairs;
    json["ratio_of_means"] = row.ratio_of_means;
    json["ratio_of_means_se"] = row.ratio_of_means_standard_error;
    json["ratio_of_means_tail_index"] = row.ratio_of_means_tail_index();
    return json;
}

}  // namespace

std::string comparison_json(ComparisonReport const& report) {
    Json json = header_json(report, "leadtime-compare");
    json["quantiles"] =
        report.results.empty() ? Json() : Json(report.results[0].quantile_source());
    if (!report.levels.are_standard()) {
        json["quantile_levels"] = report.levels.reported_levels();
    }
    json["scenarios"] = Json::array();
    auto const quantiles = reported_columns(report.levels);
    for (std::size_t i = 0; i < report.results.size(); ++i) {
        Json scenario = scenario_json(report.scenarios[i + 1]);
        scenario["left_out"] = report.results[i].left_out;
        scenario["remarks"] = report.results[i].remarks;
        scenario["rows"] = Json::array();
        for (PairedRow const& row : report.results[i].rows) {
            scenario["rows"].push_back(row_json(report, row, quantiles));
        }
        json["scenarios"].push_back(std::move(scenario));
    }
    return json.dump(2) + "\n";
}

}  // namespace leadtime::estimator
