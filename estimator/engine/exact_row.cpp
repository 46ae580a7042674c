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

std::span<float const> finite_part(std::span<float const> sorted) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    auto const begin = std::upper_bound(sorted.begin(), sorted.end(), -infinity);
    return {begin, std::lower_bound(begin, sorted.end(), infinity)};
}

double mean_of_finite(std::span<float const> finite) {
    double sum = 0.0;
    for (float const x : finite) {
        sum += x;
    }
    return finite.empty() ? 0.0 : sum / static_cast<double>(finite.size());
}

Row row_of_sorted(OutputInfo const& output,
                  std::span<float const> sorted,
                  QuantileLevels const& levels) {
    Row row;
    row.path = output.path;
    row.metric = output.metric;
    row.unit = output.unit;
    row.step = output.step;
    row.samples = sorted.size();
    row.quantiles.resize(levels.size());
    row.quantile_standard_errors.resize(levels.size());
    if (sorted.empty()) {
        return row;
    }
    auto const finite = finite_part(sorted);
    double const n = static_cast<double>(sorted.size());
    double const count = static_cast<double>(finite.size());
    double const to_unit = 1.0 / output.scale;
    row.share_below = static_cast<double>(finite.data() - sorted.data()) / n;
    row.share_above =
        static_cast<double>(sorted.size() - finite.size()
                            - static_cast<std::size_t>(finite.data() - sorted.data()))
        / n;
    if (!finite.empty()) {
        double const mean = mean_of_finite(finite);
        double squares = 0.0;
        for (float const x : finite) {
            squares += (x - mean) * (x - mean);
        }
        row.mean = mean * to_unit;
        row.standard_deviation =
            count > 1.0 ? std::sqrt(squares / (count - 1.0)) * to_unit : 0.0;
        row.mean_standard_error = row.standard_deviation / std::sqrt(count);
        row.tail_index = heavier_tail_index(finite);
        row.minimum = static_cast<double>(finite.front()) * to_unit;
        row.maximum = static_cast<double>(finite.back()) * to_unit;
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

Row exact_row(OutputInfo const& output,
              std::span<float const> values,
              QuantileLevels const& levels) {
    std::vector<float> sorted(values.begin(), values.end());
    kernels::sort_values(sorted);
    return row_of_sorted(output, sorted, levels);
}

}  // namespace leadtime::estimator
