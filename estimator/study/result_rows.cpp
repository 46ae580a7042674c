// SPDX-License-Identifier: Apache-2.0
#include "estimator/study/result_rows.hpp"

#include "text/number_format.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <utility>

namespace leadtime::estimator {
namespace {

QuantileColumns columns_of(QuantileLevels const& levels,
                           std::vector<std::size_t> const& places) {
    QuantileColumns result;
    for (std::size_t const place : places) {
        std::string name = quantile_name(levels[place]);
        if (name.size() == 2) {
            name.insert(1, "0");
        }
        result.columns.push_back({place, name, name + "_se"});
    }
    return result;
}

}  // namespace

std::vector<std::string> ordered_paths(Result const& result) {
    auto paths = result.paths;
    auto const reference = std::find(paths.begin(), paths.end(), result.reference);
    if (reference != paths.end()) {
        std::rotate(paths.begin(), reference, reference + 1);
    }
    return paths;
}

std::vector<MetricGroup> metric_groups(Result const& result) {
    std::vector<MetricGroup> groups;
    std::map<std::pair<std::string, std::string>, std::size_t> known;
    for (auto const& row : result.rows) {
        auto const is_series = row.step >= 0;
        auto [entry, is_new] = known.try_emplace(
            {row.path, row.metric + (is_series ? "" : "\n")}, groups.size());
        if (is_new) {
            groups.push_back({row.path, row.metric, row.unit, is_series, false, {}});
        }
        auto& group = groups[entry->second];
        auto const index = is_series ? static_cast<std::size_t>(row.step) : 0;
        if (group.rows.size() <= index) {
            auto const steps = static_cast<std::size_t>(std::max(result.steps, 1));
            group.rows.resize(is_series ? std::max(index + 1, steps) : 1, nullptr);
        }
        group.rows[index] = &row;
        group.is_censored =
            group.is_censored || row.share_below > 0 || row.share_above > 0;
    }
    std::map<std::string, std::size_t> ranks;  // that of a first place counts
    for (auto const& path : ordered_paths(result)) {
        ranks.try_emplace(path, ranks.size());
    }
    auto const rank = [&](MetricGroup const& group) {
        auto const found = ranks.find(group.path);
        return found == ranks.end() ? ranks.size() : found->second;
    };
    std::stable_sort(groups.begin(), groups.end(), [&](auto const& a, auto const& b) {
        return rank(a) < rank(b);
    });
    return groups;
}

double quantile_error(Row const& row, std::size_t i) {
    auto const error = row.quantile_standard_errors[i];
    auto const is_known =
        row.samples > 1 && (std::isfinite(row.quantiles[i]) || error != 0);
    return is_known ? error : std::numeric_limits<double>::quiet_NaN();
}

double mean_error(Row const& row) {
    return row.samples > 1 && row.share_below + row.share_above < 1
               ? row.mean_standard_error
               : std::numeric_limits<double>::quiet_NaN();
}

std::string mean_text(double tail_index, std::string const& text) {
    return mean_verdict(tail_index) == MeanVerdict::not_estimable ? "not estimable"
                                                                  : text;
}

std::string mean_error_text(double tail_index, std::string const& text) {
    switch (mean_verdict(tail_index)) {
    case MeanVerdict::not_estimable:
        return "";
    case MeanVerdict::error_not_reliable:
        return "error not reliable";
    default:
        return text;
    }
}

QuantileColumns reported_columns(QuantileLevels const& levels) {
    return columns_of(levels, levels.reported());
}

QuantileColumns computed_columns(QuantileLevels const& levels) {
    return columns_of(levels, levels.ascending());
}

std::vector<Statistic>
statistics(Row const& row, QuantileColumns const& quantiles, bool with_shares) {
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    auto const none = row.share_below + row.share_above >= 1;
    std::vector<Statistic> all{{"mean", none ? nan : row.mean},
                               {"mean_se", mean_error(row)},
                               {"sd", none ? nan : row.standard_deviation},
                               {"min", none ? nan : row.minimum},
                               {"max", none ? nan : row.maximum}};
    for (auto const& column : quantiles.columns) {
        all.push_back({column.name, row.quantiles[column.place]});
    }
    for (auto const& column : quantiles.columns) {
        all.push_back({column.error_name, quantile_error(row, column.place)});
    }
    if (with_shares) {
        all.push_back({"share_below", row.share_below});
        all.push_back({"share_above", row.share_above});
    }
    all.push_back({"tail_index", row.tail_index});
    return all;
}

std::string step_month(Result const& result, int step) {
    return text::calendar_month(result.start_month,
                                static_cast<double>(result.last_month(step)));
}

}  // namespace leadtime::estimator
