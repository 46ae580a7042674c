// SPDX-License-Identifier: Apache-2.0
// read_result() against a netCDF library of our own, whose answers an input decides: some
// hundred times as many inputs a second as of files that HDF5 has to write first
// (result.fuzz.cpp), and lies that HDF5 would not write. An answer is consistent: what
// follows from an earlier one agrees with it. Input 0 is a file of ours, or nearly.
#include "estimator/output/estimate/netcdf_reader.hpp"
#include "estimator/scenario/quantile_levels.hpp"

#include "tests/fuzz/hostile_netcdf.hpp"
#include "tests/fuzz/support.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <netcdf.h>
#include <netcdf_filter.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace leadtime;

namespace {

constexpr int failed = NC_EHDFERR;
constexpr unsigned char absent = 255;
constexpr std::size_t most_filters = 8;

/// None, or one that files have.
nc_type type_of(std::size_t choice) {
    std::size_t const place = choice % (fuzz::netcdf_types.size() + 1);
    return place == 0 ? NC_NAT : fuzz::netcdf_types[place - 1];
}

constexpr std::array<double, 16> numbers{1.0,
                                         0.0,
                                         -1.0,
                                         0.5,
                                         0.95,
                                         24288.0,
                                         1e9,
                                         4294967296.0,
                                         1e30,
                                         1e38,
                                         1e300,
                                         -1e300,
                                         5e-324,
                                         std::numeric_limits<double>::quiet_NaN(),
                                         std::numeric_limits<double>::infinity(),
                                         -std::numeric_limits<double>::infinity()};
constexpr std::array<std::size_t, 14> sizes{0,
                                            1,
                                            2,
                                            3,
                                            7,
                                            13,
                                            40,
                                            64,
                                            1000,
                                            10'000,
                                            10'000'000,
                                            4'294'967'295,
                                            std::size_t{1} << 40,
                                            std::numeric_limits<std::size_t>::max()};

struct Dimension {
    std::string name;
    std::size_t size = 0;
};

struct Attribute {
    nc_type type = NC_CHAR;
    std::size_t size = 0;
};

struct Variable {
    std::string name;
    nc_type type = NC_DOUBLE;
    std::vector<int> dimensions;
    std::size_t filters = 0;
    std::size_t chunk = 1;
    int storage = NC_CONTIGUOUS;
};

/// What the reader expects of a variable of a name.
struct Expected {
    nc_type type;
    std::vector<char const*> dimensions;
};

/// The file that an input makes up while it is read.
class File {
  public:
    void begin(std::string_view choices) {
        choices_ = choices;
        attributes_.clear();
        dimensions_.clear();
        variables_.clear();
        format = is_odd() ? static_cast<int>(next() % 6) : NC_FORMAT_NETCDF4;
    }

    unsigned char next() {
        if (choices_.empty()) {
            return 0;
        }
        auto const choice = static_cast<unsigned char>(choices_.front());
        choices_.remove_prefix(1);
        return choice;
    }
    /// Few answers are other than expected, or a file would be refused at once.
    bool is_odd() { return next() >= 224; }
    double number() { return numbers[next() % numbers.size()]; }
    std::size_t size() { return sizes[next() % sizes.size()]; }

    Attribute* attribute(std::string const& name) {
        auto const [found, is_new] = attributes_.try_emplace(name);
        Attribute& own = found->second;
        if (is_new) {
            bool const is_whole = name == "seed" || name == "samples"
                                  || name == "months_per_step" || name == "start_month"
                                  || name == "format_version";
            own.type = is_whole                       ? NC_UINT64
                       : name == "record_start_month" ? NC_DOUBLE
                                                      : NC_CHAR;
            own.size = own.type == NC_CHAR ? next() % 32 : 1;
            if (is_odd()) {
                auto const choice = next();
                own.type = choice == absent ? NC_NAT : type_of(choice);
                own.size = size();
            }
        }
        return own.type == NC_NAT ? nullptr : &own;
    }

    /// -1: the file has no such dimension.
    int dimension(std::string const& name) {
        for (std::size_t i = 0; i < dimensions_.size(); ++i) {
            if (dimensions_[i].name == name) {
                return dimensions_[i].size == 0 ? -1 : static_cast<int>(i);
            }
        }
        std::size_t const usual =
            name == "quantile" ? estimator::quantile_levels.size() : 1 + next() % 4;
        dimensions_.push_back({name, is_odd() ? size() : usual});
        return dimension(name);
    }
    Dimension const* dimension(int id) const {
        return id >= 0 && static_cast<std::size_t>(id) < dimensions_.size()
                   ? &dimensions_[static_cast<std::size_t>(id)]
                   : nullptr;
    }

    int variable(std::string const& name) {
        if (next() == absent) {
            return -1;
        }
        Variable own;
        own.name = name;
        auto const [type, names] = expected(name);
        own.type = is_odd() ? type_of(next()) : type;
        for (auto const* const one : names) {
            own.dimensions.push_back(dimension(one));
        }
        if (is_odd()) {  // other dimensions
            own.dimensions.resize(next() % 5);
            for (int& id : own.dimensions) {
                id = dimensions_.empty()
                         ? -1
                         : static_cast<int>(next() % dimensions_.size());
            }
        }
        if (is_odd()) {
            own.filters = next() % most_filters;
            own.storage = next() % 3;
            own.chunk = size();
        }
        variables_.push_back(own);
        return static_cast<int>(variables_.size()) - 1;
    }
    Variable const* variable(int id) const {
        return id >= 0 && static_cast<std::size_t>(id) < variables_.size()
                   ? &variables_[static_cast<std::size_t>(id)]
                   : nullptr;
    }

    int format = NC_FORMAT_NETCDF4;

  private:
    static Expected expected(std::string const& name) {
        if (name == "path" || name == "path_description") {
            return {NC_STRING, {"path"}};
        }
        if (name == "quantile" || name == "quantile_reported") {
            return {NC_DOUBLE, {"quantile"}};
        }
        if (name == "scenario_text") {
            return {NC_STRING, {}};
        }
        if (name.starts_with("input")) {
            return {NC_STRING, {"input"}};
        }
        bool const is_output = name.starts_with("output");
        bool const is_series = name.find("scalar") == std::string::npos;
        char const* const block = is_output ? (is_series ? "output" : "output_scalar")
                                            : (is_series ? "metric" : "scalar");
        if (name == block || name.ends_with("unit")) {
            return {NC_STRING, {block}};
        }
        Expected own{NC_DOUBLE, {block}};
        if (!is_output) {
            own.dimensions.insert(own.dimensions.begin(), "path");
        }
        if (is_series || name.ends_with("by_month")) {
            own.dimensions.push_back("month");
        }
        if (name.ends_with("value") || name.ends_with("value_se")) {
            own.dimensions.push_back("quantile");
        }
        return own;
    }

    std::string_view choices_;
    std::map<std::string, Attribute> attributes_;
    std::vector<Dimension> dimensions_;
    std::vector<Variable> variables_;
};

File file;

}  // namespace

// The library, as far as NetcdfFile calls it.
extern "C" {

int nc_open(char const* /*path*/, int /*mode*/, int* id) {
    *id = 1;
    return file.is_odd() ? failed : NC_NOERR;
}
int nc_close(int /*id*/) {
    return NC_NOERR;
}
char const* nc_strerror(int /*status*/) {
    return "an error";
}
int nc_inq_format(int /*id*/, int* format) {
    *format = file.format;
    return NC_NOERR;
}
int nc_inq_grps(int /*id*/, int* count, int* /*ids*/) {
    *count = file.is_odd() ? file.next() : 0;
    return NC_NOERR;
}
int nc_inq_typeids(int /*id*/, int* count, int* /*ids*/) {
    *count = file.is_odd() ? file.next() : 0;
    return NC_NOERR;
}
int nc_inq_unlimdims(int /*id*/, int* count, int* /*ids*/) {
    *count = file.is_odd() ? file.next() : 0;
    return NC_NOERR;
}
int nc_inq_dimid(int /*id*/, char const* name, int* dimension) {
    *dimension = file.dimension(name);
    return *dimension < 0 ? NC_EBADDIM : NC_NOERR;
}
int nc_inq_dimlen(int /*id*/, int dimension, std::size_t* size) {
    auto const* const own = file.dimension(dimension);
    *size = own == nullptr ? 0 : own->size;
    return own == nullptr ? NC_EBADDIM : NC_NOERR;
}
int nc_inq_dim(int /*id*/, int dimension, char* name, std::size_t* size) {
    auto const* const own = file.dimension(dimension);
    if (own == nullptr) {
        return NC_EBADDIM;
    }
    std::memcpy(name, own->name.c_str(), own->name.size() + 1);
    *size = own->size;
    return NC_NOERR;
}
int nc_inq_att(int /*id*/, int, char const* name, nc_type* type, std::size_t* size) {
    auto const* const own = file.attribute(name);
    if (own == nullptr) {
        return NC_ENOTATT;
    }
    *type = own->type;
    *size = own->size;
    return NC_NOERR;
}
int nc_get_att_text(int /*id*/, int, char const* name, char* text) {
    std::fill_n(text, file.attribute(name)->size, static_cast<char>('a' + file.next()));
    return file.is_odd() ? failed : NC_NOERR;
}
int nc_get_att_ulonglong(int /*id*/, int, char const*, unsigned long long* value) {
    std::size_t const choice = file.next();
    *value = choice < 64 ? choice + 1 : sizes[choice % sizes.size()];
    return file.is_odd() ? failed : NC_NOERR;
}
int nc_get_att_double(int /*id*/, int, char const*, double* value) {
    *value = file.number();
    return file.is_odd() ? failed : NC_NOERR;
}
int nc_inq_varid(int /*id*/, char const* name, int* variable) {
    *variable = file.variable(name);
    return *variable < 0 ? NC_ENOTVAR : NC_NOERR;
}
int nc_inq_vartype(int /*id*/, int variable, nc_type* type) {
    *type = file.variable(variable)->type;
    return NC_NOERR;
}
int nc_inq_varndims(int /*id*/, int variable, int* count) {
    *count = static_cast<int>(file.variable(variable)->dimensions.size());
    return NC_NOERR;
}
int nc_inq_vardimid(int /*id*/, int variable, int* dimensions) {
    std::ranges::copy(file.variable(variable)->dimensions, dimensions);
    return NC_NOERR;
}
int nc_inq_var_filter_ids(int /*id*/, int variable, std::size_t* count, unsigned* ids) {
    *count = file.variable(variable)->filters;
    for (std::size_t i = 0; ids != nullptr && i < *count; ++i) {
        ids[i] = file.next() % 4;
    }
    return NC_NOERR;
}
int nc_inq_var_chunking(int /*id*/, int variable, int* storage, std::size_t* chunk) {
    auto const* const own = file.variable(variable);
    *storage = own->storage;
    std::fill_n(chunk, own->dimensions.size(), own->chunk);
    return NC_NOERR;
}
int nc_get_var_double(int /*id*/, int variable, double* values) {
    auto const* const own = file.variable(variable);
    std::size_t count = 1;
    for (int const dimension : own->dimensions) {
        count *= file.dimension(dimension)->size;
    }
    auto const& levels = estimator::quantile_levels;
    bool const is_level = own->name == "quantile" && !file.is_odd();
    double value = file.number();
    for (std::size_t i = 0; i < count; ++i) {
        if (file.is_odd()) {
            value = file.number();
        }
        values[i] = is_level && i < levels.size() ? levels[i] : value;
    }
    return file.is_odd() ? failed : NC_NOERR;
}
int nc_get_var1_string(int /*id*/, int, std::size_t const* index, char** text) {
    *text = nullptr;
    if (file.is_odd()) {
        auto const choice = file.next();
        if (choice < 64) {
            return choice < 32 ? failed : NC_NOERR;
        }
        std::string own(std::min<std::size_t>(file.size(), 100'000), 'a');
        for (char& letter :
             std::span(own).first(std::min<std::size_t>(own.size(), 4))) {
            letter = static_cast<char>(file.next());
        }
        *text = ::strdup(own.c_str());
        return NC_NOERR;
    }
    *text = ::strdup(("name " + std::to_string(*index)).c_str());
    return NC_NOERR;
}
int nc_free_string(std::size_t count, char** texts) {
    for (std::size_t i = 0; i < count; ++i) {
        std::free(texts[i]);
    }
    return NC_NOERR;
}

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static fuzz::MemoryFile signature;
    static bool const is_written = [] {
        signature.write("\x89HDF\r\n\x1a\n");
        return true;
    }();
    static_cast<void>(is_written);
    file.begin(fuzz::text_of(data, size));
    try {
        auto const result = estimator::read_result(signature.path());
        fuzz::use(static_cast<double>(result.rows.size()));
    } catch (estimator::ResultFileError const&) {
        // a sentence to the user
    }
    return 0;
}

}  // extern "C"
