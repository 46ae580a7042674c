// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/reader/read_scenario.hpp"
#include "estimator/scenario/scenario.hpp"
#include "hwprofiles/profile_library.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

/// What the tests of sweeps share.
namespace leadtime::tests {

/// One uncertain output of two keys: y = 10 a + b + z.
inline constexpr char const* swept_text = R"toml([scenario]
name = "x"
description = "What <it> is"
start = "2024-01"
end = "2024-02"
[quantity.a]
unit = "1"
value = 1
[quantity.b]
unit = "1"
value = 1
[quantity.z]
unit = "1"
value = { dist = "normal", mean = 0, sd = 1 }
[quantity.y]
unit = "1"
formula = "10 * a + b + z"
[output]
quantities = ["y"]
)toml";

inline estimator::Scenario read_swept(std::vector<std::string> const& overrides) {
    static auto const profiles = hwprofiles::ProfileLibrary::load();
    return estimator::read_scenario_text(
        swept_text, "x.toml", profiles, estimator::split_overrides(overrides));
}

/// A folder for a sweep, not made yet, which goes away.
class SweepFolder {
  public:
    SweepFolder()
        : path_(std::filesystem::temp_directory_path()
                / ("leadtime_sweep_" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(path_);
    }
    ~SweepFolder() { std::filesystem::remove_all(path_); }
    SweepFolder(SweepFolder const&) = delete;
    SweepFolder& operator=(SweepFolder const&) = delete;

    std::filesystem::path const& path() const { return path_; }
    std::string name() const { return path_.string(); }
    std::string read(char const* file) const {
        std::ifstream in(path_ / file, std::ios::binary);
        std::stringstream all;
        all << in.rdbuf();
        return all.str();
    }
    void write(char const* file, std::string const& contents) const {
        std::ofstream(path_ / file, std::ios::binary) << contents;
    }

  private:
    std::filesystem::path path_;
};

}  // namespace leadtime::tests
