// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/result.hpp"

#include <stdexcept>
#include <string>

namespace leadtime::estimator {

/// A file is no result.nc of ours; what() is a sentence that names it.
class ResultFileError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Reads a result.nc back: all that netcdf_bytes() wrote. Metrics come in the order of
/// the file's dimensions; wall time and backend, which only the manifest has, are
/// empty. Throws: ResultFileError.
Result read_result(std::string const& path);

}  // namespace leadtime::estimator
