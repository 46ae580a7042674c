// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/estimate/files.hpp"

#include "estimator/output/estimate/csv.hpp"
#include "estimator/output/estimate/netcdf_writer.hpp"
#include "estimator/output/report_html.hpp"
#include "estimator/output/report_template.hpp"

#include <string>

namespace leadtime::estimator {
namespace {

std::string page(Result const& result) {
    return report_html(result).value_or("");
}

bool has_page(Result const&) {
    return !report_template().empty();
}

bool has_kept(Result const& result) {
    return !result.kept.empty();
}

constexpr StudyFile<Result> all_files[] = {
    {.name = "summary.csv", .contents = summary_csv},
    {.name = "result.nc", .contents = netcdf_bytes},
    {.name = "report.html",
     .contents = page,
     .is_written = has_page,
     .is_drawn_again = true},
    {.name = "samples.csv",
     .contents = samples_csv,
     .is_written = has_kept,
     .option = "--keep-samples"},
};

}  // namespace

std::span<StudyFile<Result> const> estimate_files() {
    return all_files;
}

}  // namespace leadtime::estimator
