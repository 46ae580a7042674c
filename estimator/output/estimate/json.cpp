// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/json.hpp"

#include "estimator/output/program_json.hpp"
#include "estimator/study/result_rows.hpp"
#include "text/number_format.hpp"

#include <nlohmann/json.hpp>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

// nlohmann-json writes inf and nan as null.

/// In words; null where nothing is to be said.
Json verdict_json(Row const& row) {
    switch (mean_verdict(row.tail_index)) {
    case MeanVerdict::not_estimable:
        return "not estimable";
    case MeanVerdict::error_not_reliable:
        return "error not reliable";
    default:
        return nullptr;
    }
}

/// `{unit, months: [...], mean: [...], ...}`.
Json series(Result const& result,
            MetricGroup const& group,
            QuantileColumns const& quantiles) {
    Json json{{"unit", group.unit}, {"months", Json::array()}};
    for (auto const* row : group.rows) {
        if (row == nullptr) {
            continue;
        }
        json["months"].push_back(step_month(result, row->step));
        for (auto const& [name, value] : statistics(*row, quantiles, true)) {
            json[name].push_back(value);
        }
        json["mean_verdict"].push_back(verdict_json(*row));
    }
    return json;
}

/// `{unit, mean, ...}`.
Json scalar(MetricGroup const& group, QuantileColumns const& quantiles) {
    Json json{{"unit", group.unit}};
    for (auto const& [name, value] : statistics(*group.rows.front(), quantiles, true)) {
        json[name] = value;
    }
    json["mean_verdict"] = verdict_json(*group.rows.front());
    return json;
}

}  // namespace

std::string run_json(Result const& result) {
    Json json{{"format", "leadtime-run"},
              {"format_version", 1},
              {"leadtime", program_json()},
              {"scenario",
               {{"name", result.scenario_name},
                {"file", result.scenario_file},
                {"hash", result.scenario_hash}}},
              {"seed", result.seed},
              {"samples", result.samples},
              {"sampler", result.sampler},
              {"replicates", result.replicates},
              {"backend", result.backend},
              {"determinism", result.determinism},
              {"wall_time_s", result.wall_time_s},
              {"start", text::calendar_month(result.start_month, 0)},
              {"end", step_month(result, result.steps > 0 ? result.steps - 1 : 0)},
              {"months_per_step", result.months_per_step},
              {"steps", result.steps},
              {"quantiles", result.quantile_source()},
              {"quantile_levels", result.levels.reported_levels()},
              {"reference", result.reference.empty() ? Json() : Json(result.reference)},
              {"paths", result.paths},
              {"metrics", Json::object()},
              {"scalars", Json::object()},
              {"outputs", Json::object()},
              {"notes", result.notes}};
    for (auto const& path : result.paths) {
        json["metrics"][path] = Json::object();
        json["scalars"][path] = Json::object();
    }
    auto const quantiles = reported_columns(result.levels);
    for (auto const& group : metric_groups(result)) {
        if (group.path.empty()) {
            json["outputs"][group.metric] = group.is_series
                                                ? series(result, group, quantiles)
                                                : scalar(group, quantiles);
        } else if (group.is_series) {
            json["metrics"][group.path][group.metric] =
                series(result, group, quantiles);
        } else {
            json["scalars"][group.path][group.metric] = scalar(group, quantiles);
        }
    }
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace leadtime::estimator
