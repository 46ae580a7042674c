// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace leadtime::estimator {

/// The run was asked to stop; nothing was produced.
class Interrupted : public std::runtime_error {
  public:
    explicit Interrupted(std::string const& text = "interrupted, nothing was written")
        : std::runtime_error(text) {}
};

/// A scenario cannot be run as asked; what() is a sentence for the user.
class RunError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Where a value stands that cannot be a result.
struct BadValuePlace {
    std::string output;  ///< `path.NAME.METRIC`, or a quantity
    std::string month;   ///< `YYYY-MM`; empty for a scalar
    std::uint64_t sample = 0;
    float value = 0.0f;  ///< not a number or infinite
};

/// A scenario produced a value that cannot be a result; what() names the formula at
/// fault, the month and the first such sample.
class BadValueError : public RunError {
  public:
    BadValueError(std::string const& sentence, BadValuePlace place)
        : RunError(sentence)
        , place_(std::move(place)) {}
    /// Of the output in which it was found.
    BadValuePlace const& place() const { return place_; }

  private:
    BadValuePlace place_;
};

}  // namespace leadtime::estimator
