// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace leadtime::estimator {

/// What one unit in the last printed digit is worth: 0.1 for `51.3`, 1e25 for
/// `2.41e26`, 1e7 for `780 M` ... 1 for the month `2026-03`. Nothing for words and
/// infinities.
std::optional<double> last_digit(std::string const& printed);

/// Whether the numbers that are printed are supported by the sample size: a digit is
/// not where the standard error is larger than one unit of it.
class DigitAudit {
  public:
    /// Takes note of a number of a row: of a quantile level, or (-1) the mean.
    void see(Row const& row, int level, std::string const& printed);

    std::size_t printed() const { return printed_; }
    std::size_t unsupported() const { return unsupported_; }
    /// A sentence for the user, empty where all digits are supported.
    std::string warning(Result const& result) const;

  private:
    std::size_t printed_ = 0;
    std::size_t unsupported_ = 0;
    double worst_ratio_ = 1.0;  ///< of a standard error to its digit
    std::string worst_;         ///< in words
    int worst_step_ = -1;
    double worst_error_ = 0.0;
};

}  // namespace leadtime::estimator
