// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <netcdf.h>
#include <string>
#include <string_view>

namespace leadtime::fuzz {

/// What a variable or an attribute of a netCDF-4 file may hold.
inline constexpr std::array<nc_type, 12> netcdf_types{NC_BYTE,
                                                      NC_CHAR,
                                                      NC_SHORT,
                                                      NC_INT,
                                                      NC_FLOAT,
                                                      NC_DOUBLE,
                                                      NC_UBYTE,
                                                      NC_USHORT,
                                                      NC_UINT,
                                                      NC_INT64,
                                                      NC_UINT64,
                                                      NC_STRING};

/// The bytes of a netCDF file that is a small result.nc but for what `choices` says:
/// one byte for each dimension, attribute and variable, 0 for leaving it as it should
/// be, and more where they need them (choices that are missing are 0). Types, lengths,
/// ranks, values, absence and repetition are chosen, and the file's format. Empty where
/// the library cannot make it.
std::string hostile_netcdf(std::string_view choices);

}  // namespace leadtime::fuzz
