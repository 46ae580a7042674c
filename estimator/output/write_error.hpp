// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace leadtime::estimator {

/// Output could not be written; what() is a sentence that names the path.
class OutputError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// `cannot DOING "PATH": WHY`, as an OutputError.
[[noreturn]] void fail_to(std::string const& doing,
                          std::filesystem::path const& path,
                          std::string const& why);
/// The same with the text of an error number.
[[noreturn]] void
fail_to(std::string const& doing, std::filesystem::path const& path, int error_number);

}  // namespace leadtime::estimator
