// SPDX-License-Identifier: Apache-2.0
#include "estimator/quantities/families/special.hpp"

#include "estimator/quantities/distribution_checks.hpp"
#include "estimator/quantities/number.hpp"

#include <fmt/format.h>

namespace leadtime::estimator::detail {
namespace {

/// Whether a table of log x serves better: positive values over two decades.
bool spans_decades(Distribution::Model const& model) {
    double const low = model.quantile_of_score(-6.4);
    return model.support_min() >= 0 && low > 0
           && model.quantile_of_score(6.4) > 100 * low;
}

}  // namespace

void expect_moderate(double value, char const* parameter, char const* suggestion) {
    constexpr double least = 1e-4;
    constexpr double most = 1e7;
    expect_positive(value, parameter);
    if (value >= least && value <= most) {
        return;
    }
    throw DistributionError{parameter,
                            fmt::format("\"{}\" must be at least {} and at most {}",
                                        parameter,
                                        format_number(least),
                                        format_number(most)),
                            fmt::format("found {}", format_number(value)),
                            value > most ? suggestion : ""};
}

Shape general_shape(Distribution::Model const& model) {
    return {ShapeKind::general, 0, 0, 0, {}, {}, {}, spans_decades(model)};
}

}  // namespace leadtime::estimator::detail
