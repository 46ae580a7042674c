// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

namespace leadtime::estimator {

/// Some values within [low, high].
struct TailBin {
    double low = 0.0;
    double high = 0.0;
    double count = 0.0;
};

/// Hill's estimate of the exponent alpha of a power law, over the largest 0.5 % of the
/// distances from the median on each side (at least 100, and at most half of what lies
/// on that side); the smaller of both sides. Moments of an order of alpha or more do
/// not exist: below 2 the variance, below 1 the mean. To two decimals; infinite from 4
/// on, and where values are too few to tell. `bins` are ascending and cover all finite
/// values.
///
/// Source: B. M. Hill, Annals of Statistics 3 (1975) 1163; within a bin values are
/// spread as the power law itself.
double heavier_tail_index(std::vector<TailBin> bins, double median);

/// The same of values one by one: finite and ascending.
double heavier_tail_index(std::span<float const> sorted);

}  // namespace leadtime::estimator
