// SPDX-License-Identifier: Apache-2.0
#include "estimator/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leadtime::estimator {

using kernels::Axis;
using kernels::Moments;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A run of samples with consecutive ranks, spread evenly over [low, high].
struct Stretch {
    double low = 0.0;
    double high = 0.0;
    std::uint64_t count = 0;
};

/// Calls f with every stretch of an output in ascending order, until f gives true.
template <class Function>
void for_each_stretch(
    Axis const& axis, Moments const& moments, std::uint32_t const* counts, Function f) {
    double const lowest = moments.minimum;
    double const highest = moments.maximum;
    auto const bounded = [&](double low, double high, std::uint64_t count) {
        return Stretch{
            std::clamp(low, lowest, highest), std::clamp(high, lowest, highest), count};
    };
    if (f(Stretch{-infinity, -infinity, counts[kernels::bin_minus_infinity]})) {
        return;
    }
    double const origin = axis.origin;
    Stretch const zero{0.0, 0.0, counts[kernels::bin_zero]};
    Stretch const under = bounded(
        axis.linear || lowest < 0.0 ? lowest : std::max(lowest, 0.0),
        origin,
        counts[kernels::bin_underflow]);
    bool const negative_first = lowest < 0.0;
    if (f(negative_first ? under : zero) || f(negative_first ? zero : under)) {
        return;
    }
    int const cells = ((axis.key_span - 1) >> axis.cell_shift) + 1;
    for (int cell = 0; cell < cells; ++cell) {
        int const width = 1 << axis.bin_shift[cell];
        int const bins = 1 << (axis.cell_shift - axis.bin_shift[cell]);
        std::int32_t const first_key = cell << axis.cell_shift;
        for (int bin = 0; bin < bins; ++bin) {
            std::uint32_t const count = counts[axis.cell_first_bin[cell] + bin];
            if (count == 0) {
                continue;
            }
            Stretch const stretch = bounded(
                kernels::value_of_key(axis, first_key + bin * width),
                kernels::value_of_key(axis, first_key + (bin + 1) * width),
                count);
            if (f(stretch)) {
                return;
            }
        }
    }
    double const end = kernels::value_of_key(axis, axis.key_span);
    if (!f(bounded(end, highest, counts[kernels::bin_overflow]))) {
        f(Stretch{infinity, infinity, counts[kernels::bin_plus_infinity]});
    }
}

}  // namespace

Statistics::Statistics(std::vector<Axis> layout)
    : axes(std::move(layout)), counts(lay_out_counts(axes)), moments(axes.size()) {}

void Statistics::merge(Statistics const& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i] += other.counts[i];
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
        kernels::merge(moments[i], other.moments[i]);
    }
    samples += other.samples;
}

std::uint64_t Statistics::special(int output, kernels::SpecialBin bin) const {
    auto const& axis = axes[static_cast<std::size_t>(output)];
    return counts[static_cast<std::size_t>(axis.first_count + bin)];
}

namespace {

/// The stretch that holds the sample of this rank, and how many samples come before it.
struct Found {
    Stretch stretch;
    double before = 0.0;
};

Found find_rank(
    Axis const& axis, Moments const& moments, std::uint32_t const* counts, double rank) {
    Found found;
    for_each_stretch(axis, moments, counts, [&](Stretch const& stretch) {
        double const count = static_cast<double>(stretch.count);
        if (count == 0.0) {
            return false;
        }
        if (found.stretch.count > 0) {
            found.before += static_cast<double>(found.stretch.count);
        }
        found.stretch = stretch;
        return rank < found.before + count;
    });
    return found;
}

/// Where the sample of a whole rank lies: samples of a stretch are spread evenly in it.
double value_at(Found const& found, double rank) {
    Stretch const& stretch = found.stretch;
    if (stretch.low == stretch.high) {
        return stretch.low;  // also infinities
    }
    double const place =
        (rank - found.before + 0.5) / static_cast<double>(stretch.count);
    return stretch.low + std::clamp(place, 0.0, 1.0) * (stretch.high - stretch.low);
}

}  // namespace

double Statistics::quantile(int output, double p) const {
    if (samples == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    auto const o = static_cast<std::size_t>(output);
    std::uint32_t const* const own = counts.data() + axes[o].first_count;
    double const rank = std::clamp(p, 0.0, 1.0) * static_cast<double>(samples - 1);
    double const below = std::floor(rank);
    double const weight = rank - below;
    double const low = value_at(find_rank(axes[o], moments[o], own, below), below);
    if (weight == 0.0) {
        return low;
    }
    double const high =
        value_at(find_rank(axes[o], moments[o], own, below + 1.0), below + 1.0);
    if (std::isinf(low) || std::isinf(high)) {
        return weight < 0.5 ? low : high;
    }
    return low + weight * (high - low);
}

std::pair<double, double>
Statistics::bracket(int output, double low, double high) const {
    auto const o = static_cast<std::size_t>(output);
    std::uint32_t const* const own = counts.data() + axes[o].first_count;
    double const last = static_cast<double>(samples > 0 ? samples - 1 : 0);
    double const first_rank = std::floor(std::clamp(low, 0.0, 1.0) * last);
    double const last_rank = std::ceil(std::clamp(high, 0.0, 1.0) * last);
    return {
        find_rank(axes[o], moments[o], own, first_rank).stretch.low,
        find_rank(axes[o], moments[o], own, last_rank).stretch.high};
}

double Statistics::quantile_standard_error(int output, double p) const {
    if (samples == 0) {
        return 0.0;
    }
    double const reach = std::sqrt(p * (1.0 - p) / static_cast<double>(samples));
    double const low = quantile(output, p - reach);
    double const high = quantile(output, p + reach);
    if (low == high) {
        return 0.0;  // also both infinite
    }
    return 0.5 * (high - low);
}

double Statistics::mean(int output) const {
    auto const o = static_cast<std::size_t>(output);
    Moments const& m = moments[o];
    if (m.count == 0) {
        return 0.0;
    }
    return axes[o].centre
           + static_cast<double>(m.sum)
                 / (static_cast<double>(m.count) * static_cast<double>(axes[o].sum_scale));
}

double Statistics::standard_deviation(int output) const {
    auto const o = static_cast<std::size_t>(output);
    Moments const& m = moments[o];
    if (m.count < 2) {
        return 0.0;
    }
    long double const n = static_cast<long double>(m.count);
    long double const squares = std::ldexp(static_cast<long double>(m.square_high), 64)
                                + static_cast<long double>(m.square_low);
    long double const sum = static_cast<long double>(m.sum);
    long double const variance = std::max((squares - sum * sum / n) / (n - 1.0L), 0.0L);
    return static_cast<double>(
        std::sqrt(variance) / static_cast<long double>(axes[o].sum_scale));
}

}  // namespace leadtime::estimator
