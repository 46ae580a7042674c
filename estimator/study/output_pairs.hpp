// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "estimator/engine/model.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace leadtime::estimator {

/// Which outputs are compared: path, metric, and step of the base (-1: no month).
using OutputFilter =
    std::function<bool(std::string_view path, std::string_view metric, int step)>;

/// Two outputs that mean the same: output rows of their models.
struct OutputPair {
    int base = 0;
    int other = 0;
};

/// The month after the last one of a step, counted as year * 12 + month - 1.
int end_month(Scenario const& scenario, int step);

/// Pairs what both models have and `wanted` takes, in the base's order; steps by the
/// month in which they end. Sentences about the rest are added to `left_out`.
std::vector<OutputPair> pair_outputs(Model const& base,
                                     Model const& other,
                                     OutputFilter const& wanted,
                                     std::vector<std::string>& left_out);

}  // namespace leadtime::estimator
