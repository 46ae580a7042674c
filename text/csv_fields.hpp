// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadtime::text {

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

/// Cells of a CSV text with quotes as RFC 4180 has them; rows without the header's
/// number of cells are refused. Throws: std::runtime_error.
std::vector<std::vector<std::string>> parse_csv(std::string_view text);

/// A field of a CSV line: quoted as RFC 4180 says where that is needed.
std::string csv_field(std::string const& text);

}  // namespace leadtime::text
