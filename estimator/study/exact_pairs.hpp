// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/study/paired_statistics.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace leadtime::estimator {

/// The pairs of one scenario with the base, of which all samples are kept: statistics
/// are those of the sorted values. Members may be called on several threads.
class ExactPairs {
  public:
    ExactPairs(std::vector<OutputPair> pairs,
               QuantileLevels levels,
               OutputBatch const& base,
               OutputBatch const& other)
        : pairs_(std::move(pairs))
        , levels_(std::move(levels))
        , base_(base)
        , other_(other) {}

    std::vector<OutputPair> const& pairs() const { return pairs_; }
    Products products(std::size_t pair) const;
    Row
    row(std::size_t pair, Side side, Plan const& plan, OutputInfo const& info) const;
    double share_undefined(std::size_t pair, Side side) const;

  private:
    /// Where it is defined, in the order of the samples.
    std::vector<float> values(std::size_t pair, Side side) const;

    std::vector<OutputPair> pairs_;
    QuantileLevels levels_;
    OutputBatch const& base_;
    OutputBatch const& other_;
};

}  // namespace leadtime::estimator
