// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/netcdf_output.hpp"

#include "estimator/output/write_error.hpp"

#include <limits>
#include <netcdf.h>

namespace leadtime::estimator {

void check_netcdf(int status) {
    if (status != NC_NOERR) {
        throw OutputError(std::string("the netCDF library failed: ")
                          + nc_strerror(status));
    }
}

int NetcdfOutput::dimension(std::string const& name, std::size_t size) const {
    int dimension_id = 0;
    check_netcdf(nc_def_dim(id_, name.c_str(), size, &dimension_id));
    return dimension_id;
}

int NetcdfOutput::variable(std::string const& name,
                           int type,
                           std::vector<int> const& dimensions) const {
    int variable_id = 0;
    check_netcdf(nc_def_var(id_,
                            name.c_str(),
                            type,
                            static_cast<int>(dimensions.size()),
                            dimensions.data(),
                            &variable_id));
    return variable_id;
}

void NetcdfOutput::text(int variable,
                        char const* name,
                        std::string const& value) const {
    check_netcdf(nc_put_att_text(id_, variable, name, value.size(), value.c_str()));
}

void NetcdfOutput::text(char const* name, std::string const& value) const {
    text(NC_GLOBAL, name, value);
}

void NetcdfOutput::number(char const* name, unsigned long long value) const {
    check_netcdf(nc_put_att_ulonglong(id_, NC_GLOBAL, name, NC_UINT64, 1, &value));
}

int NetcdfOutput::doubles(std::string const& name,
                          std::vector<int> const& dimensions,
                          std::vector<double> const& values) const {
    int const variable_id = variable(name, NC_DOUBLE, dimensions);
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    check_netcdf(nc_def_var_fill(id_, variable_id, NC_FILL, &nan));
    if (values.size() > 1024) {
        check_netcdf(nc_def_var_deflate(id_, variable_id, 1, 1, 4));
    }
    check_netcdf(nc_put_var_double(id_, variable_id, values.data()));
    return variable_id;
}

int NetcdfOutput::strings(std::string const& name,
                          std::vector<int> const& dimensions,
                          std::vector<std::string> const& values) const {
    int const variable_id = variable(name, NC_STRING, dimensions);
    std::vector<char const*> pointers;
    for (auto const& value : values) {
        pointers.push_back(value.c_str());
    }
    check_netcdf(nc_put_var_string(id_, variable_id, pointers.data()));
    return variable_id;
}

}  // namespace leadtime::estimator
