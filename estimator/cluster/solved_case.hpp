// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/cluster/costs.hpp"
#include "estimator/cluster/evaluation.hpp"
#include "estimator/cluster/joined_pool.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace leadtime::estimator {

/// Jobs are sought between a toy and what is far beyond every run.
inline constexpr double least_job_flop = 1e18;
inline constexpr double most_job_flop = 1e32;

/// Of job, number of accelerators and days two are given, and the third is sought.
enum class ClusterSought { days, count, job };

/// A question with what it leaves open.
struct ClusterTask {
    ClusterCase question;  ///< its job is planned where the job is sought
    ClusterPrices prices;
    ClusterSought sought = ClusterSought::days;
    double days = 0;  ///< given where days are not sought
    std::optional<double> usd;
    CostMethod usd_method = CostMethod::amortised;
    std::optional<double> facility_w;  ///< at full load, PUE included
    /// As many accelerators as `usd` pays for in those days and `facility_w` feeds;
    /// else those of the question.
    bool is_bounded = false;
    /// More accelerators that train with those of the question; for a given count.
    std::optional<JoinedPool> joined;
};

/// The answer of one sample, or at the medians.
struct ClusterOutcome {
    ClusterFigures figures;  ///< with the accelerators offered and the FLOP trained
    ClusterBill bill;
    bool is_met = true;  ///< false: no number of accelerators, or no job, does it
};

/// Targets that differ by sample, as "in the days that the other one takes".
struct SampleTargets {
    std::vector<double> days;  ///< empty: those of the task
    std::vector<double> chips;
    std::vector<double> flop;  ///< of a planned job
};

/// As many accelerators as money and power of the task allow over so many days, rounded
/// down; at most max_cluster_chips.
double bounded_chips(ClusterTask const& task, DrawnPrices const& prices, double days);

/// At the median of every input. A count that is sought is the least whole number that
/// does the job in time: found to 0.03 %, since more never take longer (by more than
/// 0.5 %, docs/cluster.md 2.6). A job that is sought is the largest done in time. Where
/// none is, `is_met` is false, and the figures are those of as many as are of use, or of
/// the smallest job.
ClusterOutcome evaluate_task(ClusterTask const& task);

/// `count` draws from the priors; the same seed, the same outcomes, whatever is sought
/// and for every accelerator: they can be compared sample by sample.
std::vector<ClusterOutcome> sample_task(ClusterTask const& task,
                                        std::uint64_t count,
                                        std::uint64_t seed,
                                        SampleTargets const& targets = {});

}  // namespace leadtime::estimator
