// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace leadtime::tests {

/// A folder for one test.
class Scratch {
  public:
    Scratch() {
        auto name =
            (std::filesystem::temp_directory_path() / "leadtime-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path_ = std::filesystem::canonical(name);
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;

    std::filesystem::path operator/(std::string const& name) const {
        return path_ / name;
    }
    std::filesystem::path const& path() const { return path_; }

    void put(std::string const& name, std::string const& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    std::string read(std::string const& name) const {
        std::ifstream file(path_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    /// Every file and folder, sorted.
    std::vector<std::string> list() const {
        std::vector<std::string> names;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(path_)) {
            names.push_back(entry.path().lexically_relative(path_).string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

  private:
    std::filesystem::path path_;
};

/// What an action throws; empty where nothing.
template <class Action>
std::string thrown_by(Action const& action) {
    try {
        action();
    } catch (std::exception const& error) {
        return error.what();
    }
    return "";
}

}  // namespace leadtime::tests
