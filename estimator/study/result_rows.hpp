// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// One metric of one path: a series over the steps, or a single row without a month.
struct MetricGroup {
    std::string path;  ///< empty for quantities of [output]
    std::string metric;
    std::string unit;
    bool is_series = false;
    bool is_censored = false;      ///< some row has censored samples
    std::vector<Row const*> rows;  ///< is_series: by step, nullptr where there is none
};

/// The rows of a result grouped by metric: paths in the result's order, the reference
/// first, [output] last; metrics in order of appearance. Points into `result`.
std::vector<MetricGroup> metric_groups(Result const& result);

/// The paths with the reference first.
std::vector<std::string> ordered_paths(Result const& result);

/// Standard error of `row.quantiles[i]`: nan where it would be that of an infinity from
/// an infinity, and where one sample cannot tell.
double quantile_error(Row const& row, std::size_t i);

/// Standard error of the mean: nan where there is no mean or one sample cannot tell.
double mean_error(Row const& row);

/// What is printed for a mean, and for its standard error: `text`, or the verdict of
/// the tail.
std::string mean_text(double tail_index, std::string const& text);
std::string mean_error_text(double tail_index, std::string const& text);

/// A named statistic of a row: `mean`, `p05`, `p05_se`, ... Mean, sd, min and max are
/// nan where every sample is censored.
struct Statistic {
    std::string name;
    double value;
};

/// The quantiles of a row that are written, ascending, and what they are called.
struct QuantileColumns {
    struct Column {
        std::size_t place;  ///< in Row::quantiles
        std::string name;   ///< `p05`, `p99.9`: percent, whole ones in two digits
        std::string error_name;
    };
    std::vector<Column> columns;
};

/// Those asked for; and all that are computed, from which pages are made.
QuantileColumns reported_columns(QuantileLevels const& levels);
QuantileColumns computed_columns(QuantileLevels const& levels);

/// All of them, in the order they are written; the shares only where `with_shares`. The
/// tail index is infinite where no tail is heavy.
std::vector<Statistic>
statistics(Row const& row, QuantileColumns const& quantiles, bool with_shares);

/// `YYYY-MM` of a step.
std::string step_month(Result const& result, int step);

}  // namespace leadtime::estimator
