// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <cstdint>
#include <string>

namespace leadtime::estimator {

/// `format_version` of result.nc. 1 had no such attribute, and no `tail_index`.
inline constexpr std::uint64_t netcdf_format_version = 2;

/// The bytes of result.nc: the result as netCDF-4 with the dimensions path, metric,
/// month and quantile (docs/outputs.md lists the variables). Made in memory, so that a
/// full disk is met where files are written and not inside a library.
///
/// What a path does not have is nan, the fill value; infinite quantiles stay infinite.
/// Throws: OutputError when the netCDF library fails.
std::string netcdf_bytes(Result const& result);

}  // namespace leadtime::estimator
