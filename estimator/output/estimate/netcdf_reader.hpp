// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"
#include "estimator/output/netcdf_file.hpp"

#include <string>

namespace leadtime::estimator {

/// Reads a result.nc back: all that netcdf_bytes() wrote. Metrics come in the order of
/// the file's dimensions; wall time and backend, which only the manifest has, are
/// empty. Where a manifest.json beside it has hashes, the files there must be those
/// that it was written with. Throws: ResultFileError.
Result read_result(std::string const& path);

}  // namespace leadtime::estimator
