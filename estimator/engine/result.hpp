// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/quantile_levels.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// What the exponent of the heavier tail says of a mean.
enum class MeanVerdict {
    sound,
    error_not_reliable,  ///< the variance does not exist, as far as can be seen
    not_estimable        ///< nor does the mean
};

constexpr MeanVerdict mean_verdict(double tail_index) {
    return tail_index < 1.05  ? MeanVerdict::not_estimable
           : tail_index < 2.0 ? MeanVerdict::error_not_reliable
                              : MeanVerdict::sound;
}

/// Statistics of one metric of one path in one step (or of a scalar: step -1).
///
/// `quantiles[i]` may be -infinity or +infinity where it falls among censored samples
/// (model.md 5): lag -infinity "beyond the horizon", +infinity "before the record";
/// milestone and parity months +infinity "beyond the horizon", -infinity "before the
/// record". Mean and standard deviation are over the samples that are not censored.
struct Row {
    std::string path;    ///< empty for quantities of [output]
    std::string metric;  ///< model.md 6, or the quantity's name
    std::string unit;    ///< of every value here, e.g. "FLOP", "USD", "month", "1"
    int step = -1;
    std::uint64_t samples = 0;
    double mean = 0.0;
    double mean_standard_error = 0.0;
    double standard_deviation = 0.0;
    double minimum = 0.0;  ///< of the samples that are not censored
    double maximum = 0.0;
    /// By level: the first are those of quantile_levels, in this order.
    std::vector<double> quantiles = std::vector<double>(quantile_levels.size());
    std::vector<double> quantile_standard_errors =
        std::vector<double>(quantile_levels.size());
    /// Hill's estimate of the exponent of the heavier tail (run/tail_index.hpp), for
    /// mean_verdict(); infinite from 4 on.
    double tail_index = std::numeric_limits<double>::infinity();
    std::uint64_t levels_below_precision = 0;  ///< a bit for each: below 1e-37, so 0
    double share_below = 0.0;                  ///< censored at -infinity
    double share_above = 0.0;                  ///< censored at +infinity
    /// Of scalars that are dates: share of samples at or before the start of each
    /// step's last month, read off the bins. Empty for all others.
    std::vector<double> shares_by_step;
};

/// One input of a run with its origin, as the scenario or a profile states it.
struct InputRecord {
    std::string name;  ///< quantity, or `PROFILE.KEY` of an accelerator
    std::string unit;
    std::string value;  ///< as written: distribution, series or formula
    std::string source;
    std::string confidence;
    std::string note;
};

/// What a run was made from: for reports, which must explain a result without its
/// scenario file. Empty where a result was read from a file that has none.
struct ResultOrigin {
    std::string program;  ///< "leadtime 0.1.0 (4f2c...)"
    std::string scenario_description;
    std::string scenario_text;  ///< with the overrides as comments at its end
    std::vector<std::string> path_descriptions;  ///< by path
    /// Month of the reference path's first known run, counted from the start.
    std::optional<double> record_start_month;
    std::vector<InputRecord> inputs;
};

/// The samples of one output, kept one by one.
struct KeptSamples {
    std::string name;  ///< in full, `cn.lag_months@2030-12`
    std::string unit;
    std::vector<float> values;  ///< in that unit, by sample; infinite where censored
};

/// What quantiles were read off, in files.
inline constexpr std::string_view from_sorted_samples = "sorted samples";
inline constexpr std::string_view from_bins = "bins";
constexpr std::string_view quantile_source_of(bool is_exact) {
    return is_exact ? from_sorted_samples : from_bins;
}

/// What a run produced: small, whatever the number of samples.
struct Result {
    std::string scenario_name;
    std::string scenario_file;
    std::string scenario_hash;
    std::uint64_t seed = 0;
    std::uint64_t samples = 0;
    std::string sampler = "philox";  ///< or "qmc"
    int replicates = 0;              ///< of qmc; errors come from them
    double wall_time_s = 0.0;
    std::string backend;      ///< e.g. "OpenMP, 2 threads, 8 lanes"
    std::string determinism;  ///< "everywhere"
    int start_month = 0;      ///< year * 12 + month - 1
    int steps = 0;            ///< reported ones
    int months_per_step = 1;  ///< of a reported step
    QuantileLevels levels;    ///< of the rows
    /// Whether quantiles are those of the sorted samples, all of which were kept; else
    /// they are read off bins (docs/architecture.md, Statistics).
    bool is_exact = false;
    std::string_view quantile_source() const { return quantile_source_of(is_exact); }
    std::vector<std::string> paths;
    std::string reference;           ///< empty when there are no paths
    std::vector<std::string> notes;  ///< e.g. precisions that fell back
    std::vector<Row> rows;           ///< by path, then metric, then step
    std::vector<KeptSamples> kept;   ///< where they were asked for
    ResultOrigin origin;

    /// The last month of a step, from the start: the one that names it.
    int last_month(int step) const { return (step + 1) * months_per_step - 1; }

    /// The row, or nullptr.
    Row const* find(std::string_view path, std::string_view metric, int step) const;
};

}  // namespace leadtime::estimator
