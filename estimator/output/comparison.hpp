// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/compare.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What a scenario of a comparison is called and came from.
struct ComparedScenario {
    std::string label;  ///< as given on the command line
    std::string name;
    std::string hash;
};

/// A comparison with what is needed to print it. docs/outputs.md has the formats.
struct ComparisonReport {
    std::vector<ComparedScenario> scenarios;  ///< the base first
    std::vector<PairedResult> results;        ///< one for each of the others
    std::uint64_t seed = 0;
    std::uint64_t samples = 0;
    int start_month = 0;      ///< of the base, year * 12 + month - 1
    int months_per_step = 1;  ///< of its reported steps
    std::string reference;    ///< the base's reference path
    QuantileLevels levels;    ///< of all rows

    /// `YYYY-MM` of a step: its last month.
    std::string month_of(int step) const;

    /// The same of a row's step, empty where it has none.
    std::string month_of(PairedRow const& row) const;
};

/// For a person: at the year ends and for milestones, each side's median, the paired
/// difference of lags and the ratio of FLOP and money.
std::string comparison_table(ComparisonReport const& report, bool colour);

/// One JSON document, `leadtime-compare`.
std::string comparison_json(ComparisonReport const& report);

/// Tidy: scenario, path, metric, unit, month, side, statistic, value.
std::string comparison_csv(ComparisonReport const& report);

/// Regulatory resilience: the ratio of means of one metric of every path with the event
/// (the second scenario of each pair) and without it.
struct ResilienceReport {
    ComparisonReport comparison;      ///< one result for each event
    std::vector<std::string> events;  ///< in the same order
    std::string metric;
    std::vector<int> year_ends;  ///< steps that the table shows, beside the lowest
};

std::string resilience_table(ResilienceReport const& report, bool colour);
std::string resilience_json(ResilienceReport const& report);

}  // namespace leadtime::estimator
