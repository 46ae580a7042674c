// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/statistics.hpp"
#include "estimator/engine/tail_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace leadtime::estimator {

using kernels::Axis;
using kernels::Moments;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

constexpr float float_infinity = std::numeric_limits<float>::infinity();

/// The largest float below a bin's upper edge.
float below(float edge) {
    return kernels::real_of_bits(
        kernels::ordered_key(kernels::ordered_key(kernels::bits_of(edge)) - 1));
}

}  // namespace

OutputDistribution::OutputDistribution(Axis const& axis,
                                       Moments const& moments,
                                       BinCounts counts)
    : lowest_(moments.minimum)
    , highest_(moments.maximum) {
    stretches_.reserve(static_cast<std::size_t>(axis.bin_count));
    // Atoms have bins of their own, which go among the others.
    for (int i = 0; i < axis.atom_count; ++i) {
        atoms_.push_back(
            {axis.atoms[i], static_cast<double>(counts[kernels::bin_first_atom + i])});
    }
    atoms_.push_back({0.0f, static_cast<double>(counts[kernels::bin_tiny]), true});
    atoms_.push_back({0.0f, static_cast<double>(counts[kernels::bin_zero])});
    std::stable_sort(atoms_.begin(), atoms_.end(), [](Atom const& a, Atom const& b) {
        return a.value > b.value;
    });
    std::erase_if(atoms_, [](Atom const& atom) { return atom.count == 0.0; });

    add(-float_infinity,
        -float_infinity,
        static_cast<double>(counts[kernels::bin_minus_infinity]));
    add_coarse(-float_infinity, axis.origin, counts + kernels::bin_first_below);
    int const cells = ((axis.key_span - 1) >> axis.cell_shift) + 1;
    for (int cell = 0; cell < cells; ++cell) {
        int const shift = axis.shift_of_cell(cell);
        BinCounts const bins = counts + axis.first_bin_of_cell(cell);
        std::int64_t const first_key = std::int64_t{cell} << axis.cell_shift;
        for (std::int64_t bin = 0; bin < std::int64_t{1} << (axis.cell_shift - shift);
             ++bin) {
            auto const count = bins[static_cast<int>(bin)];
            if (count > 0) {
                std::int64_t const key = first_key + (bin << shift);
                std::int64_t const end = std::min<std::int64_t>(
                    key + (std::int64_t{1} << shift), axis.key_span);
                add_bin(
                    kernels::value_of_key(axis, static_cast<std::int32_t>(key)),
                    below(kernels::value_of_key(axis, static_cast<std::int32_t>(end))),
                    static_cast<double>(count));
            }
        }
    }
    add_coarse(kernels::value_of_key(axis, axis.key_span),
               float_infinity,
               counts + kernels::bin_first_above);
    add_atoms_up_to(float_infinity);
    add(float_infinity,
        float_infinity,
        static_cast<double>(counts[kernels::bin_plus_infinity]));
}

void OutputDistribution::add(float low, float high, double count) {
    if (count > 0.0) {
        stretches_.push_back({low, high, count, samples_});
        samples_ += count;
        censored_below_ += high == -float_infinity ? count : 0.0;
        finite_ += std::isfinite(low) ? count : 0.0;
    }
}

void OutputDistribution::add_atom(Atom const& atom, double count) {
    if (count > 0.0) {
        add(atom.value, atom.value, count);
        stretches_.back().is_tiny = atom.is_tiny;
    }
}

void OutputDistribution::add_atoms_up_to(float value) {
    for (; !atoms_.empty() && atoms_.back().value <= value; atoms_.pop_back()) {
        add_atom(atoms_.back(), atoms_.back().count);
    }
}

void OutputDistribution::add_coarse(float low, float high, BinCounts counts) {
    for (int bin = 0; bin < kernels::coarse_bins; ++bin) {
        if (counts[bin] > 0) {
            add_bin(std::max(kernels::value_of_coarse_bin(bin), low),
                    std::min(kernels::value_of_coarse_bin(bin + 1), high),
                    static_cast<double>(counts[bin]));
        }
    }
}

void OutputDistribution::add_bin(float low, float high, double count) {
    low = std::clamp(low, lowest_, highest_);
    high = std::clamp(high, low, highest_);
    add_atoms_up_to(low);
    if (atoms_.empty() || atoms_.back().value >= high) {
        add(low, high, count);
    } else {
        add_around_atoms(low, high, count);
    }
}

void OutputDistribution::add_around_atoms(float low, float high, double count) {
    std::vector<Atom> inside;
    double all = count;
    for (; !atoms_.empty() && atoms_.back().value < high; atoms_.pop_back()) {
        inside.push_back(atoms_.back());
        all += inside.back().count;
    }
    std::size_t const begin = stretches_.size();
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::size_t sure = none;
    float from = low;
    double rest = count;
    for (Atom const& atom : inside) {
        // How many of the bin's values are below an atom is not known.
        double const width = static_cast<double>(high) - from;
        double const lower =
            std::floor(rest * ((static_cast<double>(atom.value) - from) / width));
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
    int const first = static_cast<int>(bins_.size());
    if (sure == none) {
        bins_.push_back({low, high, all});
    } else {
        bins_.push_back({low, inside.front().value, count});
        bins_.push_back({inside.front().value, high, count});
    }
    for (std::size_t i = begin; i < stretches_.size(); ++i) {
        if (i != sure) {
            stretches_[i].bin = sure != none && i > sure ? first + 1 : first;
        }
    }
}

OutputDistribution::Bin OutputDistribution::bin_of(Stretch const& stretch) const {
    return stretch.bin < 0 ? Bin{stretch.low, stretch.high, stretch.count}
                           : bins_[static_cast<std::size_t>(stretch.bin)];
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
    double const width = static_cast<double>(stretch.high) - stretch.low;
    return stretch.low + std::clamp(place, 0.0, 1.0) * width;
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
    return finite_ > 0.0 ? quantile_of_rank(censored_below_
                                            + std::clamp(p, 0.0, 1.0) * (finite_ - 1.0))
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
            double const width = static_cast<double>(stretch.high) - stretch.low;
            count += stretch.count * (x - stretch.low) / width;
        }
    }
    return samples_ > 0.0 ? count / samples_ : 0.0;
}

std::pair<double, double> OutputDistribution::bracket(double low, double high) const {
    if (stretches_.empty()) {
        return {0.0, 0.0};
    }
    double const last = samples_ - 1.0;
    return {bin_of(stretch_of(std::floor(std::clamp(low, 0.0, 1.0) * last))).low,
            bin_of(stretch_of(std::ceil(std::clamp(high, 0.0, 1.0) * last))).high};
}

bool OutputDistribution::are_atoms(double low, double high) const {
    if (stretches_.empty()) {
        return true;
    }
    double const last = samples_ - 1.0;
    auto const* const first = &stretch_of(std::floor(std::clamp(low, 0.0, 1.0) * last));
    auto const* const end = &stretch_of(std::ceil(std::clamp(high, 0.0, 1.0) * last));
    return std::all_of(first, end + 1, [](Stretch const& stretch) {
        return stretch.low == stretch.high;
    });
}

std::array<OutputDistribution::Bin, 2> OutputDistribution::bins_at(double p) const {
    if (stretches_.empty()) {
        return {};
    }
    double const rank = std::clamp(p, 0.0, 1.0) * (samples_ - 1.0);
    return {bin_of(stretch_of(std::floor(rank))), bin_of(stretch_of(std::ceil(rank)))};
}

bool OutputDistribution::is_below_precision(double p) const {
    return !stretches_.empty()
           && stretch_of(std::round(std::clamp(p, 0.0, 1.0) * (samples_ - 1.0)))
                  .is_tiny;
}

double OutputDistribution::first_positive() const {
    for (Stretch const& stretch : stretches_) {
        if (stretch.high > 0.0f && std::isfinite(stretch.high)) {
            return std::max(stretch.low, kernels::smallest_magnitude);
        }
    }
    return highest_;
}

double OutputDistribution::tail_index() const {
    if (finite_ == 0.0) {
        return infinity;
    }
    double const median = finite_quantile(0.5);
    // Of the values that are `sign` times more than the median, from the farthest on.
    auto const side = [&](auto begin, auto end, double sign) {
        auto const distances = [&](Stretch const& stretch) {
            double const a = sign * (stretch.low - median);
            double const b = sign * (stretch.high - median);
            return TailBin{std::min(a, b), std::max(a, b), stretch.count};
        };
        while (begin != end && std::isinf(begin->low)) {
            ++begin;
        }
        double above = 0.0;
        for (auto i = begin; i != end && distances(*i).high > 0.0; ++i) {
            above += i->count;
        }
        double const wanted = tail_count(finite_, above);
        std::vector<TailBin> bins;
        for (double taken = 0.0; taken < wanted; ++begin) {
            bins.push_back(distances(*begin));
            taken += begin->count;
        }
        return tail_index_of(std::move(bins), wanted);
    };
    return rounded_tail_index(
        std::min(side(stretches_.rbegin(), stretches_.rend(), 1.0),
                 side(stretches_.begin(), stretches_.end(), -1.0)));
}

}  // namespace leadtime::estimator
