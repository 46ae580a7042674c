// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/output/sweep/reader.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace leadtime::estimator {

/// Why no page can be made of so many cells and outputs, as a sentence; empty where one
/// can.
std::string sweep_page_problem(std::size_t cells, std::size_t outputs);

/// A sweep as the page of web/ reads it (docs/outputs.md, "report.html"). Safe inside a
/// script element, and numbers as those of report_json(): one for each cell, in order,
/// or a single one where all cells have the same.
std::string sweep_report_json(FinishedSweep const& sweep);

/// The same of the sweep in a folder, from its sweep.json and sweep.csv: same files,
/// same bytes. Throws: SweepFileError, also where the page would be too large.
std::string sweep_report_json(std::filesystem::path const& directory);

}  // namespace leadtime::estimator
