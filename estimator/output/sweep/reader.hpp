// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/scenario/quantile_levels.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// A folder holds no finished sweep of ours; what() is a sentence that names it.
class SweepFileError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// How the values of a key lie on an axis: `log` where its range was given as `log` or
/// its values are a geometric sequence of three or more, `ordinal` where one is no
/// number.
enum class KeyScale { linear, log, ordinal };

/// A key of a finished sweep.
struct SweptKey {
    std::string key;
    KeyScale scale = KeyScale::ordinal;
    std::vector<std::string> values;  ///< of a grid in order; else one for each cell
    std::vector<double> numbers;      ///< the same as numbers; none where it is ordinal
};

/// An output of a finished sweep.
struct SweptOutput {
    std::string output;
    std::string path;  ///< empty for quantities of [output]
    std::string metric;
    std::string unit;
    std::string month;                         ///< `YYYY-MM`, or empty
    std::vector<std::vector<double>> numbers;  ///< [sweep_statistics(levels)][cell]
};

/// A sweep as its folder has it.
struct FinishedSweep {
    std::string program;  ///< that ran it: `leadtime 0.1.0 (4f2c1d9e0a3b)`
    std::string scenario_name;
    std::string scenario_description;
    std::string scenario_file;
    std::optional<int> start_month;  ///< year * 12 + month - 1; none if it is varied
    std::vector<std::string> overrides;
    std::uint64_t seed = 0;
    std::uint64_t samples = 0;  ///< of each cell
    bool is_grid = true;        ///< the last key varies fastest
    std::size_t cells = 0;
    QuantileLevels levels;
    std::vector<SweptKey> keys;
    std::vector<SweptOutput> outputs;
};

/// What sweep.json says; no numbers yet. Throws: SweepFileError.
FinishedSweep read_sweep_description(std::filesystem::path const& directory);

/// Adds the numbers of sweep.csv. Every line must be the one that `leadtime sweep`
/// writes there. Throws: SweepFileError, also where cells are missing.
void read_sweep_numbers(std::filesystem::path const& directory, FinishedSweep& sweep);

}  // namespace leadtime::estimator
