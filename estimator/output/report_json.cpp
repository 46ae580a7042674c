// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/report_json.hpp"

#include "estimator/output/page_json.hpp"
#include "estimator/study/result_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

using Json = nlohmann::ordered_json;

/// The statistics that the page shows, whatever levels were asked for.
bool is_shown(std::string_view name) {
    static std::set<std::string_view> const names{"mean",
                                                  "mean_se",
                                                  "p05",
                                                  "p25",
                                                  "p50",
                                                  "p75",
                                                  "p95",
                                                  "p50_se",
                                                  "share_below",
                                                  "share_above",
                                                  "tail_index"};
    return names.contains(name);
}

void append_group(std::string& out, MetricGroup const& group) {
    out += fmt::format("{{\"path\":{},\"metric\":{},\"unit\":{}",
                       page_text(group.path),
                       page_text(group.metric),
                       page_text(group.unit));
    static QuantileColumns const quantiles = reported_columns(QuantileLevels());
    auto const named = statistics(Row{}, quantiles, true);
    std::vector<std::vector<double>> values(named.size());
    std::vector<std::size_t> steps;  // that have a row
    for (std::size_t step = 0; step < group.rows.size(); ++step) {
        auto const* row = group.rows[step];
        if (row == nullptr) {
            continue;
        }
        steps.push_back(step);
        auto const all = statistics(*row, quantiles, true);
        for (std::size_t i = 0; i < all.size(); ++i) {
            values[i].push_back(all[i].value);
        }
    }
    if (group.is_series && steps.size() < group.rows.size()) {
        out += ",\"steps\":[" + fmt::format("{}", fmt::join(steps, ",")) + "]";
    }
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (is_shown(named[i].name)) {
            out += fmt::format(",\"{}\":", named[i].name);
            append_numbers(out, values[i]);
        }
    }
    if (!group.is_series && group.rows.front() != nullptr
        && !group.rows.front()->shares_by_step.empty()) {
        out += ",\"cumulative\":";
        append_numbers(out, group.rows.front()->shares_by_step);
    }
    out += '}';
}

/// Metrics in order of first appearance, each with its paths: the same whether the rows
/// are fresh from a run or were read back from a file.
std::vector<MetricGroup> by_metric(std::vector<MetricGroup> groups) {
    std::map<std::pair<bool, std::string>, std::size_t> order;
    for (auto const& group : groups) {
        order.try_emplace({group.path.empty(), group.metric}, order.size());
    }
    auto const rank = [&](MetricGroup const& group) {
        return order.at({group.path.empty(), group.metric});
    };
    std::stable_sort(groups.begin(), groups.end(), [&](auto const& a, auto const& b) {
        return rank(a) < rank(b);
    });
    return groups;
}

void append_groups(std::string& out,
                   std::vector<MetricGroup> const& groups,
                   bool series) {
    auto is_first = true;
    for (auto const& group : groups) {
        if (group.is_series == series) {
            out += is_first ? "\n" : ",\n";
            is_first = false;
            append_group(out, group);
        }
    }
}

Json header(Result const& result) {
    auto const& origin = result.origin;
    Json paths = Json::array();
    for (auto const& name : ordered_paths(result)) {
        auto const i = static_cast<std::size_t>(
            std::find(result.paths.begin(), result.paths.end(), name)
            - result.paths.begin());
        paths.push_back(
            {{"name", name},
             {"description",
              i < origin.path_descriptions.size() ? origin.path_descriptions[i]
                                                  : std::string()}});
    }
    Json inputs = Json::array();
    for (auto const& input : origin.inputs) {
        inputs.push_back({{"name", input.name},
                          {"unit", input.unit},
                          {"value", input.value},
                          {"source", input.source},
                          {"confidence", input.confidence},
                          {"note", input.note}});
    }
    return {
        {"format", "leadtime-report"},
        {"format_version", 1},
        {"leadtime", origin.program},
        {"scenario",
         {{"name", result.scenario_name},
          {"description", origin.scenario_description},
          {"file", result.scenario_file},
          {"hash", result.scenario_hash},
          {"text", origin.scenario_text}}},
        {"seed", std::to_string(result.seed)},  // above 2^53 no number of JavaScript
        {"samples", result.samples},
        {"determinism", result.determinism},
        {"quantiles", result.quantile_source()},
        {"start_month", result.start_month},
        {"months_per_step", result.months_per_step},
        {"steps", result.steps},
        {"reference", result.reference},
        {"record_start_month",
         origin.record_start_month ? Json(*origin.record_start_month) : Json()},
        {"paths", std::move(paths)},
        {"inputs", std::move(inputs)},
        {"notes", result.notes}};
}

}  // namespace

std::string report_json(Result const& result, std::string const& sensitivity) {
    auto const groups = by_metric(metric_groups(result));
    auto out = page_text(header(result));
    out.pop_back();  // the closing brace
    out += ",\n\"series\":[";
    append_groups(out, groups, true);
    out += "],\n\"scalars\":[";
    append_groups(out, groups, false);
    out += "],\n\"sensitivity\":";
    out += sensitivity.empty() ? "null" : safe_in_script(sensitivity);
    return out + "}";
}

}  // namespace leadtime::estimator
