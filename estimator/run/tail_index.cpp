// SPDX-License-Identifier: Apache-2.0
#include "estimator/run/tail_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leadtime::estimator {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double tail_share = 0.005;
constexpr double fewest = 100.0;
// A larger share is no tail: that of a lognormal of sigma 1 would look heavy.
constexpr double largest_share = 0.025;

/// Two decimals, so that no digit of a logarithm decides what is printed.
double rounded(double index) {
    constexpr double largest = 4.0;
    return index < largest ? std::round(index * 100.0) / 100.0 : infinity;
}

/// What a bin adds to the sum of logarithms above a threshold of 1, as `alpha` spreads
/// its values.
double log_mean(double low, double high, double alpha) {
    double const first = std::log(low);
    double const width = std::log(high) - first;
    double const power = alpha * width;
    if (power < 1e-3) {
        return first + 0.5 * width;
    }
    return first + 1.0 / alpha - width / std::expm1(std::min(power, 700.0));
}

/// How many of the largest values are looked at; 0 where too few are above the median.
double tail_count(double all, double above) {
    double const wanted =
        std::min(std::max(tail_share * all, fewest), std::floor(above / 2.0));
    return wanted < fewest || wanted > largest_share * all ? 0.0 : wanted;
}

/// Of the `wanted` largest values. `bins` are ascending and have at least these.
double index_of(std::vector<TailBin> const& bins, double wanted) {
    if (wanted == 0.0) {
        return infinity;
    }
    std::vector<TailBin> tail;  // in units of the threshold
    double taken = 0.0;
    for (auto bin = bins.rbegin(); bin != bins.rend() && taken < wanted; ++bin) {
        tail.push_back(*bin);
        taken += bin->count;
    }
    // The last bin is taken to where the number is right.
    TailBin& last = tail.back();
    double const rest = wanted - (taken - last.count);
    double const threshold =
        std::max(last.high - (last.high - last.low) * (rest / last.count), 0.0);
    last = {threshold, last.high, rest};
    if (!(threshold > 0.0)) {
        return infinity;
    }
    double alpha = 1.0;
    for (int i = 0; i < 50; ++i) {
        double sum = 0.0;
        for (TailBin const& bin : tail) {
            sum +=
                bin.count * log_mean(bin.low / threshold, bin.high / threshold, alpha);
        }
        double const next = sum > 0.0 ? wanted / sum : infinity;
        if (std::isinf(next) || std::abs(next - alpha) < 1e-9 * alpha) {
            return next;
        }
        alpha = next;
    }
    return alpha;
}

}  // namespace

double heavier_tail_index(std::vector<TailBin> bins, double median) {
    double all = 0.0;
    for (TailBin& bin : bins) {
        bin.low -= median;
        bin.high -= median;
        all += bin.count;
    }
    auto const of_upper_side = [&] {
        double above = 0.0;
        for (TailBin const& bin : bins) {
            above += bin.high > 0.0 ? bin.count : 0.0;
        }
        return index_of(bins, tail_count(all, above));
    };
    double const upper = of_upper_side();
    std::reverse(bins.begin(), bins.end());
    for (TailBin& bin : bins) {
        bin = {-bin.high, -bin.low, bin.count};
    }
    return rounded(std::min(upper, of_upper_side()));
}

double heavier_tail_index(std::span<float const> sorted) {
    if (sorted.empty()) {
        return infinity;
    }
    std::size_t const n = sorted.size();
    double const median =
        0.5 * (static_cast<double>(sorted[(n - 1) / 2]) + sorted[n / 2]);
    // The distance of the i-th value from the end.
    auto const of_side = [&](auto const& distance) {
        std::size_t above = 0;
        while (above < n && distance(above) > 0.0) {
            ++above;
        }
        double const wanted =
            std::ceil(tail_count(static_cast<double>(n), static_cast<double>(above)));
        std::vector<TailBin> bins;
        for (auto i = static_cast<std::size_t>(wanted); i-- > 0;) {
            bins.push_back({distance(i), distance(i), 1.0});
        }
        return index_of(bins, wanted);
    };
    double const upper =
        of_side([&](std::size_t i) { return sorted[n - 1 - i] - median; });
    return rounded(
        std::min(upper, of_side([&](std::size_t i) { return median - sorted[i]; })));
}

}  // namespace leadtime::estimator
