// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/exact_row.hpp"

#include "estimator/engine/tail_index.hpp"
#include "kernels/statistics/axis.hpp"
#include "kernels/statistics/ordering.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace leadtime::estimator {
namespace {

/// The p-quantile of sorted values; an infinity where it falls among infinities.
double quantile_of_sorted(std::span<float const> sorted, double p) {
    double const rank =
        std::clamp(p, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    double const below = std::floor(rank);
    double const weight = rank - below;
    double const low = sorted[static_cast<std::size_t>(below)];
    if (weight == 0.0) {
        return low;
    }
    double const high = sorted[static_cast<std::size_t>(below) + 1];
    if (std::isinf(low) || std::isinf(high)) {
        return weight < 0.5 ? low : high;
    }
    return low + weight * (high - low);
}

}  // namespace

Row exact_row(OutputInfo const& output,
              std::span<float const> values,
              QuantileLevels const& levels) {
    Row row;
    row.path = output.path;
    row.metric = output.metric;
    row.unit = output.unit;
    row.step = output.step;
    row.samples = values.size();
    row.quantiles.resize(levels.size());
    row.quantile_standard_errors.resize(levels.size());
    if (values.empty()) {
        return row;
    }
    std::vector<float> sorted(values.begin(), values.end());
    kernels::sort_values(sorted);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    auto const begin = std::upper_bound(sorted.begin(), sorted.end(), -infinity);
    auto const end = std::lower_bound(sorted.begin(), sorted.end(), infinity);
    double const n = static_cast<double>(sorted.size());
    double const finite = static_cast<double>(end - begin);
    double const to_unit = 1.0 / output.scale;
    row.share_below = static_cast<double>(begin - sorted.begin()) / n;
    row.share_above = static_cast<double>(sorted.end() - end) / n;
    if (begin != end) {
        double sum = 0.0;  // in ascending order: the same on any number of threads
        for (auto x = begin; x != end; ++x) {
            sum += *x;
        }
        double const mean = sum / finite;
        double squares = 0.0;
        for (auto x = begin; x != end; ++x) {
            squares += (*x - mean) * (*x - mean);
        }
        row.mean = mean * to_unit;
        row.standard_deviation =
            finite > 1.0 ? std::sqrt(squares / (finite - 1.0)) * to_unit : 0.0;
        row.mean_standard_error = row.standard_deviation / std::sqrt(finite);
        row.tail_index = heavier_tail_index(std::span<float const>(begin, end));
        row.minimum = static_cast<double>(*begin) * to_unit;
        row.maximum = static_cast<double>(*(end - 1)) * to_unit;
    }
    for (std::size_t q = 0; q < levels.size(); ++q) {
        double const p = levels[q];
        double const reach = std::sqrt(p * (1.0 - p) / n);
        double const low = quantile_of_sorted(sorted, p - reach);
        double const high = quantile_of_sorted(sorted, p + reach);
        double const value = quantile_of_sorted(sorted, p);
        bool const is_tiny =
            value != 0.0
            && std::abs(value) < static_cast<double>(kernels::smallest_magnitude);
        row.quantiles[q] = is_tiny ? 0.0 : value * to_unit;
        if (is_tiny) {
            row.levels_below_precision |= std::uint64_t{1} << q;
        }
        row.quantile_standard_errors[q] =
            low == high ? 0.0 : 0.5 * (high - low) * to_unit;
    }
    return row;
}

}  // namespace leadtime::estimator
