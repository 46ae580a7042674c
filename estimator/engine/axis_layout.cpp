// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/result.hpp"
#include "estimator/engine/statistics.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace leadtime::estimator {

using kernels::Axis;

namespace {

constexpr double bracket_widths = 4.0;     // standard errors of a pilot's quantile
constexpr double bins_per_bracket = 64.0;  // of the first axis, which has to find them
constexpr int fewest_bins_per_cell_log2 = 1;
constexpr int most_bins_per_cell_log2 = 10;
constexpr int most_bins = 4096;                // of one output; coarser bins above that
constexpr std::int32_t linear_keys = 1 << 24;  // what a float's mantissa resolves
// A bin of 2^14 keys is at most 0.2 % wide, so its middle is within 0.1 % of what is in
// it.
constexpr int log_accuracy_shift = 14;
constexpr double spread_accuracy = 0.002;  // of the distance from p5 to p95

/// Where the final quantile of one level may lie, in keys, and how wide bins may be
/// there, as a shift.
struct Bracket {
    std::int32_t first = 0;
    std::int32_t last = 0;
    int shift = 0;
};

/// The largest power of two up to a number of keys, as a shift.
int shift_of(double keys) {
    return keys > 1.0 ? static_cast<int>(std::floor(std::log2(keys))) : 0;
}

std::int32_t key_of(Axis const& axis, float value) {
    if (axis.linear) {
        float const place = (value - axis.origin) * axis.scale;
        return static_cast<std::int32_t>(
            std::clamp(place, 0.0f, static_cast<float>(linear_keys)));
    }
    return value > 0.0f ? kernels::bits_of(value) - axis.key_origin : 0;
}

int log2_ceiling(std::int64_t n) {
    return n <= 1 ? 0
                  : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n - 1)));
}

/// A logarithmic axis from a little below `low` to a little above `high`, both
/// positive.
void lay_out_logarithmic(Axis& axis, float low, float high) {
    constexpr std::int32_t smallest = 0x00800000;  // smallest normal float
    constexpr std::int32_t largest = 0x7f7fffff;   // largest finite float
    constexpr std::int32_t sixteenth_octave = 1 << 19;
    // Below the normal floats nothing can be told apart: that is underflow.
    std::int64_t const first = std::max(kernels::bits_of(low), smallest);
    std::int64_t const last =
        std::max<std::int64_t>(kernels::bits_of(high), first + sixteenth_octave);
    std::int64_t const margin =
        std::max<std::int64_t>((last - first) / 4, sixteenth_octave);
    axis.key_origin =
        static_cast<std::int32_t>(std::max<std::int64_t>(first - margin, smallest));
    std::int64_t const end = std::min<std::int64_t>(last + margin, largest);
    axis.key_span = static_cast<std::int32_t>(end - axis.key_origin);
    axis.origin = kernels::real_of_bits(axis.key_origin);
}

void lay_out_linear(Axis& axis, float low, float high) {
    axis.linear = true;
    float const size = std::max(std::abs(low), std::abs(high));
    float const margin = std::max((high - low) * 0.25f, size * 1e-3f);
    axis.origin = low - margin;
    axis.scale = static_cast<float>(linear_keys) / (high - low + 2.0f * margin);
    axis.key_span = linear_keys;
}

/// Cuts the axis into cells and the cells into bins: finely inside the brackets.
void cut(Axis& axis, std::span<Bracket const> brackets) {
    axis.cell_shift = log2_ceiling(
        (static_cast<std::int64_t>(axis.key_span) + kernels::cells_per_axis - 1)
        / kernels::cells_per_axis);
    int const cells = ((axis.key_span - 1) >> axis.cell_shift) + 1;
    for (int bin = 0; bin < kernels::special_bins; ++bin) {
        axis.cells[kernels::cells_per_axis + bin] = bin * 256;
    }
    for (int coarser = 0;; ++coarser) {
        std::array<int, kernels::cells_per_axis> shifts;
        shifts.fill(std::max(axis.cell_shift - fewest_bins_per_cell_log2, 0));
        for (Bracket const& bracket : brackets) {
            int const finest = std::max(axis.cell_shift - most_bins_per_cell_log2, 0);
            int const shift =
                std::min(std::max(bracket.shift, finest) + coarser, axis.cell_shift);
            for (int cell = bracket.first >> axis.cell_shift;
                 cell <= bracket.last >> axis.cell_shift;
                 ++cell) {
                int& own = shifts[static_cast<std::size_t>(cell)];
                own = std::min(own, shift);
            }
        }
        int next = kernels::special_bins;
        for (int cell = 0; cell < cells; ++cell) {
            int const shift = shifts[static_cast<std::size_t>(cell)];
            axis.cut_cell(cell, next, shift);
            next += 1 << (axis.cell_shift - shift);
        }
        axis.bin_count = next;
        if (next <= most_bins || coarser >= axis.cell_shift) {
            return;
        }
    }
}

/// Keys per bin that keep the promised accuracy, as a shift: of the values, or of the
/// distance from p5 to p95 where values have both signs or hardly differ.
int accuracy_shift(Axis const& axis, double p05, double p95) {
    double const spread = static_cast<double>(key_of(axis, static_cast<float>(p95)))
                          - key_of(axis, static_cast<float>(p05));
    int const of_spread = shift_of(spread * spread_accuracy);
    bool const relative =
        spread <= 0.0 || (!axis.linear && of_spread > log_accuracy_shift);
    return relative ? log_accuracy_shift : of_spread;
}

Bracket make_bracket(Axis const& axis, double low, double high) {
    auto const key = [&](double x) {
        return std::clamp(key_of(axis, static_cast<float>(x)), 0, axis.key_span - 1);
    };
    return {key(low), key(high), 0};
}

/// Standard error of the rank of a quantile in a sample of `size` out of `total`.
double rank_error(double p, double size, double total) {
    double const share = std::max(1.0 - size / total, 0.0);
    return std::sqrt(p * (1.0 - p) * share / size);
}

/// A value other than 0 that comes often, e.g. where an output is capped; NaN if there
/// is none. `sorted` is finite and ascending.
float find_atom(std::vector<float> const& sorted) {
    std::ptrdiff_t longest =
        std::max<std::ptrdiff_t>(2, static_cast<std::ptrdiff_t>(sorted.size()) / 100);
    float atom = std::numeric_limits<float>::quiet_NaN();
    for (auto begin = sorted.begin(); begin != sorted.end();) {
        auto const end = std::upper_bound(begin, sorted.end(), *begin);
        if (*begin != 0.0f && end - begin > longest) {
            longest = end - begin;
            atom = *begin;
        }
        begin = end;
    }
    return atom;
}

/// How finely sums are kept: deviations of the pilot take up to 23 bits, so that values
/// 128 times further out still fit. Not at all (scale 0) where the pilot has no spread.
void lay_out_sums(Axis& axis, double lowest, double highest) {
    double const farthest = std::max(highest - axis.centre, axis.centre - lowest);
    axis.sum_scale = 0.0f;
    if (farthest > 0.0) {
        int const exponent = std::clamp(22 - std::ilogb(farthest), -126, 126);
        axis.sum_scale = static_cast<float>(std::ldexp(1.0, exponent));
    }
}

}  // namespace

Axis make_axis(std::span<float const> pilot) {
    std::vector<float> finite;
    for (float const value : pilot) {
        if (std::isfinite(value)) {
            finite.push_back(value);
        }
    }
    std::sort(finite.begin(), finite.end());

    Axis axis;
    axis.atom = find_atom(finite);
    axis.sum_scale = 0.0f;
    if (!finite.empty()) {
        axis.centre = finite[finite.size() / 2];
        lay_out_sums(axis, finite.front(), finite.back());
    }
    bool const any_negative = !finite.empty() && finite.front() < 0.0f;
    std::vector<float> positive(std::upper_bound(finite.begin(), finite.end(), 0.0f),
                                finite.end());
    if (any_negative) {
        lay_out_linear(axis, finite.front(), finite.back());
    } else if (!positive.empty()) {
        lay_out_logarithmic(axis, positive.front(), positive.back());
    } else {
        lay_out_logarithmic(axis, 1e-12f, 1e30f);  // nothing seen yet: be ready for all
    }
    if (finite.empty()) {
        cut(axis, {});
        return axis;
    }
    double const last = static_cast<double>(finite.size() - 1);
    auto const at = [&](double p) {
        return static_cast<double>(finite[static_cast<std::size_t>(
            std::round(std::clamp(p, 0.0, 1.0) * last))]);
    };
    std::vector<Bracket> brackets;
    for (double const p : quantile_levels) {
        double const reach =
            bracket_widths
            * std::sqrt(p * (1.0 - p) / static_cast<double>(finite.size()));
        if (axis.linear || at(p + reach) > 0.0) {
            Bracket bracket = make_bracket(axis, at(p - reach), at(p + reach));
            bracket.shift = shift_of((bracket.last - bracket.first) / bins_per_bracket);
            brackets.push_back(bracket);
        }
    }
    cut(axis, brackets);
    return axis;
}

Axis refine_axis(Statistics const& pilot, int output, std::uint64_t samples) {
    Axis axis = pilot.axes[static_cast<std::size_t>(output)];
    kernels::Moments const& moments = pilot.moments[static_cast<std::size_t>(output)];
    if (axis.sum_scale == 0.0f && moments.count > 0) {  // what was rare, or censored
        lay_out_sums(axis, moments.minimum, moments.maximum);
    }
    OutputDistribution const distribution = pilot.distribution(output);
    double const size = static_cast<double>(pilot.samples);
    double const total = static_cast<double>(std::max(samples, pilot.samples));
    std::vector<Bracket> brackets;
    for (double const p : quantile_levels) {
        double const reach = bracket_widths * rank_error(p, size, total);
        auto const [low, high] = distribution.bracket(p - reach, p + reach);
        bool const on_axis = axis.linear || high > 0.0;
        if (std::isfinite(low) && std::isfinite(high) && on_axis) {
            brackets.push_back(make_bracket(axis, low, high));
        }
    }
    double const p05 = distribution.quantile(0.05);
    double const p95 = distribution.quantile(0.95);
    bool const known = std::isfinite(p05) && std::isfinite(p95);
    int const shift = known ? accuracy_shift(axis, p05, p95) : log_accuracy_shift;
    for (Bracket& bracket : brackets) {
        bracket.shift = shift;
    }
    cut(axis, brackets);
    return axis;
}

std::size_t lay_out_counts(std::vector<Axis>& axes) {
    std::size_t next = 0;
    for (Axis& axis : axes) {
        axis.first_count = static_cast<int>(next);
        next += static_cast<std::size_t>(axis.bin_count);
    }
    return next;
}

}  // namespace leadtime::estimator
