// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/design.hpp"
#include "estimator/study/estimate.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// What `leadtime sweep` was asked.
struct SweepOptions {
    std::vector<std::string> vary;     ///< SweepDesign
    std::size_t latin_hypercube = 0;   ///< cells; 0: a grid
    std::vector<std::string> outputs;  ///< select_outputs(); none: lags at the end
    /// Of the whole sweep, which the reader has already; for the record.
    std::vector<std::string> overrides = {};
};

/// What a sweep did.
struct SweepSummary {
    std::size_t cells = 0;
    std::size_t found = 0;  ///< complete cells of an earlier call that were kept
    std::size_t outputs = 0;
};

/// Reads the scenario with these overrides on top of those of the whole sweep.
using ScenarioReader =
    std::function<Scenario(std::vector<std::string> const& overrides)>;

/// Runs every cell of a design with the same seed, so that cells differ by their keys
/// only, and writes to `directory`:
///
/// - sweep.json first: what the sweep is, with a hash. A folder that holds another
///   sweep is refused; one that holds part of this one is continued.
/// - sweep.csv, a cell at a time, each written to the disk before the next begins. An
///   incomplete last cell of an interrupted call is cut off.
/// - sweep.nc at the end, from sweep.csv, a cell at a time.
///
/// Statistics are those of exact_row(). Memory does not grow with the cells. `run`
/// gives samples, seed, progress (cells) and stop.
/// Throws: hw::ConfigError, RunError, OutputError; Interrupted after complete cells.
SweepSummary run_sweep(ScenarioReader const& read,
                       SweepOptions const& options,
                       RunOptions const& run,
                       std::string const& directory);

}  // namespace leadtime::estimator
