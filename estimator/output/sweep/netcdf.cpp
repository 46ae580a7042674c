// SPDX-License-Identifier: Apache-2.0
#include "estimator/output/build_info.hpp"
#include "estimator/output/file_handle.hpp"
#include "estimator/output/folder_swap.hpp"
#include "estimator/output/netcdf_output.hpp"
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

/// A netCDF-4 file under a hidden name that nobody can guess, so that no link is
/// planted there; removed unless it is moved to its place.
class DiskFile : public NetcdfOutput {
  public:
    DiskFile(int folder, fs::path const& directory)
        : folder_(folder)
        , name_(hidden_prefix("sweep.nc") + unpredictable_suffix()) {
        if (auto const problem = write_new_file(folder_, name_, "", 0666);
            problem != 0) {
            name_.clear();
            fail_to("write", directory / sweep_netcdf_name, problem);
        }
        check_netcdf(
            nc_create((directory / name_).c_str(), NC_NETCDF4 | NC_CLOBBER, &id_));
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

    void move_to(char const* name) {
        check_netcdf(nc_close(std::exchange(id_, -1)));
        if (::renameat(folder_, name_.c_str(), folder_, name) != 0) {
            fail_to("write", name, errno);
        }
        name_.clear();
    }

  private:
    int folder_;
    std::string name_;
};

/// The text as a number, if all of it is one.
std::optional<double> number(std::string const& text) {
    char* end = nullptr;
    double const value = std::strtod(text.c_str(), &end);
    return !text.empty() && *end == '\0' ? std::optional(value) : std::nullopt;
}

/// A coordinate: numbers where all values are, else strings.
void write_coordinate(DiskFile const& file,
                      std::string const& name,
                      int dimension,
                      std::vector<std::string> const& values) {
    std::vector<double> numbers;
    for (auto const& value : values) {
        if (auto const x = number(value)) {
            numbers.push_back(*x);
        }
    }
    if (numbers.size() == values.size()) {
        int const variable = file.variable(name, NC_DOUBLE, {dimension});
        check_netcdf(nc_put_var_double(file.id(), variable, numbers.data()));
    } else {
        file.strings(name, {dimension}, values);
    }
}

/// A key as a name that netCDF allows.
std::string netcdf_name(std::string name) {
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
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
    file.text("Conventions", "CF-1.10");
    file.text("title", title);
    file.text("source", "leadtime " + std::string(build.version));
    file.text("sweep_hash", hash);

    std::vector<int> dimensions;
    std::vector<std::size_t> sizes;
    auto const add = [&](std::string const& name, std::size_t size) {
        int const dimension = file.dimension(name, size);
        dimensions.push_back(dimension);
        sizes.push_back(size);
        return dimension;
    };
    if (design.is_grid()) {
        for (auto const& key : design.keys()) {
            auto const name = netcdf_name(key.key);
            write_coordinate(file, name, add(name, key.values.size()), key.values);
        }
    } else {
        int const cell = add("cell", design.cells());
        for (auto const& key : design.keys()) {
            write_coordinate(file, netcdf_name(key.key), cell, key.values);
        }
    }
    std::vector<std::string> labels;
    std::vector<std::string> units;
    for (auto const& output : outputs) {
        labels.push_back(output.name);
        units.push_back(output.info.unit);
    }
    int const output_dimension = add("output", outputs.size());
    write_coordinate(file, "output", output_dimension, labels);
    write_coordinate(file, "unit", output_dimension, units);
    write_coordinate(file, "statistic", add("statistic", names.size()), names);
    int const value = file.variable("value", NC_DOUBLE, dimensions);
    double const nan = std::numeric_limits<double>::quiet_NaN();
    check_netcdf(nc_def_var_fill(file.id(), value, NC_FILL, &nan));

    std::ifstream csv(directory / sweep_csv_name);
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
        check_netcdf(nc_put_vara_double(
            file.id(), value, start.data(), count.data(), numbers.data()));
    }
    if (!csv) {
        throw OutputError("sweep.csv in \"" + directory.string()
                          + "\" was changed while it was read");
    }
    file.move_to("sweep.nc");
}

}  // namespace leadtime::estimator
