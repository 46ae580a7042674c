// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ostream>

namespace leadtime::estimator {

/// What `leadtime backtest` was asked.
struct BacktestOptions {
    std::uint64_t samples = 4000;
    std::uint64_t seed = 1;
    bool json = false;
};

/// Writes the cluster model against published throughputs, training runs and costs.
///
/// JSON: `{samples, seed, throughput: [{row, label, accelerator, chips, precision_bits,
/// class, moe, reported_mfu, given_mfu, given_error, given_interval, automatic_mfu,
/// automatic_error, automatic_interval, source}], training: [{model, date, hardware,
/// chips, quantity, actual, interval, error}], costs: [{model, formula_usd,
/// published_usd}], classes: [{class, rows, given_error, given_hits, automatic_error,
/// automatic_hits}]}`; intervals are [p5, p50, p95].
///
/// Returns: the exit status, 0.
int run_backtest(BacktestOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
