// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace leadtime::fuzz {

/// The bytes of a netCDF file that is a small result.nc but for what `choices` says:
/// one byte for each dimension, attribute and variable, 0 for leaving it as it should
/// be, and more where they need them (choices that are missing are 0). Types, lengths,
/// ranks, values, absence and repetition are chosen, and the file's format. Empty where
/// the library cannot make it.
std::string hostile_netcdf(std::string_view choices);

}  // namespace leadtime::fuzz
