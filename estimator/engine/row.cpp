// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/row.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace leadtime::estimator {
namespace {

/// Whether an output is a month of the calendar, counted from the start.
bool is_date(OutputInfo const& output) {
    return output.step < 0
           && (output.unit == "date"
               || (!output.path.empty()
                   && (output.metric.find("parity_month") != std::string::npos
                       || output.metric.find("milestone_month") != std::string::npos)));
}

}  // namespace

Row make_row(Plan const& plan,
             OutputInfo const& output,
             Statistics const& statistics,
             int index) {
    Row row;
    row.path = output.path;
    row.metric = output.metric;
    row.unit = output.unit;
    row.step = output.step;
    row.samples = statistics.samples;
    double const to_unit = 1.0 / output.scale;
    kernels::Moments const& moments =
        statistics.moments[static_cast<std::size_t>(index)];
    double const n = static_cast<double>(statistics.samples);
    std::uint64_t const finite_samples = statistics.finite_samples(index);
    double const finite = static_cast<double>(finite_samples);
    row.mean = statistics.mean(index) * to_unit;
    row.standard_deviation = statistics.standard_deviation(index) * to_unit;
    row.mean_standard_error =
        finite > 0.0 ? row.standard_deviation / std::sqrt(finite) : 0.0;
    if (finite_samples > 0) {
        row.minimum = static_cast<double>(moments.minimum) * to_unit;
        row.maximum = static_cast<double>(moments.maximum) * to_unit;
    }
    OutputDistribution const distribution = statistics.distribution(index);
    row.tail_index = distribution.tail_index();
    QuantileLevels const& levels = statistics.levels;
    row.quantiles.resize(levels.size());
    row.quantile_standard_errors.resize(levels.size());
    double largest = -std::numeric_limits<double>::infinity();
    for (std::size_t const q : levels.ascending()) {
        RefinedQuantile const* const refined = statistics.find_refined(index, q);
        OutputDistribution const& own =
            refined != nullptr ? refined->distribution : distribution;
        double const base = own.quantile(levels[q]);
        bool const is_tiny =
            base != 0.0
            && std::abs(base) < static_cast<double>(kernels::smallest_magnitude);
        double const value = is_tiny ? 0.0 : base * to_unit;
        // Bins of two axes may overlap where a quantile was refined.
        largest = std::max(value, largest);
        row.quantiles[q] = largest;
        row.quantile_standard_errors[q] =
            (refined != nullptr ? refined->standard_error()
                                : own.standard_error(levels[q]))
            * to_unit;
        if (is_tiny || own.is_below_precision(levels[q])) {
            row.levels_below_precision |= std::uint64_t{1} << q;
        }
    }
    auto const share = [&](kernels::SpecialBin bin) {
        return n > 0.0 ? static_cast<double>(statistics.special(index, bin)) / n : 0.0;
    };
    row.share_below = share(kernels::bin_minus_infinity);
    row.share_above = share(kernels::bin_plus_infinity);
    row.shares_by_step = shares_by_step(
        plan, output, [&](double month) { return distribution.share_at_most(month); });
    return row;
}

std::vector<double>
shares_by_step(Plan const& plan,
               OutputInfo const& output,
               std::function<double(double month)> const& share_at_most) {
    std::vector<double> shares;
    if (is_date(output)) {
        for (int step = 0; step < plan.reported_steps(); ++step) {
            shares.push_back(share_at_most(static_cast<double>(plan.last_month(step))));
        }
    }
    return shares;
}

}  // namespace leadtime::estimator
