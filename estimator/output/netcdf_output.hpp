// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace leadtime::estimator {

/// Throws OutputError where a call of the netCDF library failed.
void check_netcdf(int status);

/// What is written to an open netCDF-4 file. All members throw OutputError.
class NetcdfOutput {
  public:
    int dimension(std::string const& name, std::size_t size) const;

    /// Text attributes of a variable, and of the file.
    void text(int variable, char const* name, std::string const& value) const;
    void text(char const* name, std::string const& value) const;
    void number(char const* name, unsigned long long value) const;

    /// A variable over these dimensions, and its values; NaN is its fill value, and long
    /// ones are compressed. Returns: its number.
    int doubles(std::string const& name,
                std::vector<int> const& dimensions,
                std::vector<double> const& values) const;
    int strings(std::string const& name,
                std::vector<int> const& dimensions,
                std::vector<std::string> const& values) const;

    int variable(std::string const& name,
                 int type,
                 std::vector<int> const& dimensions) const;
    int id() const { return id_; }

  protected:
    NetcdfOutput() = default;
    ~NetcdfOutput() = default;

    int id_ = -1;  ///< of the library; negative: not open
};

}  // namespace leadtime::estimator
