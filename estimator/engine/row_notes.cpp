// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/row_notes.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace leadtime::estimator {
namespace {

/// The steps of one metric together.
struct Metric {
    std::string name;
    bool is_of_path = false;
    std::uint64_t levels_below_precision = 0;
    double tail_index = std::numeric_limits<double>::infinity();
};

std::vector<Metric> by_metric(std::span<Row const> rows) {
    std::vector<Metric> metrics;
    std::map<std::string, std::size_t> known;
    for (Row const& row : rows) {
        std::string const name =
            row.path.empty() ? row.metric : row.path + "." + row.metric;
        auto const [entry, is_new] = known.try_emplace(name, metrics.size());
        if (is_new) {
            metrics.push_back({name, !row.path.empty()});
        }
        Metric& own = metrics[entry->second];
        own.levels_below_precision |= row.levels_below_precision;
        own.tail_index = std::min(own.tail_index, row.tail_index);
    }
    return metrics;
}

/// Those of the reported levels that have their bit set.
std::string level_list(std::uint64_t bits, QuantileLevels const& levels) {
    std::string list;
    for (std::size_t const level : levels.reported()) {
        if ((bits >> level & 1) != 0) {
            list += (list.empty() ? "" : ", ") + quantile_name(levels[level]);
        }
    }
    return list;
}

/// One note for each quantity of [output], and one for all metrics of paths, which are
/// many.
void append_verdicts(std::vector<Metric> const& metrics,
                     MeanVerdict verdict,
                     std::string const& sentence,
                     std::vector<std::string>& notes) {
    std::vector<Metric> of_paths;
    for (Metric const& metric : metrics) {
        if (mean_verdict(metric.tail_index) != verdict) {
            continue;
        }
        if (metric.is_of_path) {
            of_paths.push_back(metric);
        } else {
            notes.push_back(fmt::format("{}: {} (Hill index {:.2f} of the top 0.5 %)",
                                        metric.name,
                                        sentence,
                                        metric.tail_index));
        }
    }
    auto const heaviest = std::min_element(
        of_paths.begin(), of_paths.end(), [](Metric const& a, Metric const& b) {
            return a.tail_index < b.tail_index;
        });
    if (heaviest != of_paths.end()) {
        std::size_t const others = of_paths.size() - 1;
        notes.push_back(fmt::format(
            "{}{}: {} (Hill index {:.2f} of the top 0.5 %)",
            heaviest->name,
            others == 0 ? ""
                        : fmt::format(" and {} more metric{} of paths, in some step",
                                      others,
                                      others == 1 ? "" : "s"),
            sentence,
            heaviest->tail_index));
    }
}

}  // namespace

std::vector<std::string> row_notes(std::span<Row const> rows,
                                   QuantileLevels const& levels) {
    std::vector<std::string> notes;
    std::vector<Metric> const metrics = by_metric(rows);
    for (Metric const& metric : metrics) {
        auto const list = level_list(metric.levels_below_precision, levels);
        if (!list.empty()) {
            notes.push_back(
                fmt::format("{}: {} below single precision (1e-37), printed as 0",
                            metric.name,
                            list));
        }
    }
    append_verdicts(
        metrics, MeanVerdict::not_estimable, "the mean is not estimable", notes);
    append_verdicts(metrics,
                    MeanVerdict::error_not_reliable,
                    "the standard error of this mean is not reliable",
                    notes);
    return notes;
}

}  // namespace leadtime::estimator
