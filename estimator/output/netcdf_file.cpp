// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/netcdf_file.hpp"

#include "text/display_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <limits>
#include <netcdf.h>
#include <netcdf_filter.h>
#include <set>
#include <string_view>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";
constexpr std::size_t most_chunk_values = std::size_t{1} << 24;

// Registered HDF5 filters: https://portal.hdfgroup.org/documentation/hdf5-docs/
// registered_filter_plugins.html
constexpr unsigned deflate_filter = 1;
constexpr unsigned shuffle_filter = 2;

}  // namespace

NetcdfFile::NetcdfFile(std::string path, NetcdfLimits limits)
    : path_(std::move(path))
    , left_(limits) {
    std::error_code error;
    auto const status = std::filesystem::status(path_, error);
    if (!std::filesystem::exists(status)) {
        fail("there is no such file");
    }
    if (!std::filesystem::is_regular_file(status)) {
        fail("it is not a file");
    }
    std::string start(hdf5_signature.size(), '\0');
    std::ifstream stream(path_, std::ios::binary);
    stream.read(start.data(), static_cast<std::streamsize>(start.size()));
    if (start != hdf5_signature
        || nc_open(path_.c_str(), NC_NOWRITE, &id_) != NC_NOERR) {
        id_ = -1;
        fail("it is not netCDF");
    }
    try {
        refuse_foreign_structure();
    } catch (...) {
        nc_close(id_);
        throw;
    }
}

NetcdfFile::~NetcdfFile() {
    if (id_ >= 0) {
        nc_close(id_);
    }
}

void NetcdfFile::fail(std::string const& why) const {
    throw ResultFileError("cannot read the result \"" + path_ + "\": " + why);
}

void NetcdfFile::check(int status, std::string const& what) const {
    if (status != NC_NOERR) {
        fail(what + ": " + nc_strerror(status));
    }
}

void NetcdfFile::refuse_foreign_structure() const {
    int format = 0;
    int groups = 0;
    int types = 0;
    int unlimited = 0;
    check(nc_inq_format(id_, &format), "its format");
    if (format != NC_FORMAT_NETCDF4) {
        fail("it is not netCDF-4");
    }
    check(nc_inq_grps(id_, &groups, nullptr), "its groups");
    check(nc_inq_typeids(id_, &types, nullptr), "its types");
    check(nc_inq_unlimdims(id_, &unlimited, nullptr), "its dimensions");
    if (groups > 0) {
        fail("it has groups, so no leadtime wrote it");
    }
    if (types > 0) {
        fail("it has types of its own, so no leadtime wrote it");
    }
    if (unlimited > 0) {
        fail("it has dimensions without a fixed length, so no leadtime wrote it");
    }
}

std::size_t NetcdfFile::size(char const* dimension) const {
    int dimension_id = 0;
    std::size_t length = 0;
    if (nc_inq_dimid(id_, dimension, &dimension_id) != NC_NOERR) {
        return 0;
    }
    check(nc_inq_dimlen(id_, dimension_id, &length), dimension);
    if (length > left_.names) {
        fail(fmt::format("its dimension \"{}\" is too long ({} where at most {} are "
                         "read)",
                         dimension,
                         length,
                         left_.names));
    }
    return length;
}

void NetcdfFile::take(std::size_t& left, std::size_t n, char const* what) const {
    if (n > left) {
        fail(fmt::format("it is too large to be read (more {} than any result has)",
                         what));
    }
    left -= n;
}

std::optional<std::string> NetcdfFile::attribute(char const* name) {
    std::size_t length = 0;
    nc_type type = 0;
    if (nc_inq_att(id_, NC_GLOBAL, name, &type, &length) != NC_NOERR) {
        return std::nullopt;
    }
    if (type != NC_CHAR) {
        fail(fmt::format("its attribute \"{}\" is not a text", name));
    }
    take(left_.text_bytes, length, "text");
    std::string value(length, ' ');
    if (length > 0) {
        check(nc_get_att_text(id_, NC_GLOBAL, name, value.data()), name);
    }
    return value;
}

std::string NetcdfFile::text(char const* name) {
    auto value = attribute(name);
    if (!value) {
        fail(std::string("it has no attribute \"") + name
             + "\", so no leadtime wrote it");
    }
    return *std::move(value);
}

std::optional<std::uint64_t>
NetcdfFile::whole(char const* name, std::uint64_t least, std::uint64_t most) const {
    std::size_t length = 0;
    nc_type type = 0;
    if (nc_inq_att(id_, NC_GLOBAL, name, &type, &length) != NC_NOERR) {
        return std::nullopt;
    }
    unsigned long long value = 0;
    bool const is_one = type == NC_UINT64 && length == 1;
    if (is_one) {
        check(nc_get_att_ulonglong(id_, NC_GLOBAL, name, &value), name);
    }
    if (!is_one || value < least || value > most) {
        fail(fmt::format("its attribute \"{}\" is not one whole number from {} to {}",
                         name,
                         least,
                         most));
    }
    return value;
}

std::optional<double> NetcdfFile::real(char const* name, double most) const {
    std::size_t length = 0;
    nc_type type = 0;
    if (nc_inq_att(id_, NC_GLOBAL, name, &type, &length) != NC_NOERR) {
        return std::nullopt;
    }
    double value = std::numeric_limits<double>::quiet_NaN();
    if (type == NC_DOUBLE && length == 1) {
        check(nc_get_att_double(id_, NC_GLOBAL, name, &value), name);
    }
    if (!(std::abs(value) <= most)) {
        fail(fmt::format(
            "its attribute \"{}\" is not one number from -{} to {}", name, most, most));
    }
    return value;
}

std::optional<NetcdfFile::Variable> NetcdfFile::find(
    std::string const& name, int type, Dimensions const& dimensions) const {
    Variable variable;
    if (nc_inq_varid(id_, name.c_str(), &variable.id) != NC_NOERR) {
        return std::nullopt;
    }
    nc_type found = 0;
    int n = 0;
    check(nc_inq_vartype(id_, variable.id, &found), name);
    check(nc_inq_varndims(id_, variable.id, &n), name);
    if (found != type) {
        fail(fmt::format("\"{}\" does not hold {}",
                         name,
                         type == NC_STRING ? "texts" : "numbers of double precision"));
    }
    std::vector<int> ids(static_cast<std::size_t>(std::max(n, 0)));
    if (ids.size() == dimensions.size() && !ids.empty()) {
        check(nc_inq_vardimid(id_, variable.id, ids.data()), name);
    }
    bool is_over_them = ids.size() == dimensions.size();
    for (std::size_t i = 0; is_over_them && i < ids.size(); ++i) {
        std::array<char, NC_MAX_NAME + 1> label{};
        std::size_t length = 0;
        check(nc_inq_dim(id_, ids[i], label.data(), &length), name);
        is_over_them = dimensions[i] == label.data();
        if (length != 0 && variable.count > std::size_t{NC_MAX_INT} / length) {
            fail("it is too large to be read (more numbers than any result has)");
        }
        variable.count *= length;
    }
    if (!is_over_them) {
        fail(fmt::format("\"{}\" is not over {}",
                         name,
                         dimensions.empty()
                             ? "no dimension"
                             : fmt::format("{}", fmt::join(dimensions, ", "))));
    }
    return variable;
}

/// Numbers are read through at most one decompression, and in chunks of bounded size.
void NetcdfFile::refuse_filters(std::string const& name,
                                Variable const& variable) const {
    std::size_t n = 0;
    check(nc_inq_var_filter_ids(id_, variable.id, &n, nullptr), name);
    std::vector<unsigned> filters(n);
    if (n > 0) {
        check(nc_inq_var_filter_ids(id_, variable.id, &n, filters.data()), name);
    }
    std::set<unsigned> seen;
    for (auto const filter : filters) {
        bool const is_known = filter == deflate_filter || filter == shuffle_filter;
        if (!is_known || !seen.insert(filter).second) {
            fail("\"" + name + "\" is stored in a way in which no leadtime writes");
        }
    }
    int storage = 0;
    std::array<std::size_t, NC_MAX_VAR_DIMS> sizes{};
    check(nc_inq_var_chunking(id_, variable.id, &storage, sizes.data()), name);
    int rank = 0;
    check(nc_inq_varndims(id_, variable.id, &rank), name);
    std::size_t chunk = 1;
    for (std::size_t i = 0; storage == NC_CHUNKED && i < static_cast<std::size_t>(rank);
         ++i) {
        if (sizes[i] != 0 && chunk > most_chunk_values / sizes[i]) {
            fail("\"" + name + "\" is stored in a way in which no leadtime writes");
        }
        chunk *= sizes[i];
    }
}

std::vector<double> NetcdfFile::doubles(std::string const& name,
                                        Dimensions const& dimensions) {
    auto const variable = find(name, NC_DOUBLE, dimensions);
    if (!variable) {
        return {};
    }
    refuse_filters(name, *variable);
    take(left_.values, variable->count, "numbers");
    std::vector<double> values(variable->count);
    if (!values.empty()) {
        check(nc_get_var_double(id_, variable->id, values.data()), name);
    }
    return values;
}

std::vector<std::string> NetcdfFile::strings(std::string const& name,
                                             Dimensions const& dimensions) {
    auto const variable = find(name, NC_STRING, dimensions);
    if (!variable) {
        return {};
    }
    if (variable->count > left_.names) {
        fail("it is too large to be read (more text than any result has)");
    }
    refuse_filters(name, *variable);
    std::vector<std::string> values;
    // One by one: many places of a file may refer to one long text.
    for (std::size_t i = 0; i < variable->count; ++i) {
        char* text = nullptr;
        check(nc_get_var1_string(id_, variable->id, &i, &text), name);
        try {
            std::string value(text == nullptr ? "" : text);
            take(left_.text_bytes, value.size() + sizeof(std::string), "text");
            values.push_back(std::move(value));
        } catch (...) {
            nc_free_string(1, &text);
            throw;
        }
        nc_free_string(1, &text);
    }
    return values;
}

std::vector<std::string> NetcdfFile::names(std::string const& name,
                                           Dimensions const& dimensions) {
    constexpr std::size_t longest = 1000;
    auto values = strings(name, dimensions);
    std::set<std::string_view> seen;
    for (auto const& value : values) {
        if (value.empty() || value.size() > longest
            || text::escape_controls(value) != value) {
            fail(fmt::format("\"{}\" holds what cannot be a name", name));
        }
        if (!seen.insert(value).second) {
            fail(fmt::format("\"{}\" holds \"{}\" twice", name, value));
        }
    }
    return values;
}

}  // namespace leadtime::estimator
