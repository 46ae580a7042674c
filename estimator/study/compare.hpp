// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/executor.hpp"
#include "estimator/engine/model.hpp"
#include "estimator/engine/result.hpp"
#include "estimator/engine/run_options.hpp"
#include "estimator/study/output_pairs.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// One output of two scenarios on the same draws. Rows have statistics over samples;
/// their `step` is that of the base.
struct PairedRow {
    Row base;
    Row other;
    /// other - base, sample by sample: infinite where one side is censored. Samples
    /// censored on the same side in both have no difference.
    Row difference;
    double share_undefined = 0.0;
    /// other / base, sample by sample; of FLOP and USD only. 0 / 0 is undefined.
    std::optional<Row> ratio;
    double ratio_share_undefined = 0.0;
    /// E[other] / E[base] over the samples where both are finite, with its standard
    /// error from the pairs (delta method); nan where E[base] is 0.
    double ratio_of_means = 0.0;
    double ratio_of_means_standard_error = 0.0;
    double pairs = 0.0;  ///< samples where both are finite

    /// The tail index of the mean with the heavier tail: it decides what their ratio is
    /// worth.
    double ratio_of_means_tail_index() const {
        return std::min(base.tail_index, other.tail_index);
    }
};

/// One scenario against the base.
struct PairedResult {
    std::vector<PairedRow> rows;        ///< in the base's order
    std::vector<std::string> left_out;  ///< sentences: what only one of them has
    std::vector<std::string> remarks;   ///< sentences on how paths of either buy
    /// As those of Result.
    bool is_exact = false;
    std::string_view quantile_source() const { return quantile_source_of(is_exact); }
};

/// What is compared where nothing is asked for: of paths the largest run, progress, money
/// and lags at the year ends, and all numbers without a month; of quantities these months.
OutputFilter compared_outputs(Scenario const& base);

/// Runs all models over the same samples and compares each with the first. Few samples
/// are kept and sorted, as those of a run (the limits are of what is compared);
/// with more, memory does not grow with their number. Steps are paired by the month in
/// which they end. Same scenarios, seed and samples: same bits on any executor.
///
/// Precondition: at least two models. Throws: Interrupted, RunError.
std::vector<PairedResult> compare_models(std::vector<Model> const& models,
                                         Executor const& executor,
                                         RunOptions const& options,
                                         OutputFilter const& wanted);

}  // namespace leadtime::estimator
