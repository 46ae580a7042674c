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
/// on, and where values are too few to tell. The values are finite and ascending.
///
/// Source: B. M. Hill, Annals of Statistics 3 (1975) 1163.
double heavier_tail_index(std::span<float const> sorted);

/// How many of the largest distances of a side are looked at, where `above` of `all`
/// values lie on it; 0 where these are too few.
double tail_count(double all, double above);

/// The estimate of one side, of its `wanted` largest distances. `falling` has at least
/// these; within a bin values are spread as the power law itself.
double tail_index_of(std::vector<TailBin> falling, double wanted);

/// Two decimals, so that no digit of a logarithm decides what is printed; infinite from
/// 4 on.
double rounded_tail_index(double index);

}  // namespace leadtime::estimator
