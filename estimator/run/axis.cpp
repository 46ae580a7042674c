// SPDX-License-Identifier: Apache-2.0
#include "estimator/result.hpp"
#include "estimator/run/statistics.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace leadtime::estimator {

using kernels::Axis;

namespace {

constexpr double bracket_widths = 5.0;     // standard errors of a pilot's quantile
constexpr double bins_per_bracket = 64.0;  // of the first axis, which has to find them
constexpr int fewest_bins_per_cell_log2 = 1;
constexpr int most_bins_per_cell_log2 = 10;
// Of one output (twice as many where values have both signs); coarser bins above that.
constexpr int most_bins = 1536;
constexpr int coarser_until_wide = 23;
constexpr int most_wide_bins = 65536;  // where fewer would not do
constexpr int zoom_bins_log2 = 12;
// Of the standard error that a quantile will have. One is asked for in the end
// (refine.cpp), and what a pilot says of it is rough.
constexpr double bins_per_error = 4.0;
// Widths of bins: of the value, and of the distance from p5 to p95.
constexpr double value_accuracy = 0.001;
constexpr double spread_accuracy = 0.002;
constexpr double rare_share = 1.0 / 1024.0;  // of values that may be off the axis
constexpr double axis_reach = 4.0;           // times the deviations of all others

/// Where the final quantile of one level may lie, and how wide bins may be there:
/// clamp(of_error, of_value, of_spread), the last two in either order.
struct Bracket {
    double low = 0.0;
    double high = 0.0;
    double of_error = 0.0;   ///< absolute
    double of_value = 0.0;   ///< relative
    double of_spread = 0.0;  ///< absolute

    bool has_zero() const { return low <= 0.0 && high >= 0.0; }
    /// Near 0.
    double narrowest() const {
        double const width = std::min(of_error, of_spread);
        return width > 0.0 ? width : std::max(of_error, of_spread);
    }
};

/// What an axis is laid out for, over the finite samples.
struct Sketch {
    double minimum = 0.0;
    double maximum = 0.0;
    double first_positive = 0.0;  ///< of those that have a key; or the maximum
    double centre = 0.0;
    double low = 0.0;     ///< all but rare values lie between
    double high = 0.0;    ///< these two
    double spread = 0.0;  ///< from p5 to p95
    std::vector<Bracket> brackets;
};

/// How many octaves a bracket without 0 spans, nearly.
double octaves(Bracket const& bracket) {
    constexpr double keys = 1 << 23;
    auto const key = [](double x) {
        return kernels::bits_of(static_cast<float>(std::abs(x)));
    };
    return std::abs(static_cast<double>(key(bracket.high) - key(bracket.low))) / keys;
}

/// Keys of an octave, as a shift.
int octave_shift(Axis const& axis) {
    return axis.is_signed ? 22 : 23;
}

/// Keys within a width at magnitudes up to `size`, as a shift; negative where a key is
/// wider.
int shift_of_width(Axis const& axis, double width, double size) {
    if (!(width > 0.0) || std::isinf(width)) {
        return width > 0.0 ? 64 : -64;
    }
    return std::ilogb(width)
           - std::ilogb(
               std::max(size, static_cast<double>(kernels::smallest_magnitude)))
           + octave_shift(axis);
}

/// How wide bins may be, as shifts: as narrow as is nice, and as wide as will do.
struct Shifts {
    int narrow = 0;
    int wide = 0;

    void narrow_to(Shifts const& other) {
        narrow = std::min(narrow, other.narrow);
        wide = std::min(wide, other.wide);
    }
};

/// What a bracket asks for in values [low, high] of it.
Shifts shifts_of(Axis const& axis, Bracket const& bracket, double low, double high) {
    double const from = std::clamp(low, bracket.low, bracket.high);
    double const to = std::clamp(high, bracket.low, bracket.high);
    double const size = std::max(std::abs(from), std::abs(to));
    int const of_value = shift_of_width(axis, bracket.of_value, 1.0);
    int const of_spread = shift_of_width(axis, bracket.of_spread, size);
    int const wide = std::clamp(shift_of_width(axis, bracket.of_error, size),
                                std::min(of_value, of_spread),
                                std::max(of_value, of_spread));
    return {axis.is_signed ? wide : std::min(wide, of_value + 1), wide};
}

int log2_ceiling(std::int64_t n) {
    return n <= 1 ? 0
                  : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n - 1)));
}

/// Puts the axis over [low, high] and `margin` of its keys on each side, within limits.
/// Its kind and fold are set.
void span(Axis& axis,
          double low,
          double high,
          double margin,
          std::pair<double, double> limits) {
    double const largest = std::numeric_limits<float>::max();
    double const lowest =
        axis.is_signed ? -largest : static_cast<double>(kernels::smallest_magnitude);
    axis.key_origin = 0;
    auto const key = [&](double x) {
        auto const near = static_cast<float>(std::clamp(x, lowest, largest));
        return kernels::key_on_axis(
            axis, axis.is_signed ? near : std::max(near, kernels::smallest_magnitude));
    };
    std::int64_t const least = margin > 0.0 ? 1 << (octave_shift(axis) - 4) : 1;
    std::int64_t const begin =
        std::clamp(key(low), key(limits.first), key(limits.second));
    std::int64_t const last = std::clamp(
        std::max(key(high), begin + least), key(limits.first), key(limits.second));
    std::int64_t const beyond = std::max(
        static_cast<std::int64_t>(static_cast<double>(last - begin) * margin), least);
    std::int64_t const first =
        std::max({begin - (margin > 0.0 ? beyond : 0), key(limits.first), key(lowest)});
    std::int64_t const end =
        std::min({last + beyond, key(limits.second) + 1, key(largest)});
    axis.key_origin = static_cast<std::int32_t>(first);
    axis.key_span = static_cast<std::int32_t>(std::max<std::int64_t>(end - first, 1));
    axis.origin = kernels::value_of_key(axis, 0);
}

/// Cuts cells into bins of their shifts, as narrow as their number allows.
void cut(Axis& axis, std::span<Shifts const> cells) {
    axis.cells[kernels::cells_per_axis] = 0;
    int const most = axis.is_signed ? 2 * most_bins : most_bins;
    for (int coarser = 0;; ++coarser) {
        int const beyond = std::max(coarser - coarser_until_wide, 0);
        int next = kernels::special_bins;
        for (std::size_t cell = 0; cell < cells.size(); ++cell) {
            auto const [narrow, wide] = cells[cell];
            int const shift =
                std::min(std::min(narrow + coarser, std::max(narrow, wide)) + beyond,
                         axis.cell_shift);
            axis.cut_cell(static_cast<int>(cell), next, shift);
            next += 1 << (axis.cell_shift - shift);
        }
        axis.bin_count = next;
        bool const is_wide = coarser >= coarser_until_wide;
        if (next <= (is_wide ? most_wide_bins : most) || beyond >= axis.cell_shift) {
            return;
        }
    }
}

void choose_cells(Axis& axis) {
    axis.cell_shift = log2_ceiling(
        (static_cast<std::int64_t>(axis.key_span) + kernels::cells_per_axis - 1)
        / kernels::cells_per_axis);
}

int cells_of(Axis const& axis) {
    return ((axis.key_span - 1) >> axis.cell_shift) + 1;
}

/// Cuts the axis finely inside the brackets.
void cut_brackets(Axis& axis, std::span<Bracket const> brackets, double everywhere) {
    choose_cells(axis);
    std::vector<Shifts> cells(static_cast<std::size_t>(cells_of(axis)));
    int const finest = std::max(axis.cell_shift - most_bins_per_cell_log2, 0);
    int const coarsest = std::max(axis.cell_shift - fewest_bins_per_cell_log2, 0);
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        auto const first = static_cast<std::int32_t>(cell) << axis.cell_shift;
        auto const end = static_cast<std::int32_t>(std::min<std::int64_t>(
            std::int64_t{first} + (std::int64_t{1} << axis.cell_shift), axis.key_span));
        double const low = kernels::value_of_key(axis, first);
        double const high = kernels::value_of_key(axis, end);
        int const all =
            shift_of_width(axis, everywhere, std::max(std::abs(low), std::abs(high)));
        int const shift = everywhere > 0.0 ? std::min(all, coarsest) : coarsest;
        Shifts own{shift, shift};
        for (Bracket const& bracket : brackets) {
            // One value is exact, as an atom.
            if (bracket.low < bracket.high && bracket.low <= high
                && bracket.high >= low) {
                own.narrow_to(shifts_of(axis, bracket, low, high));
            }
        }
        cells[cell] = {std::max(own.narrow, finest), std::max(own.wide, finest)};
    }
    cut(axis, cells);
}

/// How finely sums are kept: deviations on the axis take up to 30 bits.
void scale_sums(Axis& axis) {
    double const end = kernels::value_of_key(axis, axis.key_span);
    double const farthest =
        std::max(std::abs(static_cast<double>(axis.origin) - axis.centre),
                 std::abs(end - axis.centre));
    axis.sum_scale = static_cast<float>(
        std::ldexp(1.0, std::clamp(29 - std::ilogb(farthest), -126, 126)));
}

/// Lays out all but the atoms.
void lay_out(Axis& axis, Sketch const& sketch) {
    constexpr double margin = 0.25;  // of the keys between the extremes, on each side
    constexpr double bins_of_signed = 512.0;
    double const smallest = kernels::smallest_magnitude;
    axis.centre = static_cast<float>(sketch.centre);
    axis.is_signed = sketch.minimum < 0.0;
    double fold = std::numeric_limits<float>::max();
    double low = sketch.low;
    double high = sketch.high;
    for (Bracket const& bracket : sketch.brackets) {
        low = std::min(low, bracket.low);
        high = std::max(high, bracket.high);
        if (bracket.low == 0.0 && bracket.high == 0.0) {
            continue;
        }
        double const nearest = bracket.has_zero() ? 0.0
                                                  : std::min(std::abs(bracket.low),
                                                             std::abs(bracket.high));
        // Beside 0 bins get narrower with the values, which costs few.
        fold = std::min(fold, std::max(nearest / 2, bracket.narrowest() / 128));
    }
    fold = std::min(fold, std::max(std::abs(low), std::abs(high)) / bins_of_signed);
    axis.fold = kernels::bits_of(static_cast<float>(std::max(fold, smallest)));
    // What lies far beyond all others would make sums coarse: it is kept apart.
    double reach = axis_reach * std::max(high - sketch.centre, sketch.centre - low);
    if (reach == 0.0) {
        double const size = std::abs(sketch.centre);
        reach = size > 0.0 ? size / 16 : std::max(sketch.maximum, -sketch.minimum);
    }
    double const least = sketch.centre - reach;
    // So few are far below all others that magnitudes will do for them.
    double const lowest = axis.is_signed || low <= 0.0
                              ? least
                              : std::min(low / 16, sketch.spread * spread_accuracy / 4);
    span(axis,
         axis.is_signed ? sketch.minimum : sketch.first_positive,
         sketch.maximum,
         margin,
         {std::max(least, lowest), sketch.centre + reach});
    scale_sums(axis);
    double const everywhere = axis.is_signed ? (high - low) / bins_of_signed : 0.0;
    cut_brackets(axis, sketch.brackets, everywhere);
}

/// Standard error of the rank of a quantile in a sample of `size` out of `total`.
double rank_error(double p, double size, double total) {
    double const share = std::max(1.0 - size / total, 0.0);
    return std::sqrt(p * (1.0 - p) * share / size);
}

/// The values that come most often (but 0), e.g. where an output is capped or discrete.
/// `sorted` is finite and ascending.
void find_atoms(std::span<float const> sorted, Axis& axis) {
    std::ptrdiff_t const least =
        std::max<std::ptrdiff_t>(3, static_cast<std::ptrdiff_t>(sorted.size()) / 100);
    std::vector<std::pair<std::ptrdiff_t, float>> found;
    for (auto begin = sorted.begin(); begin != sorted.end();) {
        auto const end = std::find_if(
            begin, sorted.end(), [x = *begin](float other) { return other != x; });
        if (std::abs(*begin) >= kernels::smallest_magnitude && end - begin >= least) {
            found.emplace_back(begin - end, *begin);
        }
        begin = end;
    }
    std::sort(found.begin(), found.end());
    axis.atom_count =
        static_cast<int>(std::min<std::size_t>(found.size(), kernels::most_atoms));
    for (int i = 0; i < axis.atom_count; ++i) {
        axis.atoms[i] = found[static_cast<std::size_t>(i)].second;
    }
}

}  // namespace

Axis make_axis(std::span<float const> pilot) {
    std::vector<float> values(pilot.begin(), pilot.end());
    std::erase_if(values, [](float x) { return std::isnan(x); });
    std::sort(values.begin(), values.end());
    std::span<float const> const sorted(values);
    float const infinity = std::numeric_limits<float>::infinity();
    auto const first_finite = std::upper_bound(sorted.begin(), sorted.end(), -infinity);
    std::span<float const> const finite(
        first_finite, std::lower_bound(first_finite, sorted.end(), infinity));
    Axis axis;
    find_atoms(finite, axis);
    Sketch sketch;
    if (finite.empty()) {
        sketch.minimum = sketch.maximum = sketch.low = sketch.high = 1.0;
        sketch.first_positive = 1.0;
        lay_out(axis, sketch);  // all that comes is counted off the axis
        return axis;
    }
    auto const at = [](std::span<float const> of, double p) {
        double const last = static_cast<double>(of.size() - 1);
        return static_cast<double>(
            of[static_cast<std::size_t>(std::round(std::clamp(p, 0.0, 1.0) * last))]);
    };
    sketch.minimum = finite.front();
    sketch.maximum = finite.back();
    auto const first =
        std::lower_bound(finite.begin(), finite.end(), kernels::smallest_magnitude);
    sketch.first_positive = first == finite.end() ? sketch.maximum : *first;
    sketch.centre = at(finite, 0.5);
    sketch.low = at(finite, rare_share);
    sketch.high = at(finite, 1.0 - rare_share);
    sketch.spread = at(finite, 0.95) - at(finite, 0.05);
    for (double const p : quantile_levels) {
        double const reach =
            bracket_widths
            * std::sqrt(p * (1.0 - p) / static_cast<double>(sorted.size()));
        double const low = at(sorted, p - reach);
        double const high = at(sorted, p + reach);
        if (std::isinf(low) && low == high) {
            continue;
        }
        Bracket bracket{std::max(low, sketch.minimum), std::min(high, sketch.maximum)};
        bracket.of_error = std::numeric_limits<double>::infinity();
        if (bracket.has_zero()) {
            bracket.of_spread = (bracket.high - bracket.low) / bins_per_bracket;
        } else {
            bracket.of_value = octaves(bracket) / bins_per_bracket;
        }
        sketch.brackets.push_back(bracket);
    }
    lay_out(axis, sketch);
    return axis;
}

Axis refine_axis(Statistics const& pilot, int output, std::uint64_t samples) {
    Axis axis = pilot.axes[static_cast<std::size_t>(output)];
    kernels::Moments const& moments = pilot.moments[static_cast<std::size_t>(output)];
    if (moments.count == 0) {
        return axis;
    }
    OutputDistribution const distribution = pilot.distribution(output);
    double const size = distribution.samples();
    double const total = static_cast<double>(std::max(samples, pilot.samples));
    Sketch sketch;
    sketch.minimum = moments.minimum;
    sketch.maximum = moments.maximum;
    sketch.first_positive = distribution.first_positive();
    sketch.centre = distribution.finite_quantile(0.5);
    sketch.low = distribution.finite_quantile(rare_share);
    sketch.high = distribution.finite_quantile(1.0 - rare_share);
    sketch.spread =
        distribution.finite_quantile(0.95) - distribution.finite_quantile(0.05);
    for (double const p : quantile_levels) {
        double const reach = bracket_widths * rank_error(p, size, total);
        auto const [low, high] = distribution.bracket(p - reach, p + reach);
        if (std::isinf(low) && low == high) {
            continue;
        }
        Bracket bracket{std::max(low, sketch.minimum), std::min(high, sketch.maximum)};
        bracket.of_value = value_accuracy;
        bracket.of_spread =
            spread_accuracy
            * std::max(sketch.spread,
                       std::min(std::abs(bracket.low - sketch.centre),
                                std::abs(bracket.high - sketch.centre)));
        double const own = std::sqrt(p * (1.0 - p) / total);
        double const error =
            0.5 * (distribution.quantile(p + own) - distribution.quantile(p - own));
        bracket.of_error = error > 0.0 && std::isfinite(error) ? error / bins_per_error
                                                               : bracket.of_spread;
        sketch.brackets.push_back(bracket);
    }
    lay_out(axis, sketch);
    return axis;
}

Axis zoom_axis(float low, float high) {
    Axis axis;
    axis.sum_scale = 0.0f;  // sums are known
    axis.is_signed = low < 0.0f;
    axis.fold = kernels::bits_of(kernels::smallest_magnitude);
    double const infinity = std::numeric_limits<double>::infinity();
    span(axis, low, high, 0.0, {-infinity, infinity});
    choose_cells(axis);
    int const shift = std::max(log2_ceiling(axis.key_span) - zoom_bins_log2, 0);
    std::vector<Shifts> const cells(static_cast<std::size_t>(cells_of(axis)),
                                    {shift, shift});
    cut(axis, cells);
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
