// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/build_info.hpp"
#include "estimator/output/file_handle.hpp"
#include "estimator/output/folder_swap.hpp"
#include "estimator/output/sweep/files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <netcdf.h>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>

namespace leadtime::estimator {
namespace fs = std::filesystem;
namespace {

void check(int status) {
    if (status != NC_NOERR) {
        throw OutputError(std::string("the netCDF library failed: ")
                          + nc_strerror(status));
    }
}

/// A netCDF-4 file under a hidden name that nobody can guess, so that no link is
/// planted there; removed unless it is moved to its place.
class DiskFile {
  public:
    DiskFile(int folder, fs::path const& directory)
        : folder_(folder)
        , name_(hidden_prefix("sweep.nc") + unpredictable_suffix()) {
        if (auto const problem = write_new_file(folder_, name_, "", 0666);
            problem != 0) {
            name_.clear();
            fail_to("write", directory / "sweep.nc", problem);
        }
        check(nc_create((directory / name_).c_str(), NC_NETCDF4 | NC_CLOBBER, &id_));
    }
    ~DiskFile() {
        if (id_ >= 0) {
            nc_abort(id_);
        }
        if (!name_.empty()) {
            ::unlinkat(folder_, name_.c_str(), 0);
        }
    }
    DiskFile(DiskFile const&) = delete;
    DiskFile& operator=(DiskFile const&) = delete;

    int id() const { return id_; }
    void move_to(char const* name) {
        check(nc_close(std::exchange(id_, -1)));
        if (::renameat(folder_, name_.c_str(), folder_, name) != 0) {
            fail_to("write", name, errno);
        }
        name_.clear();
    }

  private:
    int folder_;
    std::string name_;
    int id_ = -1;
};

/// The text as a number, if all of it is one.
std::optional<double> number(std::string const& text) {
    char* end = nullptr;
    double const value = std::strtod(text.c_str(), &end);
    return !text.empty() && *end == '\0' ? std::optional(value) : std::nullopt;
}

/// A coordinate: numbers where all values are, else strings.
void write_coordinate(int file,
                      std::string const& name,
                      int dimension,
                      std::vector<std::string> const& values) {
    std::vector<double> numbers;
    std::vector<char const*> texts;
    for (auto const& value : values) {
        if (auto const x = number(value)) {
            numbers.push_back(*x);
        }
        texts.push_back(value.c_str());
    }
    bool const is_number = numbers.size() == values.size();
    int variable = 0;
    check(nc_def_var(file,
                     name.c_str(),
                     is_number ? NC_DOUBLE : NC_STRING,
                     1,
                     &dimension,
                     &variable));
    check(is_number ? nc_put_var_double(file, variable, numbers.data())
                    : nc_put_var_string(file, variable, texts.data()));
}

/// A key as a name that netCDF allows.
std::string netcdf_name(std::string name) {
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

void text_attribute(int file, char const* name, std::string const& value) {
    check(nc_put_att_text(file, NC_GLOBAL, name, value.size(), value.c_str()));
}

}  // namespace

void write_sweep_netcdf(int folder,
                        fs::path const& directory,
                        SweepDesign const& design,
                        std::vector<SelectedOutput> const& outputs,
                        QuantileLevels const& levels,
                        std::string const& title,
                        std::string const& hash) {
    DiskFile file(folder, directory);
    auto const names = sweep_statistics(levels);
    auto const& build = build_info();
    text_attribute(file.id(), "Conventions", "CF-1.10");
    text_attribute(file.id(), "title", title);
    text_attribute(file.id(), "source", "leadtime " + std::string(build.version));
    text_attribute(file.id(), "sweep_hash", hash);

    std::vector<int> dimensions;
    std::vector<std::size_t> sizes;
    auto const add = [&](std::string const& name, std::size_t size) {
        int dimension = 0;
        check(nc_def_dim(file.id(), name.c_str(), size, &dimension));
        dimensions.push_back(dimension);
        sizes.push_back(size);
        return dimension;
    };
    if (design.is_grid()) {
        for (auto const& key : design.keys()) {
            auto const name = netcdf_name(key.key);
            write_coordinate(file.id(), name, add(name, key.values.size()), key.values);
        }
    } else {
        int const cell = add("cell", design.cells());
        for (auto const& key : design.keys()) {
            write_coordinate(file.id(), netcdf_name(key.key), cell, key.values);
        }
    }
    std::vector<std::string> labels;
    std::vector<std::string> units;
    for (auto const& output : outputs) {
        labels.push_back(output.name);
        units.push_back(output.info.unit);
    }
    int const output_dimension = add("output", outputs.size());
    write_coordinate(file.id(), "output", output_dimension, labels);
    write_coordinate(file.id(), "unit", output_dimension, units);
    write_coordinate(file.id(), "statistic", add("statistic", names.size()), names);
    int value = 0;
    check(nc_def_var(file.id(),
                     "value",
                     NC_DOUBLE,
                     static_cast<int>(dimensions.size()),
                     dimensions.data(),
                     &value));
    double const nan = std::numeric_limits<double>::quiet_NaN();
    check(nc_def_var_fill(file.id(), value, NC_FILL, &nan));

    std::ifstream csv(directory / "sweep.csv");
    std::string line;
    std::getline(csv, line);
    std::vector<double> numbers(outputs.size() * names.size());
    for (std::size_t cell = 0; cell < design.cells(); ++cell) {
        for (double& x : numbers) {
            std::getline(csv, line);
            x = std::strtod(line.c_str() + line.rfind(',') + 1, nullptr);
        }
        std::vector<std::size_t> start;
        if (design.is_grid()) {
            for (std::size_t key = 0; key < design.keys().size(); ++key) {
                start.push_back(design.index(cell, key));
            }
        } else {
            start.push_back(cell);
        }
        std::vector<std::size_t> count(start.size(), 1);
        start.insert(start.end(), {0, 0});
        count.insert(count.end(), {outputs.size(), names.size()});
        check(nc_put_vara_double(
            file.id(), value, start.data(), count.data(), numbers.data()));
    }
    if (!csv) {
        throw OutputError("sweep.csv in \"" + directory.string()
                          + "\" was changed while it was read");
    }
    file.move_to("sweep.nc");
}

}  // namespace leadtime::estimator
