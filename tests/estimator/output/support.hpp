// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>

namespace leadtime::tests {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// A row whose quantiles are the median times 1/4 .. 4, its errors 0.4 %.
inline estimator::Row synthetic_row(
    std::string path, std::string metric, std::string unit, int step, double median) {
    estimator::Row row;
    row.path = std::move(path);
    row.metric = std::move(metric);
    row.unit = std::move(unit);
    row.step = step;
    row.samples = 1000;
    row.mean = median * 1.25;
    row.mean_standard_error = std::fabs(median) / 128;
    row.standard_deviation = std::fabs(median) / 4;
    row.minimum = median / 8;
    row.maximum = median * 8;
    double const factors[] = {0.25, 0.5, 0.75, 1, 1.25, 2, 4};
    for (std::size_t i = 0; i < row.quantiles.size(); ++i) {
        row.quantiles[i] = median * factors[i];
        row.quantile_standard_errors[i] = std::fabs(median) / 256;
    }
    return row;
}

/// Two paths over four half years from 2025-01, a lag that is censored on both sides, a
/// milestone that is often not reached, and two [output] quantities.
inline estimator::Result synthetic_result() {
    estimator::Result result;
    result.scenario_name = "synthetic \"two paths\"";
    result.scenario_file = "two, paths.toml";
    result.scenario_hash = "0123456789abcdef";
    result.seed = 18446744073709551615U;
    result.samples = 1000;
    result.wall_time_s = 0.5;
    result.backend = "OpenMP, 2 threads, 8 lanes";
    result.determinism = "everywhere";
    result.start_month = 2025 * 12;
    result.steps = 4;
    result.months_per_step = 6;
    result.paths = {"cn_restricted", "us_frontier"};
    result.reference = "us_frontier";
    result.notes = {"cn_restricted: ascend_910c has no fp8; bf16 is used"};
    auto const add = [&](auto&&... values) -> estimator::Row& {
        result.rows.push_back(synthetic_row(values...));
        return result.rows.back();
    };
    for (auto const* path : {"cn_restricted", "us_frontier"}) {
        auto const scale = std::string(path) == "us_frontier" ? 8.0 : 1.0;
        for (int step = 0; step < 4; ++step) {
            add(path, "run_flop", "FLOP", step, scale * (1 + step) * 1e25);
        }
        for (int step = 0; step < 4; ++step) {
            add(path, "run_cost_amortised_usd", "USD", step, scale * (1 + step) * 64e6);
        }
        for (int step = 0; step < 4; ++step) {
            add(path, "h100e_bf16", "chip", step, scale * (1 + step) * 16'384);
        }
        if (scale == 1) {
            for (int step = 0; step < 4; ++step) {
                auto& row = add(path, "lag_months", "month", step, 10.0 + step);
                row.share_below = 0.02;
                row.share_above = 0.06 + 0.25 * step;
                for (std::size_t i = 0; i < row.quantiles.size(); ++i) {
                    if (estimator::quantile_levels[i] <= row.share_below) {
                        row.quantiles[i] = -infinity;
                        row.quantile_standard_errors[i] = infinity;
                    }
                    if (estimator::quantile_levels[i] > 1 - row.share_above) {
                        row.quantiles[i] = infinity;
                        row.quantile_standard_errors[i] = infinity;
                    }
                }
            }
        }
        auto& month =
            add(path, "milestone_month@1e26", "month", -1, scale == 1 ? 16.0 : 4.0);
        auto& cost = add(path, "milestone_cost_usd@1e26", "USD", -1, scale * 1e9);
        if (scale == 1) {
            add(path, "milestone_lag_months@1e26", "month", -1, 12.0);
            month.quantiles[5] = month.quantiles[6] = infinity;
            cost.quantiles[5] = cost.quantiles[6] = infinity;
            month.share_above = cost.share_above = 0.125;
        }
    }
    add("", "chips_total", "chip", 0, 1000.0);
    add("", "chips_total", "chip", 3, 8e6);
    add("", "premium", "1", -1, 1.5);
    return result;
}

}  // namespace leadtime::tests
