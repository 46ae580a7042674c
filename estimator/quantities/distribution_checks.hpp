// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/distribution_families.hpp"

#include <fmt/format.h>

namespace leadtime::estimator::detail {

/// Throws: DistributionError unless value > 0.
inline void expect_positive(double value, char const* parameter) {
    if (!(value > 0)) {
        throw DistributionError{parameter,
                                fmt::format("\"{}\" must be greater than 0", parameter),
                                fmt::format("found {}", format_number(value)),
                                {}};
    }
}

/// Throws: DistributionError unless min < max.
inline void expect_range(double min, double max) {
    if (!(min < max)) {
        throw DistributionError{
            "max",
            "\"max\" must be greater than \"min\"",
            fmt::format("found min {}, max {}", format_number(min), format_number(max)),
            {}};
    }
}

/// Throws: DistributionError unless min <= mode <= max.
inline void expect_mode(double min, double mode, double max) {
    if (!(min <= mode && mode <= max)) {
        throw DistributionError{"mode",
                                "\"mode\" must lie between \"min\" and \"max\"",
                                fmt::format("found {}", format_number(mode)),
                                {}};
    }
}

}  // namespace leadtime::estimator::detail
