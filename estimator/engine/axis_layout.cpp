// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/result.hpp"
#include "estimator/engine/statistics.hpp"
#include "estimator/engine/value_sorter.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace leadtime::estimator {

using kernels::Axis;

namespace {

constexpr double bracket_widths = 5.0;     // standard errors of a pilot's quantile
constexpr double likely_widths = 3.0;      // where it may well be
constexpr double bins_per_bracket = 64.0;  // of the first axis, which has to find them
constexpr int fewest_bins_per_cell_log2 = 1;
constexpr int most_bins_per_cell_log2 = 14;
// Of one output (twice as many where values have both signs). Above these numbers bins
// get coarser: first those that are narrower than need be, then those where a quantile
// is hardly to be expected, then all.
constexpr int most_narrow_bins = 1024;
constexpr int most_unlikely_bins = 4096;
constexpr int most_bins = 65536;
constexpr int zoom_bins_log2 = 12;
constexpr int zoom_bins_per_cell_log2 = 15;  // any is at most 2^-14 of its value
// A bin should hold fewer samples than the rank of its quantile deviates by: so many
// deviations of the bin's own number are kept free, and that a pilot is rough.
constexpr double count_widths = 5.0;
constexpr double error_reserve = 1.5;
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
    bool is_likely = false;  ///< else the quantile is hardly there

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

/// How wide bins may be, as shifts: as narrow as is nice, as wide as will do, and as
/// wide as will do where quantiles are likely.
struct Shifts {
    int narrow = 0;
    int wide = 0;
    int likely = 0;

    static constexpr int all = 32;  ///< steps from one float to a bin to one bin to all

    void narrow_to(Shifts const& other) {
        narrow = std::min(narrow, other.narrow);
        wide = std::min(wide, other.wide);
        likely = std::min(likely, other.likely);
    }
    void limit(int finest) {
        narrow = std::max(narrow, finest);
        wide = std::max(wide, narrow);
        likely = std::max(likely, wide);
    }
    /// The first `steps` steps widen what is narrow, the next what is unlikely, and the
    /// rest all.
    int coarser(int steps) const {
        int const nice = std::min(narrow + std::min(steps, all), wide);
        int const unlikely = std::min(nice + std::clamp(steps - all, 0, all), likely);
        return unlikely + std::max(steps - 2 * all, 0);
    }
    static int most_bins_at(int steps) {
        return steps < all       ? most_narrow_bins
               : steps < 2 * all ? most_unlikely_bins
                                 : most_bins;
    }
};

constexpr int all_keys = 64;  ///< a shift beyond every key

bool has_atom(Axis const& axis, double low, double high) {
    return std::any_of(axis.atoms, axis.atoms + axis.atom_count, [&](float atom) {
        return atom >= low && atom <= high;
    });
}

/// What a bracket asks for in values [low, high] of it.
Shifts shifts_of(Axis const& axis, Bracket const& bracket, double low, double high) {
    double const from = std::clamp(low, bracket.low, bracket.high);
    double const to = std::clamp(high, bracket.low, bracket.high);
    double const size = std::max(std::abs(from), std::abs(to));
    int of_value = shift_of_width(axis, bracket.of_value, 1.0);
    int of_spread = shift_of_width(axis, bracket.of_spread, size);
    // Where one is not known the other has to do.
    of_value = bracket.of_value > 0.0 ? of_value : of_spread;
    of_spread = bracket.of_spread > 0.0 ? of_spread : of_value;
    // Bins with an atom have many samples.
    double const of_error = has_atom(axis, low, high) ? 0.0 : bracket.of_error;
    int const wide = std::clamp(shift_of_width(axis, of_error, size),
                                std::min(of_value, of_spread),
                                std::max(of_value, of_spread));
    return {axis.is_signed ? wide : std::min(wide, of_value + 1),
            wide,
            bracket.is_likely ? wide : all_keys};
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
    int const sides = axis.is_signed ? 2 : 1;
    int const last_step = 2 * Shifts::all + axis.cell_shift;
    int steps = 0;
    for (int before = 0; steps < last_step;) {
        int bins = kernels::special_bins;
        for (Shifts const& cell : cells) {
            bins +=
                1 << (axis.cell_shift - std::min(cell.coarser(steps), axis.cell_shift));
        }
        if (bins <= Shifts::most_bins_at(steps) * sides) {
            break;
        }
        // Where a step widened nothing, the next of its kind will not.
        bool const is_done = bins == before && steps < 2 * Shifts::all;
        steps = is_done ? (steps / Shifts::all + 1) * Shifts::all : steps + 1;
        before = steps % Shifts::all == 0 ? 0 : bins;
    }
    int next = kernels::special_bins;
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
        int const shift = std::min(cells[cell].coarser(steps), axis.cell_shift);
        axis.cut_cell(static_cast<int>(cell), next, shift);
        next += 1 << (axis.cell_shift - shift);
    }
    axis.bin_count = next;
    axis.cells[kernels::cells_per_axis] = 0;
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
    auto const count = static_cast<std::size_t>(cells_of(axis));
    std::vector<double> edges(count + 1);
    for (std::size_t cell = 0; cell <= count; ++cell) {
        edges[cell] = kernels::value_of_key(
            axis,
            static_cast<std::int32_t>(std::min<std::int64_t>(
                static_cast<std::int64_t>(cell) << axis.cell_shift, axis.key_span)));
    }
    int const finest = std::max(axis.cell_shift - most_bins_per_cell_log2, 0);
    int const coarsest = std::max(axis.cell_shift - fewest_bins_per_cell_log2, 0);
    std::vector<Shifts> cells(count, Shifts{coarsest, coarsest, coarsest});
    for (std::size_t cell = 0; everywhere > 0.0 && cell < count; ++cell) {
        double const size = std::max(std::abs(edges[cell]), std::abs(edges[cell + 1]));
        int const shift = std::min(shift_of_width(axis, everywhere, size), coarsest);
        cells[cell].narrow_to({shift, shift, coarsest});
    }
    for (Bracket const& bracket : brackets) {
        auto const above =
            std::lower_bound(edges.begin() + 1, edges.end(), bracket.low);
        auto cell = static_cast<std::size_t>(above - edges.begin()) - 1;
        for (; cell < count && edges[cell] <= bracket.high; ++cell) {
            cells[cell].narrow_to(
                shifts_of(axis, bracket, edges[cell], edges[cell + 1]));
        }
    }
    for (Shifts& cell : cells) {
        cell.limit(finest);
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
            // It may yet be the last value below 0, or the first above.
            fold =
                bracket.of_spread > 0.0 ? std::min(fold, bracket.of_spread / 4) : fold;
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
    double first = axis.is_signed ? sketch.minimum : sketch.first_positive;
    for (Bracket const& bracket : sketch.brackets) {
        if (!axis.is_signed && bracket.has_zero() && bracket.of_spread > 0.0) {
            first = std::min(first, bracket.of_spread / 4);
        }
    }
    span(axis,
         first,
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

/// How many bins a standard error should have at least, so that the one of the quantile
/// hardly ever has as many samples as its rank deviates by.
double bins_per_error(double p, double total) {
    double const deviation = std::sqrt(p * (1.0 - p) * total);
    // count + count_widths * sqrt(count) = deviation
    double const root =
        0.5 * (std::sqrt(count_widths * count_widths + 4.0 * deviation) - count_widths);
    return error_reserve * deviation / (root * root);
}

/// The values that come most often (but 0), e.g. where an output is capped or discrete.
/// `sorted` is finite and ascending.
void find_atoms(std::span<float const> sorted, Axis& axis) {
    std::ptrdiff_t const least =
        std::max<std::ptrdiff_t>(3, static_cast<std::ptrdiff_t>(sorted.size()) / 100);
    std::vector<std::pair<std::ptrdiff_t, float>> found;
    std::vector<std::pair<std::ptrdiff_t, float>> rare;  // as long as all may be atoms
    for (auto begin = sorted.begin(); begin != sorted.end();) {
        auto const end = std::find_if(
            begin, sorted.end(), [x = *begin](float other) { return other != x; });
        if (std::abs(*begin) >= kernels::smallest_magnitude) {
            if (end - begin >= least) {
                found.emplace_back(begin - end, *begin);
            } else if (rare.size() <= kernels::most_atoms) {
                rare.emplace_back(begin - end, *begin);
            }
        }
        begin = end;
    }
    // As many values as there are atoms: so it is with what is yes or no.
    if (found.size() + rare.size() <= kernels::most_atoms) {
        found.insert(found.end(), rare.begin(), rare.end());
    }
    std::sort(found.begin(), found.end());
    axis.atom_count =
        static_cast<int>(std::min<std::size_t>(found.size(), kernels::most_atoms));
    for (int i = 0; i < axis.atom_count; ++i) {
        axis.atoms[i] = found[static_cast<std::size_t>(i)].second;
    }
}

}  // namespace

Axis make_axis(std::span<float const> pilot, QuantileLevels const& levels) {
    std::vector<float> values(pilot.begin(), pilot.end());
    std::erase_if(values, [](float x) { return std::isnan(x); });
    ValueSorter sorter;
    std::span<float const> const sorted = sorter.sort(values);
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
    for (double const p : levels.all()) {
        double const reach =
            bracket_widths
            * std::sqrt(p * (1.0 - p) / static_cast<double>(sorted.size()));
        double const low = at(sorted, p - reach);
        double const high = at(sorted, p + reach);
        if (std::isinf(low) && low == high) {
            continue;
        }
        Bracket bracket{std::max(low, sketch.minimum), std::min(high, sketch.maximum)};
        bracket.is_likely = true;
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
    if (pilot.finite_samples(output) == 0) {
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
    bool const is_discrete = distribution.are_atoms(0.0, 1.0);
    // A pilot may take the spread for larger than it is.
    double const off = likely_widths * rank_error(0.05, size, total);
    double const least_spread = std::max(distribution.finite_quantile(0.95 - off)
                                             - distribution.finite_quantile(0.05 + off),
                                         0.0);
    for (double const p : pilot.levels.all()) {
        for (double const widths : {likely_widths, bracket_widths}) {
            double const reach = widths * rank_error(p, size, total);
            auto const [low, high] = distribution.bracket(p - reach, p + reach);
            if (is_discrete || (std::isinf(low) && low == high)) {
                continue;
            }
            Bracket bracket{std::max(low, sketch.minimum),
                            std::min(high, sketch.maximum)};
            bracket.is_likely = widths == likely_widths;
            bracket.of_value = value_accuracy;
            bracket.of_spread = spread_accuracy * least_spread;
            // From ranks that the pilot has: those of the whole run lie closer
            // together.
            double const own = std::sqrt(p * (1.0 - p) / size);
            double const error =
                0.5 * (distribution.quantile(p + own) - distribution.quantile(p - own))
                * std::sqrt(size / total);
            if (error > 0.0 && std::isfinite(error)) {
                bracket.of_error = error / bins_per_error(p, total);
            }
            sketch.brackets.push_back(bracket);
        }
    }
    lay_out(axis, sketch);
    return axis;
}

Axis zoom_axis(float low, float high, std::span<std::pair<float, float> const> fine) {
    constexpr int most_fine_cells = 4;
    Axis axis;
    axis.sum_scale = 0.0f;  // sums are known
    axis.is_signed = low < 0.0f;
    axis.fold = kernels::bits_of(kernels::smallest_magnitude);
    double const infinity = std::numeric_limits<double>::infinity();
    span(axis, low, high, 0.0, {-infinity, infinity});
    choose_cells(axis);
    auto const count = static_cast<std::size_t>(cells_of(axis));
    int const shift = std::max(log2_ceiling(axis.key_span) - zoom_bins_log2, 0);
    std::vector<Shifts> cells(count, {shift, shift, shift});
    std::vector<std::size_t> within;
    for (std::size_t cell = 0; cell < count; ++cell) {
        auto const begin = static_cast<std::int32_t>(cell << axis.cell_shift);
        auto const end = static_cast<std::int32_t>(std::min<std::int64_t>(
            std::int64_t{begin} + (std::int64_t{1} << axis.cell_shift), axis.key_span));
        float const first = kernels::value_of_key(axis, begin);
        float const last = kernels::value_of_key(axis, end);
        if (std::any_of(fine.begin(), fine.end(), [&](auto const& interval) {
                return interval.first <= last && interval.second >= first;
            })) {
            within.push_back(cell);
        }
    }
    if (!within.empty() && within.size() <= most_fine_cells) {
        int const finer = std::max(axis.cell_shift - zoom_bins_per_cell_log2, 0);
        std::fill(cells.begin(),
                  cells.end(),
                  Shifts{axis.cell_shift, axis.cell_shift, axis.cell_shift});
        for (std::size_t const cell : within) {
            cells[cell] = {finer, finer, finer};
        }
    }
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
