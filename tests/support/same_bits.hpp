// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/statistics.hpp"

#include <concepts>
#include <cstddef>
#include <cstring>
#include <fmt/format.h>
#include <span>
#include <string>
#include <vector>

/// Whether two results of a computation are the same, to the last bit.
namespace leadtime::tests {

/// Bits and no more: -0 is not 0, and NaN is NaN.
template <std::floating_point Real>
bool same_bits(Real a, Real b) {
    // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the bits are what is meant
    return std::memcmp(&a, &b, sizeof a) == 0;
}

/// The same of as many of them.
template <std::floating_point Real>
bool same_bits(std::span<Real const> a, std::span<Real const> b) {
    return a.size() == b.size()
           && (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}
template <std::floating_point Real>
bool same_bits(std::vector<Real> const& a, std::vector<Real> const& b) {
    return same_bits(std::span(a), std::span(b));
}

/// What differs first between statistics over the same samples; empty where nothing
/// does. Bounds compare as numbers: which of 0 and -0 is one depends on the order.
inline std::string difference_between(estimator::Statistics const& a,
                                      estimator::Statistics const& b) {
    if (a.samples != b.samples
        || a.squared_multiplicities != b.squared_multiplicities) {
        return "the samples";
    }
    if (a.counts != b.counts) {
        return "the counts of bins";
    }
    if (a.moments.size() != b.moments.size()) {
        return "the number of outputs";
    }
    for (std::size_t i = 0; i < a.moments.size(); ++i) {
        kernels::Moments const& x = a.moments[i];
        kernels::Moments const& y = b.moments[i];
        auto const differ = [&](char const* what) {
            return fmt::format("the {} of output {}", what, i);
        };
        if (!(x.sum == y.sum)) {
            return differ("sum");
        }
        if (!(x.squares == y.squares)) {
            return differ("sum of squares");
        }
        if (!(x.tail == y.tail)) {
            return differ("tail");
        }
        if (x.count != y.count) {
            return differ("count");
        }
        if (x.minimum != y.minimum || x.maximum != y.maximum) {
            return differ("bounds");
        }
    }
    return {};
}

}  // namespace leadtime::tests
