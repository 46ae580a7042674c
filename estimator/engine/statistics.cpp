// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/statistics.hpp"

#include "estimator/engine/result.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace leadtime::estimator {

using kernels::Axis;
using kernels::Moments;

Statistics::Statistics(std::vector<Axis> layout, std::vector<int> output_rows)
    : axes(std::move(layout))
    , rows(std::move(output_rows))
    , counts(lay_out_counts(axes))
    , moments(axes.size()) {}

Statistics::Statistics(std::vector<Axis> layout)
    : Statistics(std::move(layout), {}) {
    rows.resize(axes.size());
    std::iota(rows.begin(), rows.end(), 0);
}

void Statistics::merge(Statistics const& other) {
    make_room(other.recent_samples_);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i] += other.counts[i];
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
        kernels::merge(moments[i], other.moments[i]);
    }
    if (other.earlier_) {
        Earlier& earlier = fold();
        for (std::size_t i = 0; i < counts.size(); ++i) {
            earlier.counts[i] += other.earlier_->counts[i];
        }
        for (std::size_t i = 0; i < moments.size(); ++i) {
            earlier.moments[i].add(other.earlier_->moments[i]);
        }
    }
    samples += other.samples;
    squared_multiplicities += other.squared_multiplicities;
}

void Statistics::begin_adding(SampleSet::Total const& more) {
    make_room(more.samples);
    samples += more.samples;
    squared_multiplicities += more.squares;
}

void Statistics::make_room(std::uint64_t more) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    if (recent_samples_ + more > most) {
        fold();
    }
    recent_samples_ += more;
}

/// Moves what kernels have added out of their way.
Statistics::Earlier& Statistics::fold() {
    if (!earlier_) {
        earlier_.emplace();
        earlier_->counts.resize(counts.size());
        earlier_->moments.resize(moments.size());
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        earlier_->counts[i] += counts[i];
        counts[i] = 0;
    }
    for (std::size_t i = 0; i < moments.size(); ++i) {
        earlier_->moments[i].add(moments[i]);
        Moments extremes;
        extremes.minimum = moments[i].minimum;
        extremes.maximum = moments[i].maximum;
        moments[i] = extremes;
    }
    recent_samples_ = 0;
    return *earlier_;
}

double Statistics::effective_samples() const {
    auto const sum = static_cast<double>(samples);
    return samples == 0 ? 0.0 : sum * sum / static_cast<double>(squared_multiplicities);
}

std::uint64_t Statistics::finite_samples(int output) const {
    return moments_of(output).count;
}

WideMoments Statistics::moments_of(int output) const {
    auto const o = static_cast<std::size_t>(output);
    WideMoments all;
    all.add(moments[o]);
    if (earlier_) {
        all.add(earlier_->moments[o]);
    }
    return all;
}

BinCounts Statistics::bin_counts(int output) const {
    int const first = axes[static_cast<std::size_t>(output)].first_count;
    return {counts.data() + first,
            earlier_ ? earlier_->counts.data() + first : nullptr};
}

OutputDistribution Statistics::distribution(int output) const {
    auto const o = static_cast<std::size_t>(output);
    return {axes[o], moments[o], bin_counts(output)};
}

double RefinedQuantile::standard_error() const {
    return together(rank_error, distribution.bin_error(p));
}

namespace {

/// The first that is not before a quantile.
template <class Refined>
auto place_of(Refined& refined, int output, std::size_t level) {
    return std::lower_bound(
        refined.begin(),
        refined.end(),
        std::pair(output, level),
        [](RefinedQuantile const& a, std::pair<int, std::size_t> const& b) {
            return std::pair(a.output, a.level) < b;
        });
}

}  // namespace

RefinedQuantile const* Statistics::find_refined(int output, std::size_t level) const {
    auto const found = place_of(refined, output, level);
    bool const is_there =
        found != refined.end() && found->output == output && found->level == level;
    return is_there ? &*found : nullptr;
}

void Statistics::refine(int output,
                        std::size_t level,
                        OutputDistribution distribution) {
    auto const place = place_of(refined, output, level);
    if (find_refined(output, level) != nullptr) {
        // The ranks around it are known from before.
        place->distribution = std::move(distribution);
    } else {
        double const p = levels[level];
        double const error = distribution.rank_error(p);
        refined.insert(place, {output, level, p, std::move(distribution), error});
    }
}

std::uint64_t Statistics::special(int output, kernels::SpecialBin bin) const {
    return bin_counts(output)[bin];
}

double Statistics::mean(int output) const {
    auto const o = static_cast<std::size_t>(output);
    WideMoments const m = moments_of(output);
    if (m.count == 0) {
        return 0.0;
    }
    double const scale = static_cast<double>(axes[o].sum_scale);
    double const sum = static_cast<double>(m.sum) / scale + m.tail.sum();
    return std::clamp<double>(axes[o].centre + sum / static_cast<double>(m.count),
                              moments[o].minimum,
                              moments[o].maximum);
}

double Statistics::standard_deviation(int output) const {
    auto const o = static_cast<std::size_t>(output);
    WideMoments const m = moments_of(output);
    if (m.count < 2) {
        return 0.0;
    }
    double const n = static_cast<double>(m.count);
    double const scale = static_cast<double>(axes[o].sum_scale);
    double const unit = static_cast<double>(1 << kernels::square_shift) / scale;
    double const sum = static_cast<double>(m.sum) / scale + m.tail.sum();
    double const squares = m.squares.value() * unit * unit + m.tail.sum_of_squares();
    return std::sqrt(std::max((squares - sum / n * sum) / (n - 1.0), 0.0));
}

}  // namespace leadtime::estimator
