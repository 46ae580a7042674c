// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace leadtime::estimator {

/// A CSV file that cannot be used; `suggestion` may be empty.
struct CsvError {
    std::string problem;
    std::string reason;
    std::string suggestion;
};

/// The finite numbers of one column of a CSV file (RFC 4180, UTF-8, at most 64 MiB)
/// whose first line names the columns. Lines that start with `#` and empty lines are
/// skipped. Throws: CsvError when the file, the column or a number cannot be read.
std::vector<double> read_csv_column(std::string const& path, std::string const& column);

}  // namespace leadtime::estimator
