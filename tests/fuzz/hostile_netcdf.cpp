// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/hostile_netcdf.hpp"

#include "estimator/engine/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <limits>
#include <map>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <vector>

namespace leadtime::fuzz {
namespace {

constexpr std::size_t most_written = 4096;  // values of a variable

constexpr std::array<double, 12> numbers{0.0,
                                         1.0,
                                         -1.0,
                                         24288.0,
                                         1e9,
                                         4294967296.0,
                                         9.3e18,
                                         1.8446744073709552e19,
                                         1e300,
                                         -1e300,
                                         std::numeric_limits<double>::quiet_NaN(),
                                         std::numeric_limits<double>::infinity()};
constexpr std::array<std::size_t, 10> sizes{
    0, 1, 2, 7, 64, 1000, 100'000, 10'000'000, 4'294'967'295, std::size_t{1} << 40};

/// Builds the file; `is_good` tells whether the library went along.
class Builder {
  public:
    explicit Builder(std::string_view choices)
        : choices_(choices) {}

    std::string build() {
        constexpr std::array formats{NC_NETCDF4,
                                     NC_NETCDF4,
                                     NC_NETCDF4,
                                     NC_NETCDF4 | NC_CLASSIC_MODEL,
                                     NC_64BIT_DATA,
                                     NC_64BIT_OFFSET,
                                     0};
        int const format = formats[next() % formats.size()];
        is_hdf5_ = (format & NC_NETCDF4) != 0;
        if (nc_create_mem("result.nc", format, std::size_t{1} << 16, &id_)
            != NC_NOERR) {
            return {};
        }
        int old = 0;
        nc_set_fill(id_, NC_NOFILL, &old);
        dimensions();
        attributes();
        variables();
        NC_memio memory{};
        bool const is_good = nc_enddef_if_needed() && write_all();
        if (!is_good) {
            nc_abort(id_);
            return {};
        }
        if (nc_close_memio(id_, &memory) != NC_NOERR) {
            return {};
        }
        std::string bytes(static_cast<char const*>(memory.memory), memory.size);
        std::free(memory.memory);
        return bytes;
    }

  private:
    struct Written {
        int variable;
        nc_type type;
        std::size_t count;
        double value;
        bool by_level;
    };

    std::string_view choices_;
    std::size_t at_ = 0;
    int id_ = 0;
    bool is_hdf5_ = true;
    std::map<std::string, std::pair<int, std::size_t>> dimensions_;
    std::vector<Written> written_;

    std::size_t next() {
        return at_ < choices_.size() ? static_cast<unsigned char>(choices_[at_++]) : 0;
    }

    bool nc_enddef_if_needed() const {
        int const status = nc_enddef(id_);
        return status == NC_NOERR || status == NC_ENOTINDEFINE;
    }

    void dimensions() {
        struct Default {
            char const* name;
            std::size_t size;
        };
        for (auto const& [name, size] : {Default{"path", 2},
                                         Default{"month", 3},
                                         Default{"quantile", 7},
                                         Default{"metric", 2},
                                         Default{"scalar", 1},
                                         Default{"output", 1},
                                         Default{"output_scalar", 1},
                                         Default{"input", 2}}) {
            auto const choice = next();
            if (choice == 255) {
                continue;  // absent
            }
            auto const length = choice == 0 ? size : sizes[choice % sizes.size()];
            int id = 0;
            if (nc_def_dim(id_, name, length, &id) == NC_NOERR) {
                dimensions_[name] = {id, length};
            }
        }
    }

    /// A text of a chosen length with a chosen letter.
    std::string text(std::size_t choice) {
        auto const length =
            std::min<std::size_t>(sizes[choice % sizes.size()], 100'000);
        return std::string(length, static_cast<char>(next()));
    }

    void attributes() {
        for (auto const* name : {"title",
                                 "scenario_file",
                                 "scenario_hash",
                                 "determinism",
                                 "reference_path",
                                 "notes",
                                 "source",
                                 "scenario_description"}) {
            attribute(name, NC_CHAR, 0.0);
        }
        for (auto const* name : {"seed", "samples", "months_per_step"}) {
            attribute(name, NC_UINT64, 1.0);
        }
        attribute("start_month", NC_INT, 24288.0);
        attribute("record_start_month", NC_DOUBLE, -12.0);
    }

    void attribute(char const* name, nc_type type, double value) {
        auto const choice = next();
        if (choice == 255) {
            return;
        }
        if (choice == 0) {
            if (type == NC_CHAR) {
                nc_put_att_text(id_, NC_GLOBAL, name, 1, "a");
            } else {
                nc_put_att_double(id_, NC_GLOBAL, name, type, 1, &value);
            }
            return;
        }
        if (choice < 64) {
            auto const value_text = text(choice);
            nc_put_att_text(
                id_, NC_GLOBAL, name, value_text.size(), value_text.c_str());
        } else if (choice < 80) {
            std::vector<char const*> list(choice - 64, "text");
            nc_put_att_string(id_, NC_GLOBAL, name, list.size(), list.data());
        } else {
            auto const length =
                std::min<std::size_t>(sizes[next() % sizes.size()], 1000);
            std::vector<double> const list(length, numbers[next() % numbers.size()]);
            nc_put_att_double(id_,
                              NC_GLOBAL,
                              name,
                              netcdf_types[choice % netcdf_types.size()],
                              list.size(),
                              list.data());
        }
    }

    using Names = std::vector<char const*>;

    void variables() {
        variable("path", NC_STRING, {"path"});
        variable("quantile", NC_DOUBLE, {"quantile"});
        variable("month", NC_INT, {"month"});
        struct Block {
            char const* name;
            char const* prefix;
            bool of_paths;
            bool is_series;
        };
        for (auto const& block :
             {Block{"metric", "", true, true},
              Block{"scalar", "scalar_", true, false},
              Block{"output", "output_", false, true},
              Block{"output_scalar", "output_scalar_", false, false}}) {
            if (!dimensions_.contains(block.name)) {
                continue;
            }
            std::string const prefix = block.prefix;
            variable(block.name, NC_STRING, {block.name});
            variable(prefix + "unit", NC_STRING, {block.name});
            Names shape;
            if (block.of_paths) {
                shape.push_back("path");
            }
            shape.push_back(block.name);
            if (block.is_series) {
                shape.push_back("month");
            }
            for (auto const* statistic : {"mean",
                                          "mean_se",
                                          "sd",
                                          "min",
                                          "max",
                                          "share_below",
                                          "share_above"}) {
                variable(prefix + statistic, NC_DOUBLE, shape);
            }
            if (!block.is_series) {
                auto by_month = shape;
                by_month.push_back("month");
                variable(prefix + "share_by_month", NC_DOUBLE, by_month);
            }
            shape.push_back("quantile");
            variable(prefix + "value", NC_DOUBLE, shape);
            variable(prefix + "value_se", NC_DOUBLE, shape);
        }
        variable("scenario_text", NC_STRING, {});
        variable("path_description", NC_STRING, {"path"});
        for (auto const* name : {"input",
                                 "input_unit",
                                 "input_value",
                                 "input_source",
                                 "input_confidence",
                                 "input_note"}) {
            variable(name, NC_STRING, {"input"});
        }
    }

    void variable(std::string const& name, nc_type type, Names shape) {
        auto const choice = next();
        double value = 1.0;
        if (choice == 255) {
            return;
        }
        if (choice & 1) {
            type = netcdf_types[next() % netcdf_types.size()];
        }
        if (choice & 2) {  // other dimensions
            shape.clear();
            auto const rank = next() % 5;
            for (std::size_t i = 0; i < rank && !dimensions_.empty(); ++i) {
                auto chosen = dimensions_.begin();
                std::advance(chosen, next() % dimensions_.size());
                shape.push_back(chosen->first.c_str());
            }
        }
        if (choice & 4) {
            value = numbers[next() % numbers.size()];
        }
        std::vector<int> ids;
        std::size_t count = 1;
        for (auto const* dimension : shape) {
            auto const found = dimensions_.find(dimension);
            if (found == dimensions_.end()) {
                return;
            }
            ids.push_back(found->second.first);
            auto const length = found->second.second;
            count = length > 0 && count > most_written / length ? most_written + 1
                                                                : count * length;
        }
        if (count > most_written && !is_hdf5_) {
            return;  // the older formats would store it
        }
        int variable_id = 0;
        if (nc_def_var(id_,
                       name.c_str(),
                       type,
                       static_cast<int>(ids.size()),
                       ids.data(),
                       &variable_id)
            != NC_NOERR) {
            return;
        }
        if (count > most_written && !ids.empty()) {  // so that nothing is stored
            std::vector<std::size_t> const chunks(ids.size(), 1);
            nc_def_var_chunking(id_, variable_id, NC_CHUNKED, chunks.data());
        }
        bool const is_written = (choice & 8) == 0 && count <= most_written && count > 0;
        if (is_written) {
            written_.push_back({variable_id, type, count, value, name == "quantile"});
        }
    }

    bool write_all() const {
        for (auto const& one : written_) {
            int status = NC_NOERR;
            if (one.type == NC_STRING) {
                std::vector<char const*> const list(one.count,
                                                    one.value > 1.0 ? nullptr : "name");
                std::vector<char const*> texts(list);
                status = one.value > 1.0
                             ? NC_NOERR  // left unwritten: null pointers are read
                             : nc_put_var_string(id_, one.variable, texts.data());
            } else if (one.type == NC_CHAR) {
                std::string const letters(one.count, 'a');
                status = nc_put_var_text(id_, one.variable, letters.data());
            } else {
                std::vector<double> values(one.count, one.value);
                for (std::size_t i = 0; one.by_level && i < values.size(); ++i) {
                    auto const& levels = estimator::quantile_levels;
                    values[i] = i < levels.size() ? levels[i] : one.value;
                }
                status = nc_put_var_double(id_, one.variable, values.data());
            }
            if (status != NC_NOERR && status != NC_ERANGE) {
                return false;
            }
        }
        return true;
    }
};

/// HDF5 clears two megabytes for each text variable that is read or written. Keeping
/// them between inputs makes ten times as many inputs a second.
bool keep_buffers() {
    using Limits = int (*)(int, int, int, int, int, int);
    auto const set_limits =
        reinterpret_cast<Limits>(::dlsym(RTLD_DEFAULT, "H5set_free_list_limits"));
    constexpr int bytes = 64 << 20;
    return set_limits != nullptr
           && set_limits(bytes, bytes, bytes, bytes, bytes, bytes) >= 0;
}

}  // namespace

std::string hostile_netcdf(std::string_view choices) {
    static bool const keeps_buffers = keep_buffers();
    static_cast<void>(keeps_buffers);
    return Builder(choices).build();
}

}  // namespace leadtime::fuzz
