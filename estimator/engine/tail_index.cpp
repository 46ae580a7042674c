// SPDX-License-Identifier: Apache-2.0
#include "estimator/engine/tail_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace leadtime::estimator {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double tail_share = 0.005;
constexpr double fewest = 100.0;
// A larger share is no tail: that of a lognormal of sigma 1 would look heavy.
constexpr double largest_share = 0.025;

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

}  // namespace

double rounded_tail_index(double index) {
    constexpr double largest = 4.0;
    return index < largest ? std::round(index * 100.0) / 100.0 : infinity;
}

double tail_count(double all, double above) {
    double const wanted =
        std::min(std::max(tail_share * all, fewest), std::floor(above / 2.0));
    return wanted < fewest || wanted > largest_share * all ? 0.0 : wanted;
}

double tail_index_of(std::vector<TailBin> falling, double wanted) {
    if (wanted == 0.0) {
        return infinity;
    }
    double taken = 0.0;
    std::size_t used = 0;
    while (used < falling.size() && taken < wanted) {
        taken += falling[used++].count;
    }
    falling.resize(used);
    // The last bin is taken to where the number is right.
    TailBin& last = falling.back();
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
        for (TailBin const& bin : falling) {
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
        for (std::size_t i = 0; i < static_cast<std::size_t>(wanted); ++i) {
            bins.push_back({distance(i), distance(i), 1.0});
        }
        return tail_index_of(std::move(bins), wanted);
    };
    double const upper =
        of_side([&](std::size_t i) { return sorted[n - 1 - i] - median; });
    return rounded_tail_index(
        std::min(upper, of_side([&](std::size_t i) { return median - sorted[i]; })));
}

}  // namespace leadtime::estimator
