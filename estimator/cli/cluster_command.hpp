// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>

namespace leadtime::estimator {

/// What `leadtime cluster` was asked, as written.
struct ClusterOptions {
    std::string accelerator;
    std::string count;               ///< 1 to 1e7, such as 16384, 16k or 1e5
    std::string model;               ///< a built-in model, unless a job is given
    std::optional<std::string> job;  ///< a TOML file
    std::string precision = "bf16";
    std::optional<std::string> layout;  ///< `tp=8,pp=16,vp=4`; the model chooses else
    std::string samples = "2000";
    std::string seed = "1";
    std::string team = "frontier";
    std::optional<std::string> batch_tokens;
    std::optional<std::string> training_tokens;
    std::optional<std::string> sequence_tokens;
    std::optional<std::string> date;      ///< `2026-03`: when it trains
    std::optional<std::string> masked;    ///< share of failures, 0 to 1
    std::optional<std::string> learners;  ///< parts that do not wait for each other
    std::optional<std::string> spares;    ///< share of the accelerators, 0 to 0.5
    std::optional<std::string> sweep;     ///< `count=64:262144`
    std::optional<std::string> profiles_dir;
    bool json = false;
};

/// Writes what a cluster does with a training job: MFU with its reference peak, rates,
/// goodput, days, costs by three methods, memory, what limits it, and whether it fits;
/// or, for a sweep, one line for each number of accelerators.
///
/// JSON: `{accelerator, model, precision, fell_back, reference_peak_flop_per_s, chips,
/// feasible, flags, assumptions, point, quantiles, step_shares, layout, cost_usd}`, for
/// a sweep with `sweep: [{chips, ...}]` instead of the last five. What is infinite or
/// not known is null.
///
/// Returns: the exit status, 0. Throws: UsageError for an option that is wrong,
///          text::ConfigError for unknown names and files with errors.
int run_cluster(ClusterOptions const& options, std::ostream& out);

}  // namespace leadtime::estimator
