// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/output_selection.hpp"
#include "estimator/output/file_handle.hpp"
#include "estimator/study/design.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// What a sweep leaves in its folder; the page comes last, and only where it fits.
inline constexpr std::string_view sweep_csv_name = "sweep.csv";
inline constexpr std::string_view sweep_netcdf_name = "sweep.nc";
inline constexpr std::string_view sweep_json_name = "sweep.json";
inline constexpr std::string_view sweep_page_name = "report.html";
inline constexpr std::array sweep_files{
    sweep_csv_name, sweep_netcdf_name, sweep_json_name, sweep_page_name};

/// sweep.csv, open for appending whole cells.
class SweepCsv {
  public:
    /// Opens or makes the file in an open folder, never through a link. Keeps the
    /// complete cells of an earlier call, each `lines_per_cell` lines, and cuts off
    /// what follows. `shown` is its name in messages. Throws: OutputError.
    SweepCsv(int folder,
             std::filesystem::path shown,
             std::string const& header,
             std::size_t lines_per_cell);

    std::size_t cells_found() const { return cells_found_; }
    /// Appends the lines of a cell; they are on the disk when it returns.
    void append(std::string const& lines);

  private:
    std::filesystem::path path_;
    FileHandle file_;
    std::size_t cells_found_ = 0;
};

/// The first line of sweep.csv, with its end.
std::string sweep_csv_header(std::vector<std::string> const& keys);

/// Names of the statistics of a cell's outputs, in order: with every level that is
/// computed, for the page is made of them.
std::vector<std::string> sweep_statistics(QuantileLevels const& levels);

/// Writes sweep.nc from a complete sweep.csv, a cell at a time: value(KEY, ..., output,
/// statistic) of a grid, value(cell, output, statistic) of a hypercube. A temporary
/// file of an unpredictable name is renamed at the end. `folder` is the directory,
/// open. Throws: OutputError.
void write_sweep_netcdf(int folder,
                        std::filesystem::path const& directory,
                        SweepDesign const& design,
                        std::vector<SelectedOutput> const& outputs,
                        QuantileLevels const& levels,
                        std::string const& title,
                        std::string const& hash);

}  // namespace leadtime::estimator
