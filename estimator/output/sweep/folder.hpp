// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/sweep.hpp"

#include <cstddef>
#include <string>

namespace leadtime::estimator {

/// What a folder has got of a sweep.
struct SweepSummary {
    std::size_t cells = 0;
    std::size_t found = 0;  ///< complete cells of an earlier call that were kept
    std::size_t outputs = 0;
};

/// Runs a sweep and writes to `directory`:
///
/// - sweep.json first: what the sweep is, with a hash. A folder that holds another
///   sweep is refused; one that holds part of this one is continued.
/// - sweep.csv, a cell at a time, each written to the disk before the next begins. An
///   incomplete last cell of an interrupted call is cut off.
/// - sweep.nc at the end, from sweep.csv, a cell at a time.
///
/// Memory does not grow with the cells.
/// Throws: as Sweep; OutputError; Interrupted after complete cells.
SweepSummary write_sweep(Executor const& executor,
                         ScenarioReader const& read,
                         SweepOptions const& options,
                         RunOptions const& run,
                         std::string const& directory);

}  // namespace leadtime::estimator
