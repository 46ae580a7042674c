// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/quantities/families/families.hpp"

#include <cmath>
#include <fmt/format.h>
#include <initializer_list>

namespace leadtime::estimator::detail {

/// Throws: DistributionError unless all are finite: a way from mean and sd, or from
/// quantiles, to the parameters may overflow.
inline void expect_finite(std::initializer_list<double> values) {
    for (double const value : values) {
        if (!std::isfinite(value)) {
            throw DistributionError{
                {}, "these numbers are too far apart to compute with", {}, {}};
        }
    }
}

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

/// Throws: DistributionError where distributions are wrapped in each other so often
/// that their quantiles take too long.
inline void expect_depth(int depth, char const* parameter) {
    constexpr int deepest = 12;
    if (depth > deepest) {
        throw DistributionError{
            parameter,
            fmt::format("distributions are nested more than {} deep", deepest),
            {},
            "list the parts of a mixture side by side"};
    }
}

}  // namespace leadtime::estimator::detail
