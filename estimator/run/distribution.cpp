// SPDX-License-Identifier: Apache-2.0
#include "estimator/run/statistics.hpp"
#include "estimator/run/tail_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace leadtime::estimator {

using kernels::Axis;
using kernels::Moments;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The largest float below a bin's upper edge.
double below(float edge) {
    return static_cast<double>(
        std::nextafter(edge, -std::numeric_limits<float>::infinity()));
}

}  // namespace

OutputDistribution::OutputDistribution(Axis const& axis,
                                       Moments const& moments,
                                       std::uint32_t const* counts)
    : lowest_(moments.minimum)
    , highest_(moments.maximum) {
    // Atoms have bins of their own, which go among the others.
    for (int i = 0; i < axis.atom_count; ++i) {
        atoms_.push_back(
            {axis.atoms[i], static_cast<double>(counts[kernels::bin_first_atom + i])});
    }
    atoms_.push_back({0.0, static_cast<double>(counts[kernels::bin_tiny]), true});
    atoms_.push_back({0.0, static_cast<double>(counts[kernels::bin_zero])});
    std::stable_sort(atoms_.begin(), atoms_.end(), [](Atom const& a, Atom const& b) {
        return a.value > b.value;
    });
    std::erase_if(atoms_, [](Atom const& atom) { return atom.count == 0.0; });

    add(-infinity, -infinity, counts[kernels::bin_minus_infinity]);
    add_coarse(-infinity, axis.origin, counts + kernels::bin_first_below);
    int const cells = ((axis.key_span - 1) >> axis.cell_shift) + 1;
    for (int cell = 0; cell < cells; ++cell) {
        int const shift = axis.shift_of_cell(cell);
        std::uint32_t const* const bins = counts + axis.first_bin_of_cell(cell);
        std::int64_t const first_key = std::int64_t{cell} << axis.cell_shift;
        for (std::int64_t bin = 0; bin < std::int64_t{1} << (axis.cell_shift - shift);
             ++bin) {
            if (bins[bin] > 0) {
                std::int64_t const key = first_key + (bin << shift);
                std::int64_t const end = std::min<std::int64_t>(
                    key + (std::int64_t{1} << shift), axis.key_span);
                add_bin(
                    kernels::value_of_key(axis, static_cast<std::int32_t>(key)),
                    below(kernels::value_of_key(axis, static_cast<std::int32_t>(end))),
                    bins[bin]);
            }
        }
    }
    add_coarse(kernels::value_of_key(axis, axis.key_span),
               infinity,
               counts + kernels::bin_first_above);
    add_atoms_up_to(infinity);
    add(infinity, infinity, counts[kernels::bin_plus_infinity]);
}

void OutputDistribution::add(double low, double high, double count) {
    if (count > 0.0) {
        stretches_.push_back({low, high, count, samples_, {low, high, count}, false});
        samples_ += count;
    }
}

void OutputDistribution::add_atom(Atom const& atom, double count) {
    if (count > 0.0) {
        add(atom.value, atom.value, count);
        stretches_.back().is_tiny = atom.is_tiny;
    }
}

void OutputDistribution::add_atoms_up_to(double value) {
    for (; !atoms_.empty() && atoms_.back().value <= value; atoms_.pop_back()) {
        add_atom(atoms_.back(), atoms_.back().count);
    }
}

void OutputDistribution::add_coarse(double low,
                                    double high,
                                    std::uint32_t const* counts) {
    for (int bin = 0; bin < kernels::coarse_bins; ++bin) {
        if (counts[bin] > 0) {
            add_bin(std::max<double>(kernels::value_of_coarse_bin(bin), low),
                    std::min<double>(kernels::value_of_coarse_bin(bin + 1), high),
                    counts[bin]);
        }
    }
}

void OutputDistribution::add_bin(double low, double high, double count) {
    low = std::clamp(low, lowest_, highest_);
    high = std::clamp(high, low, highest_);
    add_atoms_up_to(low);
    std::vector<Atom> inside;
    double all = count;
    for (; !atoms_.empty() && atoms_.back().value < high; atoms_.pop_back()) {
        inside.push_back(atoms_.back());
        all += inside.back().count;
    }
    std::size_t const begin = stretches_.size();
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::size_t sure = none;
    double from = low;
    double rest = count;
    for (Atom const& atom : inside) {
        // How many of the bin's values are below an atom is not known.
        double const lower = std::floor(rest * ((atom.value - from) / (high - from)));
        add(from, atom.value, lower);
        if (inside.size() == 1 && atom.count > count) {
            // The ranks in the middle are the atom's, wherever the bin's values lie.
            add_atom(atom, count - lower);
            sure = stretches_.size();
            add_atom(atom, atom.count - count);
            add_atom(atom, lower);
        } else {
            add_atom(atom, atom.count);
        }
        from = atom.value;
        rest -= lower;
    }
    add(from, high, rest);
    for (std::size_t i = begin; !inside.empty() && i < stretches_.size(); ++i) {
        if (sure == none) {
            stretches_[i].bin = {low, high, all};
        } else if (i < sure) {
            stretches_[i].bin = {low, inside.front().value, count};
        } else if (i > sure) {
            stretches_[i].bin = {inside.front().value, high, count};
        }
    }
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

double OutputDistribution::quantile_of_rank(double rank) const {
    double const whole = std::floor(rank);
    double const weight = rank - whole;
    double const low = value_of(whole);
    if (weight == 0.0) {
        return low;
    }
    double const high = value_of(whole + 1.0);
    if (std::isinf(low) || std::isinf(high)) {
        return weight < 0.5 ? low : high;
    }
    return low + weight * (high - low);
}

double OutputDistribution::quantile(double p) const {
    if (stretches_.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return quantile_of_rank(std::clamp(p, 0.0, 1.0) * (samples_ - 1.0));
}

double OutputDistribution::finite_quantile(double p) const {
    double below = 0.0;
    double finite = 0.0;
    for (Stretch const& stretch : stretches_) {
        below += stretch.high == -infinity ? stretch.count : 0.0;
        finite += std::isfinite(stretch.low) ? stretch.count : 0.0;
    }
    return finite > 0.0
               ? quantile_of_rank(below + std::clamp(p, 0.0, 1.0) * (finite - 1.0))
               : 0.0;
}

double OutputDistribution::standard_error(double p) const {
    return together(rank_error(p), bin_error(p));
}

double OutputDistribution::rank_error(double p) const {
    if (stretches_.empty()) {
        return 0.0;
    }
    double const reach = std::sqrt(p * (1.0 - p) / samples_);
    double const low = quantile(p - reach);
    double const high = quantile(p + reach);
    return low == high ? 0.0 : 0.5 * (high - low);  // 0 also where both are infinite
}

double OutputDistribution::bin_error(double p) const {
    double width = 0.0;
    for (Bin const& bin : bins_at(p)) {
        bool const is_interval =
            bin.low < bin.high && std::isfinite(bin.low) && std::isfinite(bin.high);
        width = std::max(width, is_interval ? bin.high - bin.low : 0.0);
    }
    return width / std::sqrt(12.0);  // of what is spread evenly
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
    return {stretch_of(std::floor(std::clamp(low, 0.0, 1.0) * last)).bin.low,
            stretch_of(std::ceil(std::clamp(high, 0.0, 1.0) * last)).bin.high};
}

std::array<OutputDistribution::Bin, 2> OutputDistribution::bins_at(double p) const {
    if (stretches_.empty()) {
        return {};
    }
    double const rank = std::clamp(p, 0.0, 1.0) * (samples_ - 1.0);
    return {stretch_of(std::floor(rank)).bin, stretch_of(std::ceil(rank)).bin};
}

bool OutputDistribution::is_below_precision(double p) const {
    return !stretches_.empty()
           && stretch_of(std::round(std::clamp(p, 0.0, 1.0) * (samples_ - 1.0)))
                  .is_tiny;
}

double OutputDistribution::first_positive() const {
    for (Stretch const& stretch : stretches_) {
        if (stretch.high > 0.0 && std::isfinite(stretch.high)) {
            return std::max<double>(stretch.low, kernels::smallest_magnitude);
        }
    }
    return highest_;
}

double OutputDistribution::tail_index() const {
    std::vector<TailBin> bins;
    for (Stretch const& stretch : stretches_) {
        if (std::isfinite(stretch.low)) {
            bins.push_back({stretch.low, stretch.high, stretch.count});
        }
    }
    return bins.empty() ? infinity
                        : heavier_tail_index(std::move(bins), finite_quantile(0.5));
}

}  // namespace leadtime::estimator
