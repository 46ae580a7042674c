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

    /// Takes from the base what the last four say.
    void describe(Scenario const& base);

    /// `YYYY-MM` of a step: its last month.
    std::string month_of(int step) const;

    /// The same of a row's step, empty where it has none.
    std::string month_of(PairedRow const& row) const;
};

/// The row of a metric in a step of the base; null where there is none.
PairedRow const* find_row(PairedResult const& result,
                          std::string const& path,
                          std::string const& metric,
                          int step);

/// The paths that have rows, in the base's order.
std::vector<std::string> paths_of(PairedResult const& result);

}  // namespace leadtime::estimator
