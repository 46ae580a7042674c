// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace leadtime::estimator {

/// The run was asked to stop; nothing was produced.
class Interrupted : public std::runtime_error {
  public:
    explicit Interrupted(std::string const& text = "interrupted, nothing was written")
        : std::runtime_error(text) {}
};

/// A scenario produced a value that is not a number, or cannot be run as asked; what()
/// is a sentence for the user naming the metric, the month and the first such sample.
class RunError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace leadtime::estimator
