// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace leadtime::estimator {

using kernels::Axis;
using kernels::Moments;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

OutputDistribution::OutputDistribution(Axis const& axis,
                                       Moments const& moments,
                                       std::uint32_t const* counts,
                                       std::uint64_t samples)
    : samples_(static_cast<double>(samples))
    , lowest_(moments.minimum)
    , highest_(moments.maximum) {
    double const lowest = moments.minimum;
    double const highest = moments.maximum;
    auto const add_inside = [&](double low, double high, std::uint64_t count) {
        if (count > 0) {
            add(std::clamp(low, lowest, highest),
                std::clamp(high, lowest, highest),
                count);
        }
    };
    add(-infinity, -infinity, counts[kernels::bin_minus_infinity]);
    // Atoms have bins of their own, which go before the first one that starts above
    // them.
    std::vector<std::pair<double, std::uint64_t>> atoms{
        {0.0, counts[kernels::bin_zero]}};
    if (counts[kernels::bin_atom] > 0) {
        atoms.emplace_back(axis.atom, counts[kernels::bin_atom]);
        std::sort(atoms.begin(), atoms.end());
    }
    auto next_atom = atoms.begin();
    auto const add_atoms_before = [&](double low) {
        for (; next_atom != atoms.end() && low >= next_atom->first; ++next_atom) {
            add(next_atom->first, next_atom->first, next_atom->second);
        }
    };
    double const origin = axis.origin;
    double const underflow_low = lowest < 0.0 ? lowest : 0.0;
    add_atoms_before(underflow_low);
    add_inside(underflow_low, origin, counts[kernels::bin_underflow]);
    int const cells = ((axis.key_span - 1) >> axis.cell_shift) + 1;
    for (int cell = 0; cell < cells; ++cell) {
        int const shift = axis.shift_of_cell(cell);
        std::uint32_t const* const bins = counts + axis.first_bin_of_cell(cell);
        std::int32_t const first_key = cell << axis.cell_shift;
        for (int bin = 0; bin < 1 << (axis.cell_shift - shift); ++bin) {
            if (bins[bin] > 0) {
                double const low =
                    kernels::value_of_key(axis, first_key + (bin << shift));
                double const high =
                    kernels::value_of_key(axis, first_key + ((bin + 1) << shift));
                add_atoms_before(low);
                add_inside(low, high, bins[bin]);
            }
        }
    }
    add_atoms_before(infinity);
    add_inside(kernels::value_of_key(axis, axis.key_span),
               highest,
               counts[kernels::bin_overflow]);
    add(infinity, infinity, counts[kernels::bin_plus_infinity]);
}

void OutputDistribution::add(double low, double high, std::uint64_t count) {
    if (count == 0) {
        return;
    }
    double const before =
        stretches_.empty() ? 0.0 : stretches_.back().before + stretches_.back().count;
    stretches_.push_back({low, high, static_cast<double>(count), before});
}

OutputDistribution::Stretch const& OutputDistribution::stretch_of(double rank) const {
    auto const after = std::upper_bound(
        stretches_.begin(),
        stretches_.end(),
        rank,
        [](double r, Stretch const& stretch) { return r < stretch.before; });
    return *std::prev(after == stretches_.begin() ? std::next(after) : after);
}

double OutputDistribution::value_of(double rank) const {
    Stretch const& stretch = stretch_of(rank);
    if (stretch.low == stretch.high) {
        return stretch.low;  // also infinities
    }
    double const place = (rank - stretch.before + 0.5) / stretch.count;
    return stretch.low + std::clamp(place, 0.0, 1.0) * (stretch.high - stretch.low);
}

double OutputDistribution::quantile(double p) const {
    if (stretches_.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    double const rank = std::clamp(p, 0.0, 1.0) * (samples_ - 1.0);
    double const below = std::floor(rank);
    double const weight = rank - below;
    double const low = value_of(below);
    if (weight == 0.0) {
        return low;
    }
    double const high = value_of(below + 1.0);
    if (std::isinf(low) || std::isinf(high)) {
        return weight < 0.5 ? low : high;
    }
    return low + weight * (high - low);
}

double OutputDistribution::standard_error(double p) const {
    if (stretches_.empty()) {
        return 0.0;
    }
    double const reach = std::sqrt(p * (1.0 - p) / samples_);
    double const low = quantile(p - reach);
    double const high = quantile(p + reach);
    return low == high ? 0.0 : 0.5 * (high - low);  // 0 also where both are infinite
}

double OutputDistribution::share_at_most(double x) const {
    double count = 0.0;
    for (Stretch const& stretch : stretches_) {
        if (stretch.high <= x) {
            count += stretch.count;
        } else if (stretch.low < x) {
            count += stretch.count * (x - stretch.low) / (stretch.high - stretch.low);
        }
    }
    return samples_ > 0.0 ? count / samples_ : 0.0;
}

std::pair<double, double> OutputDistribution::bracket(double low, double high) const {
    if (stretches_.empty()) {
        return {0.0, 0.0};
    }
    double const last = samples_ - 1.0;
    return {stretch_of(std::floor(std::clamp(low, 0.0, 1.0) * last)).low,
            stretch_of(std::ceil(std::clamp(high, 0.0, 1.0) * last)).high};
}

Statistics::Statistics(std::vector<Axis> layout)
    : axes(std::move(layout))
    , counts(lay_out_counts(axes))
    , moments(axes.size()) {}

void Statistics::merge(Statistics const& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i] += other.counts[i];
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
        kernels::merge(moments[i], other.moments[i]);
    }
    samples += other.samples;
}

OutputDistribution Statistics::distribution(int output) const {
    auto const o = static_cast<std::size_t>(output);
    return {axes[o], moments[o], counts.data() + axes[o].first_count, samples};
}

std::vector<std::pair<double, double>> OutputDistribution::finite_values() const {
    std::vector<std::pair<double, double>> values;
    for (Stretch const& s : stretches_) {
        if (std::isfinite(s.low) && std::isfinite(s.high)) {
            values.emplace_back(0.5 * (s.low + s.high), s.count);
        }
    }
    if (!values.empty()) {  // a rare value far off is the extreme, not halfway there
        values.front().first = lowest_;
        values.back().first = highest_;
    }
    return values;
}

double OutputDistribution::finite_mean() const {
    double sum = 0.0;
    double total = 0.0;
    for (auto const& [value, count] : finite_values()) {
        sum += count * value;
        total += count;
    }
    return total > 0.0 ? sum / total : 0.0;
}

double OutputDistribution::finite_standard_deviation() const {
    double const mean = finite_mean();
    double squares = 0.0;
    double total = 0.0;
    for (auto const& [value, count] : finite_values()) {
        squares += count * (value - mean) * (value - mean);
        total += count;
    }
    return total > 1.0 ? std::sqrt(squares / (total - 1.0)) : 0.0;
}

std::uint64_t Statistics::special(int output, kernels::SpecialBin bin) const {
    auto const& axis = axes[static_cast<std::size_t>(output)];
    return counts[static_cast<std::size_t>(axis.first_count + bin)];
}

double Statistics::mean(int output) const {
    auto const o = static_cast<std::size_t>(output);
    Moments const& m = moments[o];
    if (m.count == 0) {
        return 0.0;
    }
    if (axes[o].sum_scale == 0.0f) {
        return distribution(output).finite_mean();
    }
    double const deviation =
        static_cast<double>(m.sum)
        / (static_cast<double>(m.count) * static_cast<double>(axes[o].sum_scale));
    return std::clamp<double>(axes[o].centre + deviation, m.minimum, m.maximum);
}

double Statistics::standard_deviation(int output) const {
    auto const o = static_cast<std::size_t>(output);
    Moments const& m = moments[o];
    if (m.count < 2) {
        return 0.0;
    }
    if (axes[o].sum_scale == 0.0f) {
        return distribution(output).finite_standard_deviation();
    }
    double const n = static_cast<double>(m.count);
    double const unit = static_cast<double>(1 << kernels::square_shift);
    double const sum = static_cast<double>(m.sum) / unit;
    double const variance =
        std::max((static_cast<double>(m.squares) - sum * sum / n) / (n - 1.0), 0.0);
    return std::sqrt(variance) * unit / static_cast<double>(axes[o].sum_scale);
}

}  // namespace leadtime::estimator
