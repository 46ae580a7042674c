// SPDX-License-Identifier: Apache-2.0
// A result.nc made by tests/fuzz/hostile_netcdf.hpp from the bytes of an input.
#include "estimator/output/estimate/netcdf_reader.hpp"

#include "tests/fuzz/hostile_netcdf.hpp"
#include "tests/fuzz/support.hpp"

using namespace leadtime;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static fuzz::MemoryFile file;
    auto const bytes = fuzz::hostile_netcdf(fuzz::text_of(data, size));
    if (bytes.empty()) {
        return -1;
    }
    file.write(bytes);
    try {
        auto const result = estimator::read_result(file.path());
        fuzz::use(static_cast<double>(result.rows.size()));
    } catch (estimator::ResultFileError const&) {
        // a sentence to the user
    }
    return 0;
}
