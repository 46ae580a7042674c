// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/refine.hpp"

#include "estimator/engine/all_threads.hpp"
#include "estimator/engine/result.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

namespace leadtime::estimator {
namespace {

constexpr double value_accuracy = 0.001;
constexpr double spread_accuracy = 0.002;
constexpr double middle_accuracy = 2e-4;  // where that is all that can be asked for
constexpr double fine_accuracy = 1.0 / 16384.0;  // of either of two samples far apart
constexpr double rank_widths = 4.0;  // standard errors of the rank that an axis covers
// Each pass cuts bins into 4,096, or single floats: all 2^32 take three, and one more
// as the first covers the ranks around the quantile.
constexpr int most_passes = 4;

/// A quantile as it is known best, over the finite samples where it is censored.
double best_known(Statistics const& statistics,
                  int output,
                  OutputDistribution const& distribution,
                  double p) {
    for (std::size_t level = 0; level < statistics.levels.size(); ++level) {
        RefinedQuantile const* const refined = statistics.find_refined(output, level);
        if (statistics.levels[level] == p && refined != nullptr) {
            double const value = refined->distribution.quantile(p);
            if (std::isfinite(value)) {
                return value;
            }
        }
    }
    return distribution.finite_quantile(p);
}

/// The quantiles of one output whose bins are too wide, as bits.
std::uint64_t wide_levels(Statistics const& statistics, int output) {
    std::uint64_t wide = 0;
    OutputDistribution const distribution = statistics.distribution(output);
    if (distribution.samples() == 0.0) {
        return wide;
    }
    auto const at = [&](double p) {
        return best_known(statistics, output, distribution, p);
    };
    QuantileSpread const spread{at(0.95) - at(0.05), at(0.75) - at(0.25)};
    for (std::size_t level = 0; level < statistics.levels.size(); ++level) {
        RefinedQuantile const* const refined = statistics.find_refined(output, level);
        OutputDistribution const& own =
            refined != nullptr ? refined->distribution : distribution;
        if (!is_narrow(own, statistics.levels[level], spread)) {
            wide |= std::uint64_t{1} << level;
        }
    }
    return wide;
}

std::vector<QuantileOf> find_wide(Statistics const& statistics) {
    std::vector<std::uint64_t> levels(statistics.axes.size());
    on_all_threads("leadtime::find_wide", levels.size(), [&](std::size_t output) {
        levels[output] = wide_levels(statistics, static_cast<int>(output));
    });
    std::vector<QuantileOf> found;
    for (std::size_t output = 0; output < levels.size(); ++output) {
        for (std::size_t level = 0; level < statistics.levels.size(); ++level) {
            if ((levels[output] >> level & 1) != 0) {
                found.push_back({static_cast<int>(output), level});
            }
        }
    }
    return found;
}

/// An axis of the bins around a quantile.
kernels::Axis axis_around(Statistics const& statistics,
                          QuantileOf quantile,
                          std::uint64_t smallest_part) {
    double const p = statistics.levels[quantile.level];
    double const reach =
        rank_widths * std::sqrt(p * (1.0 - p) / static_cast<double>(smallest_part));
    RefinedQuantile const* const refined =
        statistics.find_refined(quantile.output, quantile.level);
    kernels::Moments const& moments =
        statistics.moments[static_cast<std::size_t>(quantile.output)];
    auto const inside = [&](double x) {
        return std::clamp(static_cast<float>(x), moments.minimum, moments.maximum);
    };
    // First the ranks around it, from which its error comes; then its own bins.
    if (refined == nullptr) {
        auto const [low, high] =
            statistics.distribution(quantile.output).bracket(p - reach, p + reach);
        return zoom_axis(inside(low), inside(high));
    }
    auto const bins = refined->distribution.bins_at(p);
    std::pair<float, float> const fine[] = {
        {inside(bins[0].low), inside(bins[0].high)},
        {inside(bins[1].low), inside(bins[1].high)}};
    return zoom_axis(fine[0].first, fine[1].second, fine);
}

}  // namespace

bool is_narrow(OutputDistribution const& distribution,
               double p,
               QuantileSpread const& spread) {
    double const rank_deviation = std::sqrt(distribution.samples() * p * (1.0 - p));
    double const rank = p * (distribution.samples() - 1.0);
    double const weight = rank - std::floor(rank);
    auto const bins = distribution.bins_at(p);
    double const weights[] = {1.0 - weight, weight};
    double most_off = 0.0;
    double count = 0.0;
    bool are_fine = true;
    double size = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < bins.size(); ++i) {
        auto const& [low, high, samples] = bins[i];
        if (std::isinf(low) || std::isinf(high)) {
            return true;
        }
        // A sample is read off its rank within the bin, and may be at the other end.
        most_off += weights[i] * (high - low) * (1.0 - 0.5 / std::max(samples, 1.0));
        count += low < high ? weights[i] * samples : 0.0;
        size = std::min({size, std::abs(low), std::abs(high)});
        are_fine =
            are_fine
            && high - low <= fine_accuracy * std::min(std::abs(low), std::abs(high));
    }
    if (bins[0].low < 0.0 && bins[1].high > 0.0) {
        size = 0.0;  // the quantile may be anything between them
    }
    double const value = distribution.quantile(p);
    double const of_value = value_accuracy * std::max(size, std::abs(value) - most_off);
    double const of_spread = spread_accuracy * spread.p05_to_p95;
    double const resolved = std::max(
        std::abs(value) * static_cast<double>(std::numeric_limits<float>::epsilon()),
        middle_accuracy * spread.p25_to_p75);
    // Nothing lies between two samples far apart, and no axis of both is narrower.
    bool const is_gap =
        bins[1].low - bins[0].high
        > 2.0 * (bins[1].high - bins[1].low + bins[0].high - bins[0].low);
    return most_off <= std::max(std::min(of_value, of_spread), resolved)
           || (most_off <= std::max(of_value, of_spread)
               && count <= std::max(rank_deviation, 1.0))
           || (is_gap && are_fine);
}

void refine_quantiles(Statistics& statistics,
                      std::uint64_t smallest_part,
                      AddAgain const& add_again) {
    for (int pass = 0;; ++pass) {
        std::vector<QuantileOf> const quantiles = find_wide(statistics);
        if (quantiles.empty()) {
            break;
        }
        if (pass == most_passes) {
            throw std::logic_error("a quantile's bin cannot be made narrow enough");
        }
        std::vector<kernels::Axis> axes;
        std::vector<int> rows;
        for (QuantileOf const& own : quantiles) {
            axes.push_back(axis_around(statistics, own, smallest_part));
            rows.push_back(statistics.rows[static_cast<std::size_t>(own.output)]);
        }
        Statistics part(std::move(axes), std::move(rows));
        part.levels = statistics.levels;
        add_again(part, quantiles);
        for (std::size_t i = 0; i < quantiles.size(); ++i) {
            statistics.refine(quantiles[i].output,
                              quantiles[i].level,
                              part.distribution(static_cast<int>(i)));
        }
    }
}

}  // namespace leadtime::estimator
